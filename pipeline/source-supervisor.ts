// Keeps one live source going: a worker that ends, whatever the reason, is followed by another, from where the rows were last stored. And it
// knows how the source fares, for readiness and metrics.
import type { SourceGap, SourceState } from "../ingest/source-type.ts";
import { ConfigError, PermanentError } from "../model/errors.ts";
import { pause } from "../runtime/pause.ts";
import type { Store } from "../storage/store.ts";
import type { SourceConfig } from "./config.ts";
import { runWorker, sumCounts } from "./ingest-loop.ts";
import { emptyCounts, type IngestCounts, type RecordSettings } from "./ingest-messages.ts";

export interface SourceStatus {
  readonly id: string;
  readonly type: string;
  /** When its supervisor began: with another configuration another one does, which counts from nothing. */
  readonly startedMs: number;
  readonly state: SourceState | "stopped";
  /** One sentence, without secrets; empty where there is nothing to say. */
  readonly detail: string;
  /** When it came into this state, and so on: milliseconds since the epoch, undefined where it never did. */
  readonly stateSinceMs: number;
  readonly lastRecordMs: number | undefined;
  readonly lastStoredMs: number | undefined;
  /** Since `startedMs`, over all restarts; a record that came again counts again. */
  readonly counts: IngestCounts;
  readonly restarts: number;
  /** Partition to what waits behind what was read. */
  readonly lag: ReadonlyMap<string, number>;
  /** The latest of them; and how many there were since `startedMs`. */
  readonly gaps: readonly (SourceGap & { readonly toldMs: number })[];
  readonly gapsTold: number;
}

export interface SupervisorOptions {
  readonly store: Store;
  readonly source: SourceConfig;
  readonly settings: RecordSettings;
  readonly folder: string;
  /** After an abort what was read is written and acknowledged, and nothing more is read. */
  readonly signal: AbortSignal;
  /** After an abort what is not written yet is left to whoever reads it again. */
  readonly givenUp: AbortSignal;
  /** Told when the state or its detail changes, and of each gap. */
  readonly onState: (status: SourceStatus) => void;
  readonly onGap: (source: SourceConfig, gap: SourceGap) => void;
  /** Before the second start; it doubles up to a minute until something was stored again. */
  readonly firstDelayMs?: number;
}

const longestDelayMs = 60_000;
/** A source that tells of more has more to tell than these; partitions come and go. */
const keptGaps = 100;
const keptPartitions = 10_000;

export class SourceSupervisor {
  readonly #options: SupervisorOptions;
  readonly #lag = new Map<string, number>();
  readonly #gaps: (SourceGap & { readonly toldMs: number })[] = [];
  readonly #startedMs = Date.now();
  #state: SourceStatus["state"] = "connecting";
  #detail = "";
  #stateSinceMs = Date.now();
  #lastRecordMs: number | undefined;
  #lastStoredMs: number | undefined;
  #before: IngestCounts = emptyCounts();
  #now: IngestCounts = emptyCounts();
  #restarts = 0;
  #gapsTold = 0;
  #delayMs: number;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#delayMs = options.firstDelayMs ?? 1000;
  }

  get status(): SourceStatus {
    const { id, type } = this.#options.source;
    return {
      ...{ id, type, startedMs: this.#startedMs },
      ...{ state: this.#state, detail: this.#detail, stateSinceMs: this.#stateSinceMs },
      ...{ lastRecordMs: this.#lastRecordMs, lastStoredMs: this.#lastStoredMs },
      counts: sumCounts([this.#before, this.#now]),
      restarts: this.#restarts,
      lag: this.#lag,
      gaps: this.#gaps,
      gapsTold: this.#gapsTold,
    };
  }

  /** Until the signal is raised; never rejects. False where it failed then: what it read last is not stored, and comes again. */
  async run(): Promise<boolean> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const failure = await this.#runOnce();
      if (signal.aborted) {
        this.#enter("stopped", failure ?? "");
        return failure === undefined;
      }
      this.#restarts++;
      const delayMs = this.#delayMs * (1 + Math.random() / 5);
      this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
      this.#enter("failing", `${failure ?? "the source ended by itself"}; started again in ${Math.round(delayMs / 1000)} s`);
      await pause(delayMs, signal);
    }
    this.#enter("stopped", "");
    return true;
  }

  /** Returns why it failed; undefined where it ended in order. */
  async #runOnce(): Promise<string | undefined> {
    const { store, source, settings, folder, ...signals } = this.#options;
    if (this.#restarts > 0) this.#enter("connecting", "");
    const ofSource = { ...settings, defaultAccount: source.defaultAccount ?? settings.defaultAccount, format: source.format };
    const worker = { source: { kind: "live", id: source.id, config: source, folder }, receivedAt: "now", settings: ofSource } as const;
    try {
      await runWorker(store, worker, signals, {
        onCounts: (counts) => this.#count(counts),
        onDurable: () => {
          this.#lastStoredMs = Date.now();
          this.#delayMs = this.#options.firstDelayMs ?? 1000;
        },
        onState: (state, detail) => this.#enter(state, detail),
        onLag: (partition, waiting) => {
          if (this.#lag.has(partition) || this.#lag.size < keptPartitions) this.#lag.set(partition, waiting);
        },
        onGap: (gap) => this.#noteGap(gap),
      });
      return undefined;
    } catch (error) {
      const isOurs = error instanceof ConfigError || error instanceof PermanentError;
      return `${(error as Error).message}${isOurs ? "" : ` (${(error as Error).name})`}`;
    } finally {
      this.#before = sumCounts([this.#before, this.#now]);
      this.#now = emptyCounts();
      this.#lag.clear();
    }
  }

  #count(counts: IngestCounts): void {
    if (counts.records > this.#now.records) {
      this.#lastRecordMs = Date.now();
      if (this.#state === "connecting") this.#enter("ready", "");
    }
    this.#now = counts;
  }

  #noteGap(gap: SourceGap): void {
    if (this.#gaps.length === keptGaps) this.#gaps.shift();
    this.#gapsTold++;
    this.#gaps.push({ ...gap, toldMs: Date.now() });
    this.#options.onGap(this.#options.source, gap);
  }

  #enter(state: SourceStatus["state"], detail: string): void {
    if (state === this.#state && detail === this.#detail) return;
    if (state !== this.#state) this.#stateSinceMs = Date.now();
    this.#state = state;
    this.#detail = detail;
    this.#options.onState(this.status);
  }
}
