// Whether a process that serves is ready, part by part: the store, each source, detection. It stands apart from the HTTP server because what
// "ready" means is said here once, for the probe, for the metrics and for whoever reads them.
import { schemaVersion } from "../queries/schema-version.ts";
import type { Store } from "../storage/store.ts";
import type { DetectionStatus, LiveStatus } from "./live.ts";
import type { SourceStatus } from "./source-supervisor.ts";

export interface PartHealth {
  /** store, detection, or source:<id> */
  readonly part: string;
  readonly isReady: boolean;
  readonly state: string;
  /** One sentence, without secrets; empty where there is nothing to say. */
  readonly detail: string;
}

/** Detection ticks once a minute; so long without a tick it hangs. */
const longestTickGapMs = 10 * 60_000;

export function readinessOf({ sources, detection }: LiveStatus, store: PartHealth, nowMs: number): readonly PartHealth[] {
  return [store, ...sources.map(sourceHealth), detectionHealth(detection, nowMs)];
}

function sourceHealth({ id, state, detail }: SourceStatus): PartHealth {
  return { part: `source:${id}`, isReady: state === "ready", state, detail };
}

/** One that waits for another process is ready, and one that begins is: it catches up with what was received, which may take long after a pause, and nothing else waits for it. */
function detectionHealth({ state, detail, lastTickMs }: DetectionStatus, nowMs: number): PartHealth {
  if (state === "watching" && lastTickMs !== undefined && nowMs - lastTickMs > longestTickGapMs) {
    return { part: "detection", isReady: false, state: "hanging", detail: `no tick for ${Math.round((nowMs - lastTickMs) / 60_000)} minutes` };
  }
  return { part: "detection", isReady: state !== "failing" && state !== "stopped", state, detail };
}

export interface StoreProbeOptions {
  /** Without an answer by then it is not ready. An embedded store answers between two inserts. Default: 5 s. */
  readonly timeoutMs?: number;
  /** An answer counts for so long, however often it is asked for. Default: 2 s. */
  readonly keptMs?: number;
}

/** Asks the store for a row, one question at a time, whoever asks and how often. */
export class StoreProbe {
  readonly #store: Pick<Store, "query">;
  readonly #timeoutMs: number;
  readonly #keptMs: number;
  #asking: Promise<PartHealth> | undefined;
  #last: { readonly health: PartHealth; readonly atMs: number } | undefined;

  constructor(store: Pick<Store, "query">, { timeoutMs = 5000, keptMs = 2000 }: StoreProbeOptions = {}) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
    this.#keptMs = keptMs;
  }

  /** Never rejects. */
  async check(): Promise<PartHealth> {
    if (this.#last !== undefined && performance.now() - this.#last.atMs < this.#keptMs) return this.#last.health;
    this.#asking ??= this.#ask();
    const late = new AbortController();
    const tooLate = new Promise<PartHealth>((resolve) => {
      const timer = setTimeout(() => resolve(storeHealth(`no answer within ${this.#timeoutMs / 1000} s`)), this.#timeoutMs);
      late.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
    try {
      return await Promise.race([this.#asking, tooLate]);
    } finally {
      late.abort();
    }
  }

  async #ask(): Promise<PartHealth> {
    const health = await this.#store.query(schemaVersion, {}).then(
      () => storeHealth(""),
      (error: Error) => storeHealth(error.message),
    );
    this.#last = { health, atMs: performance.now() };
    this.#asking = undefined;
    return health;
  }
}

function storeHealth(problem: string): PartHealth {
  return { part: "store", isReady: problem === "", state: problem === "" ? "ready" : "failing", detail: problem };
}
