// What a process that serves says of itself to probes and to Prometheus. It stands apart from what it speaks of because a probe may come before
// the sources run.
import type { Store } from "../storage/store.ts";
import { type PartHealth, readinessOf, StoreProbe } from "./health.ts";
import type { LiveStatus } from "./live.ts";
import { Metrics, type MetricsOptions } from "./metrics.ts";

export interface ProcessHealthOptions {
  readonly store: Pick<Store, "query">;
  /** Of this program. */
  readonly version: string;
}

export class ProcessHealth {
  readonly #probe: StoreProbe;
  readonly #metrics: Metrics;
  #live: { readonly status: LiveStatus } | undefined;
  #spools: MetricsOptions["spools"] = async () => new Map();

  constructor({ store, version }: ProcessHealthOptions) {
    this.#probe = new StoreProbe(store);
    this.#metrics = new Metrics({ version, status: () => this.#status, store: () => this.#probe.check(), spools: () => this.#spools() });
  }

  /** From now on this is what is spoken of. */
  watch(live: { readonly status: LiveStatus }): void {
    this.#live = live;
  }

  watchSpools(spools: MetricsOptions["spools"]): void {
    this.#spools = spools;
  }

  /** Of the HTTP server. */
  countAnswer(route: string | undefined, status: number): void {
    this.#metrics.countAnswer(route, status);
  }

  async readiness(): Promise<readonly PartHealth[]> {
    const store = await this.#probe.check();
    const parts = readinessOf(this.#status, store, Date.now());
    return this.#live !== undefined ? parts : [...parts, { part: "sources", isReady: false, state: "starting", detail: "" }];
  }

  get metricsType(): string {
    return this.#metrics.contentType;
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  get #status(): LiveStatus {
    return this.#live?.status ?? startingStatus;
  }
}

const startingStatus: LiveStatus = {
  startedMs: Date.now(),
  sources: [],
  detection: { state: "starting", detail: "", lastTickMs: undefined, tickDurationMs: undefined, report: undefined, findings: 0 },
};
