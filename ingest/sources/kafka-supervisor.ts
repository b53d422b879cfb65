// Builds a consumer again whenever it stops, with waits that grow until a batch was finished: a consumer that joins and falls over before
// that has not recovered.
import { pause } from "../../runtime/pause.ts";
import type { SourceState } from "../source-type.ts";

export interface SupervisorOptions {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  readonly onState: (state: SourceState, detail: string) => void;
}

export class KafkaSupervisor {
  readonly #options: SupervisorOptions;
  #state: SourceState = "connecting";
  #isTroubled = false;
  #delayMs: number;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#delayMs = options.firstDelayMs;
  }

  /** Until the signal aborts. `consume` returns only then; all that it throws is told and tried again. */
  async run(consume: () => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#tell("connecting", "");
    while (!signal.aborted) {
      try {
        await consume();
      } catch (error) {
        if (signal.aborted) return;
        this.#isTroubled = false;
        this.#tell("failing", failureText(error));
        // A fifth of chance, so that many readers of one broker do not come back together.
        await pause(this.#delayMs * (1 + Math.random() / 5), signal);
        this.#delayMs = Math.min(this.#delayMs * 2, this.#options.longestDelayMs);
      }
    }
  }

  /** A broker answers. */
  ready(): void {
    if (this.#state !== "ready" && !this.#isTroubled) this.#tell("ready", "");
  }

  /** Something beside the reading fails for long, whatever is read meanwhile; until it is `cured`, or the consumer built anew. */
  troubled(what: string, error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.#tell("failing", `${what}: ${failureText(error)}`);
  }

  cured(): void {
    if (!this.#isTroubled) return;
    this.#isTroubled = false;
    this.#tell("ready", "");
  }

  /** A batch is stored. */
  progressed(): void {
    this.#delayMs = this.#options.firstDelayMs;
  }

  #tell(state: SourceState, detail: string): void {
    this.#state = state;
    this.#options.onState(state, detail);
  }
}

const longestDetail = 300;

/** One line. kafkajs wraps errors in one another and keeps the innermost text; no text of its holds a password. */
function failureText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\p{C}+/gu, " ").slice(0, longestDetail);
}
