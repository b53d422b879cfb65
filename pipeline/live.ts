// Everything that goes on while `serve` runs: each source under its supervisor, and detection, over one store. It stands apart from the command:
// what the HTTP server says of health is asked here.
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { SourceGap } from "../ingest/source-type.ts";
import { sourceTypes } from "../ingest/sources/registry.ts";
import type { Finding } from "../model/finding.ts";
import { pause } from "../runtime/pause.ts";
import { retryTransient } from "../runtime/retry.ts";
import type { Store } from "../storage/store.ts";
import type { AlertSettings } from "./alert-config.ts";
import { type AlertLoop, startAlerts } from "./alert-loop.ts";
import { recordSettings } from "./build.ts";
import type { Config, SourceConfig } from "./config.ts";
import { followReceptions, type TickReport } from "./detect-loop.ts";
import type { RecordSettings } from "./ingest-messages.ts";
import { type Lease, type LeaseOptions, underLease } from "./lease.ts";
import { gapSeen, type ProblemSeen, sourceFindingUid } from "./source-finding.ts";
import { type SourceStatus, SourceSupervisor } from "./source-supervisor.ts";
import { each, judgedEachMs, minuteMs, problemsOf, SourceActivity, writeProblems } from "./source-watch.ts";

export interface DetectionStatus {
  /** standby: another process over the same store detects. */
  readonly state: "starting" | "standby" | "watching" | "failing" | "stopped";
  readonly detail: string;
  readonly lastTickMs: number | undefined;
  /** How long the last tick took. */
  readonly tickDurationMs: number | undefined;
  readonly report: TickReport | undefined;
  readonly findings: number;
}

export interface LiveStatus {
  readonly startedMs: number;
  readonly sources: readonly SourceStatus[];
  readonly detection: DetectionStatus;
}

/** What a new configuration changed; a source is named where it was stopped, started, or both. */
export interface Reload {
  readonly stopped: readonly string[];
  readonly started: readonly string[];
  readonly isDetectionChanged: boolean;
}

/** Whoever runs it is told; nothing waits for the answer but findings. */
export interface LiveObserver {
  onSource(status: SourceStatus): void;
  onGap(source: SourceConfig, gap: SourceGap): void;
  onDetection(status: DetectionStatus): void;
  /** Looking after the sources failed; it is tried again. */
  onWatchFailure(error: Error): void;
  /** One sentence, without secrets: a sink that fails, alerts that cannot begin. */
  onAlertProblem(message: string): void;
  /** New ones and revisions, stored already. */
  onFindings(findings: readonly Finding[]): Promise<void>;
}

export interface LiveOptions {
  readonly store: Store;
  readonly config: Config;
  /** Stands in alerts. */
  readonly productVersion: string;
  readonly observer: LiveObserver;
}

const retryMs = 30_000;
/** How long another configuration waits for a store that does not take what the leaving sources read. */
const reloadDrainMs = 25_000;
/** Gaps that wait to be written; more than these of a minute are in the log only. A write takes some of them. */
const mostWaitingGaps = 1000;
const gapsPerWrite = 100;

/** What is promised of every source, printed at start; docs/guarantees.md names the tests. */
export const commonGuarantee = "every event the source handed over is stored at least once and counted exactly once, whatever dies when";

/** Of a kind of source, beside the common one. */
export function guaranteeOf(type: string): string {
  return sourceTypes.find((candidate) => candidate.type === type)?.guarantee ?? "";
}

/** Something that goes on until its own stop is raised. */
interface Running {
  readonly stop: AbortController;
  /** Never rejects. */
  readonly ended: Promise<unknown>;
}

interface RunningSource extends Running {
  /** False where something that was read is not stored. */
  readonly ended: Promise<boolean>;
  /** Raised after its stop, when the time to store what it read is over. */
  readonly givenUp: AbortController;
  readonly source: SourceConfig;
  readonly settings: RecordSettings;
  readonly supervisor: SourceSupervisor;
}

interface RunningDetection extends Running {
  readonly settings: Watched;
}

/** What detection and alerts are told; they go on, and begin anew, together. */
type Watched = Pick<Config, "detection" | "alerts">;

export class Live {
  readonly #options: LiveOptions;
  readonly #startedMs = Date.now();
  /** By id, in the order of the configuration. */
  #sources = new Map<string, RunningSource>();
  #detecting: RunningDetection;
  #alerts: AlertLoop | undefined;
  #detection: DetectionStatus = {
    ...{ state: "starting", detail: "", lastTickMs: undefined, tickDurationMs: undefined, report: undefined, findings: 0 },
  };
  readonly #noting: Running;
  readonly #activity: SourceActivity;
  /** Told by sources and not written yet, by the id of the finding. */
  readonly #gaps = new Map<string, ProblemSeen>();
  /** Raised when the time to stop is over. */
  readonly #givenUp = new AbortController();
  /** One at a time; those that were asked for meanwhile wait. */
  #reloading: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  private constructor(options: LiveOptions) {
    this.#options = options;
    const { config, store } = options;
    this.#activity = new SourceActivity(store);
    const settings = recordSettings(config);
    for (const source of config.sources) this.#sources.set(source.id, this.#startSource(source, settings, config));
    this.#detecting = this.#startDetection(watched(config));
    this.#noting = this.#startNoting();
  }

  static start(options: LiveOptions): Live {
    return new Live(options);
  }

  get status(): LiveStatus {
    const sources = [...this.#sources.values()].map(({ supervisor }) => supervisor.status);
    return { startedMs: this.#startedMs, sources, detection: this.#detection };
  }

  /** Reads nothing more, writes what was read, and acknowledges it. False where that failed, or took longer than `timeoutMs`: then the rest comes again. */
  async stop(timeoutMs: number): Promise<boolean> {
    this.#isStopping = true;
    const late = new AbortController();
    const isDone = await Promise.race([this.#drained(), wait(timeoutMs, false, { signal: late.signal })]);
    late.abort();
    this.#givenUp.abort();
    return isDone;
  }

  /** False where something that was read is not stored. */
  async #drained(): Promise<boolean> {
    const sources = [...this.#sources.values()];
    for (const { stop } of [...sources, this.#detecting, this.#noting]) stop.abort();
    const stored = await Promise.all(sources.map(({ ended }) => ended));
    await Promise.all([this.#detecting.ended, this.#noting.ended, this.#reloading]);
    // Of the minute that is not over yet.
    if (!this.#givenUp.signal.aborted) await this.#note(Date.now() + minuteMs);
    return stored.every(Boolean);
  }

  /**
   * Goes on with another configuration: sources that are the same in both are left alone; the others are stopped, drained as by `stop`, and
   * started as they are now. A source begins where its rows were last stored, so that nothing is lost in between. The store and the place of
   * what is kept between runs stay as they were at start.
   */
  reload(config: Config): Promise<Reload> {
    const reloaded = this.#reloading.then(() => this.#reload(config));
    this.#reloading = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #reload(config: Config): Promise<Reload> {
    const settings = recordSettings({ ...config, dataFolder: this.#options.config.dataFolder });
    const isSame = (running: RunningSource): boolean =>
      isDeepStrictEqual(
        config.sources.find(({ id }) => id === running.source.id),
        running.source,
      ) && isDeepStrictEqual(settings, running.settings);
    const leaving = [...this.#sources.values()].filter((running) => !isSame(running));
    for (const { stop } of leaving) stop.abort();
    const late = setTimeout(() => {
      for (const { givenUp } of leaving) givenUp.abort();
    }, reloadDrainMs);
    const isDetectionChanged = !isDeepStrictEqual(watched(config), this.#detecting.settings);
    if (isDetectionChanged) this.#detecting.stop.abort();
    await Promise.all([...leaving.map(({ ended }) => ended), isDetectionChanged ? this.#detecting.ended : undefined]);
    clearTimeout(late);
    const stopped = leaving.map(({ source }) => source.id);
    if (this.#isStopping) return { stopped, started: [], isDetectionChanged };
    for (const { supervisor } of leaving) this.#activity.ended(supervisor.status);
    const before = this.#sources;
    const started: string[] = [];
    this.#sources = new Map(
      config.sources.map((source) => {
        const kept = before.get(source.id);
        if (kept !== undefined && !leaving.includes(kept)) return [source.id, kept];
        started.push(source.id);
        return [source.id, this.#startSource(source, settings, this.#options.config)];
      }),
    );
    if (isDetectionChanged) this.#detecting = this.#startDetection(watched(config));
    return { stopped, started, isDetectionChanged };
  }

  #startSource(source: SourceConfig, settings: RecordSettings, { dataFolder }: Config): RunningSource {
    const { store, observer } = this.#options;
    const [stop, givenUp] = [new AbortController(), new AbortController()];
    const supervisor = new SourceSupervisor({
      ...{ store, source, settings, folder: path.join(dataFolder, "sources"), signal: stop.signal },
      givenUp: AbortSignal.any([givenUp.signal, this.#givenUp.signal]),
      onState: (status) => observer.onSource(status),
      onGap: (from, gap) => {
        observer.onGap(from, gap);
        const seen = gapSeen(from, gap, Date.now());
        if (this.#gaps.size < mostWaitingGaps) this.#gaps.set(sourceFindingUid(seen), seen);
      },
    });
    return { source, settings, supervisor, stop, givenUp, ended: supervisor.run() };
  }

  /** What each source received, by the minute: each process for itself. */
  #startNoting(): Running {
    const stop = new AbortController();
    return { stop, ended: each(minuteMs, stop.signal, (nowMs) => this.#note(nowMs), this.#options.observer.onWatchFailure) };
  }

  /** Never rejects: what could not be written is part of the next note. */
  async #note(nowMs: number): Promise<void> {
    const notes = await Promise.allSettled([this.#activity.note(this.status.sources, nowMs), this.#writeGaps()]);
    for (const note of notes) if (note.status === "rejected") this.#options.observer.onWatchFailure(note.reason as Error);
  }

  async #writeGaps(): Promise<void> {
    while (this.#gaps.size > 0) {
      const some = [...this.#gaps].slice(0, gapsPerWrite);
      const problems = some.map(([, seen]) => seen);
      await this.#tellProblems(this.#options.store, problems);
      for (const [uid] of some) this.#gaps.delete(uid);
    }
  }

  async #tellProblems(store: Store, problems: readonly ProblemSeen[]): Promise<void> {
    const findings = await retryTransient(() => writeProblems(store, problems, Date.now()), { signal: this.#givenUp.signal });
    if (findings.length > 0) await this.#tell(findings);
  }

  #startDetection(settings: Watched): RunningDetection {
    this.#detection = { ...this.#detection, state: "starting", detail: "" };
    const stop = new AbortController();
    return { settings, stop, ended: this.#detect(settings, stop.signal) };
  }

  /** Ends with the signal only: what fails is begun again from the last checkpoint. */
  async #detect(settings: Watched, signal: AbortSignal): Promise<void> {
    const { store, config } = this.#options;
    while (!signal.aborted) {
      try {
        // An embedded store has one process.
        if (config.store.kind === "embedded") await this.#follow(settings, store, signal);
        else await underLease(this.#lease, signal, (fenced, held, lease) => this.#follow(settings, fenced, held, lease));
      } catch (error) {
        if (signal.aborted) break;
        this.#watching({ state: "failing", detail: `${(error as Error).message}; begun again in ${retryMs / 1000} s` });
        await pause(retryMs, signal);
      }
    }
    this.#watching({ state: "stopped", detail: "" });
  }

  get #lease(): LeaseOptions {
    const onWaiting = (holder: string) => this.#watching({ state: "standby", detail: `${holder} detects` });
    return { store: this.#options.store, name: "detection", onWaiting };
  }

  /**
   * Who detects looks after the sources of all processes too: each alone may be silent while the others have its partitions. And who detects sends the
   * alerts: these wait for the store and the receivers, and detection waits for neither.
   */
  async #follow({ detection, alerts }: Watched, store: Store, signal: AbortSignal, lease?: Lease): Promise<void> {
    // Who stood by until now takes a while to its first tick; what failed is failing until then.
    if (this.#detection.state === "standby") this.#watching({ state: "starting", detail: "" });
    const over = new AbortController();
    const going = AbortSignal.any([signal, over.signal]);
    const { onWatchFailure } = this.#options.observer;
    const judge = async (nowMs: number) => this.#tellProblems(store, await problemsOf(store, this.status.sources, nowMs, onWatchFailure));
    const beside = [each(judgedEachMs, going, judge, onWatchFailure), this.#alert(alerts, store, going, lease)];
    try {
      await followReceptions({
        ...{ store, settings: detection, signal },
        onFindings: async (findings) => {
          this.#detection = { ...this.#detection, findings: this.#detection.findings + findings.length };
          await this.#tell(findings);
        },
        onTick: (report, tickDurationMs) => this.#watching({ state: "watching", detail: "", lastTickMs: Date.now(), tickDurationMs, report }),
        onRetry: (error, delayMs) => this.#watching({ state: "failing", detail: `${error.message}; again in ${Math.round(delayMs / 1000)} s` }),
      });
    } finally {
      over.abort();
      await Promise.all(beside);
    }
  }

  async #tell(findings: readonly Finding[]): Promise<void> {
    this.#alerts?.wake();
    await this.#options.observer.onFindings(findings);
  }

  /** Ends with the signal, or at once where no sinks are configured. Never rejects. */
  async #alert(settings: AlertSettings, store: Store, signal: AbortSignal, lease: Lease | undefined): Promise<void> {
    const { productVersion, observer } = this.#options;
    const onProblem = (message: string) => observer.onAlertProblem(message);
    const held = lease === undefined ? {} : { lease: { fence: lease.fence, isHeld: () => lease.isHeld() } };
    while (!signal.aborted) {
      try {
        this.#alerts = await startAlerts({ store, settings, productVersion, signal, onProblem, ...held });
        if (this.#alerts === undefined) return;
        await this.#alerts.ended;
      } catch (error) {
        onProblem(`alerts: ${(error as Error).message}; begun again in ${retryMs / 1000} s`);
        await pause(retryMs, signal);
      } finally {
        this.#alerts = undefined;
      }
    }
  }

  #watching(change: Partial<DetectionStatus>): void {
    this.#detection = { ...this.#detection, ...change };
    this.#options.observer.onDetection(this.#detection);
  }
}

function watched({ detection, alerts }: Config): Watched {
  return { detection, alerts };
}
