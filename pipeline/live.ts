// Everything that goes on while `serve` runs: each source under its supervisor, and detection, over one store. It stands apart from the command:
// what the HTTP server says of health is asked here.
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { DetectionSettings } from "../detect/settings.ts";
import type { SourceGap } from "../ingest/source-type.ts";
import { sourceTypes } from "../ingest/sources/registry.ts";
import type { Finding } from "../model/finding.ts";
import type { Store } from "../storage/store.ts";
import { recordSettings } from "./build.ts";
import type { Config, SourceConfig } from "./config.ts";
import { followReceptions, type TickReport } from "./detect-loop.ts";
import { type SourceStatus, SourceSupervisor } from "./source-supervisor.ts";

export interface DetectionStatus {
  readonly state: "starting" | "watching" | "failing" | "stopped";
  readonly detail: string;
  readonly lastTickMs: number | undefined;
  readonly report: TickReport | undefined;
  readonly findings: number;
}

export interface LiveStatus {
  readonly startedMs: number;
  readonly sources: readonly SourceStatus[];
  readonly detection: DetectionStatus;
}

/** Whoever runs it is told; nothing waits for the answer but findings. */
export interface LiveObserver {
  onSource(status: SourceStatus): void;
  onGap(source: SourceConfig, gap: SourceGap): void;
  onDetection(status: DetectionStatus): void;
  /** New ones and revisions, stored already. */
  onFindings(findings: readonly Finding[]): Promise<void>;
}

export interface LiveOptions {
  readonly store: Store;
  readonly config: Config;
  readonly observer: LiveObserver;
}

const detectionRetryMs = 30_000;

/** What is promised of every source, printed at start; docs/guarantees.md names the tests. */
export const commonGuarantee = "every event the source handed over is stored at least once and counted exactly once, whatever dies when";

/** Of a kind of source, beside the common one. */
export function guaranteeOf(type: string): string {
  return sourceTypes.find((candidate) => candidate.type === type)?.guarantee ?? "";
}

export class Live {
  readonly #options: LiveOptions;
  readonly #startedMs = Date.now();
  readonly #stop = new AbortController();
  readonly #supervisors: readonly SourceSupervisor[];
  readonly #running: Promise<unknown>;
  #detection: DetectionStatus = { state: "starting", detail: "", lastTickMs: undefined, report: undefined, findings: 0 };

  private constructor(options: LiveOptions) {
    this.#options = options;
    const { store, config, observer } = options;
    const settings = recordSettings(config);
    const folder = path.join(config.dataFolder, "sources");
    this.#supervisors = config.sources.map(
      (source) =>
        new SourceSupervisor({
          ...{ store, source, settings, folder, signal: this.#stop.signal },
          onState: (status) => observer.onSource(status),
          onGap: (from, gap) => observer.onGap(from, gap),
        }),
    );
    this.#running = Promise.all([...this.#supervisors.map((supervisor) => supervisor.run()), this.#detect(config.detection)]);
  }

  static start(options: LiveOptions): Live {
    return new Live(options);
  }

  get status(): LiveStatus {
    return { startedMs: this.#startedMs, sources: this.#supervisors.map(({ status }) => status), detection: this.#detection };
  }

  /** Reads nothing more, writes what was read, and acknowledges it. False where that took longer than `timeoutMs`: then the rest comes again. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#stop.abort();
    const late = new AbortController();
    const isDone = await Promise.race([this.#running.then(() => true), wait(timeoutMs, false, { signal: late.signal })]);
    late.abort();
    return isDone;
  }

  /** Ends with the signal only: what fails is begun again from the last checkpoint. */
  async #detect(settings: DetectionSettings): Promise<void> {
    const { store, observer } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await followReceptions({
          ...{ store, settings, signal },
          onFindings: async (findings) => {
            this.#detection = { ...this.#detection, findings: this.#detection.findings + findings.length };
            await observer.onFindings(findings);
          },
          onTick: (report) => this.#watching({ state: "watching", detail: "", lastTickMs: Date.now(), report }),
          onRetry: (error, delayMs) => this.#watching({ state: "failing", detail: `${error.message}; again in ${Math.round(delayMs / 1000)} s` }),
        });
      } catch (error) {
        if (signal.aborted) break;
        this.#watching({ state: "failing", detail: `${(error as Error).message}; begun again in ${detectionRetryMs / 1000} s` });
        await wait(detectionRetryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#watching({ state: "stopped", detail: "" });
  }

  #watching(change: Partial<DetectionStatus>): void {
    this.#detection = { ...this.#detection, ...change };
    this.#options.observer.onDetection(this.#detection);
  }
}
