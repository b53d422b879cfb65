// What a process that serves tells Prometheus. Figures are read from the status when they are asked for, so that nothing counts twice; names and
// units as Prometheus' conventions have them (https://prometheus.io/docs/practices/naming/): ages are for the reader, we tell when.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { BoundedLabels } from "./bounded-labels.ts";
import type { PartHealth } from "./health.ts";
import type { DetectionStatus, LiveStatus } from "./live.ts";
import type { SourceStatus } from "./source-supervisor.ts";

export interface MetricsOptions {
  readonly version: string;
  readonly status: () => LiveStatus;
  readonly store: () => Promise<PartHealth>;
  /** Bytes that were pushed and wait to be stored, by source. */
  readonly spools: () => Promise<ReadonlyMap<string, number>>;
}

/** Constant texts, so that there are few; but a source's own words may be among them. */
const mostReasons = 50;
/** A topic has some hundred partitions; blobs and buckets may be named without end. */
const mostPartitions = 256;

const sourceStates = ["connecting", "ready", "failing", "stopped"] as const satisfies readonly SourceStatus["state"][];
const detectionStates = ["starting", "standby", "watching", "failing", "stopped"] as const satisfies readonly DetectionStatus["state"][];

/** A total that somebody else counts: told as it stands. */
type CountedSource = readonly [name: string, help: string, of: (status: SourceStatus) => number];

const sourceTotals: readonly CountedSource[] = [
  ["records_total", "Records that were read; one that came again counts again", ({ counts }) => counts.records],
  ["stored_records_total", "Records that were stored as actions; one that came again counts again", ({ counts }) => counts.stored],
  ["read_bytes_total", "Bytes that were read", ({ counts }) => counts.bytesRead],
  ["redacted_records_total", "Records that secrets were taken out of", ({ counts }) => counts.redacted],
  ["restarts_total", "Times that the source's worker was started again", ({ restarts }) => restarts],
];

/** Milliseconds since the epoch; a series appears when there is a time. */
type SourceMoment = readonly [name: string, help: string, of: (status: SourceStatus) => number | undefined];

const sourceMoments: readonly SourceMoment[] = [
  ["last_record_timestamp_seconds", "When a record was read last", ({ lastRecordMs }) => lastRecordMs],
  ["last_stored_timestamp_seconds", "When what was read was stored last", ({ lastStoredMs }) => lastStoredMs],
  ["state_timestamp_seconds", "When the source came into its state", ({ stateSinceMs }) => stateSinceMs],
];

/** One registry for each process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #refreshes: (() => void | Promise<void>)[] = [];
  readonly #options: MetricsOptions;
  readonly contentType = this.#registry.contentType;
  readonly #answers = this.#counter("http_answers_total", "Requests that were answered, by route and status", ["route", "status"]);

  constructor(options: MetricsOptions) {
    this.#options = options;
    // Event loop lag, memory, CPU time, open files, garbage collection.
    collectDefaultMetrics({ register: this.#registry });
    const build = this.#gauge("build_info", "The program; always 1", ["version"]);
    build.set({ version: options.version }, 1);
    this.#addSources();
    this.#addDetection();
    const up = this.#gauge("store_up", "1 where the store answers");
    this.#refreshes.push(async () => up.set((await options.store()).isReady ? 1 : 0));
    const spooled = this.#gauge("push_spool_bytes", "Bytes of the spool of what was pushed; what is stored leaves it, but for the newest file", [
      "source",
    ]);
    this.#refreshes.push(async () => {
      const spools = await options.spools();
      spooled.reset();
      for (const [source, sizeBytes] of spools) spooled.set({ source }, sizeBytes);
    });
  }

  /** `route`: as it was declared, with its parameters' names; none for a path that does not exist. */
  countAnswer(route: string | undefined, status: number): void {
    this.#answers.inc({ route: route ?? "none", status: String(status) });
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    for (const refresh of this.#refreshes) await refresh();
    return this.#registry.metrics();
  }

  #addSources(): void {
    for (const [name, help, of] of sourceTotals) {
      const counter = this.#counter(`source_${name}`, help, ["source"]);
      this.#eachSource([counter], (status) => counter.inc({ source: status.id }, of(status)));
    }
    for (const [name, help, of] of sourceMoments) {
      const gauge = this.#gauge(`source_${name}`, help, ["source"]);
      this.#eachSource([gauge], (status) => {
        const timeMs = of(status);
        if (timeMs !== undefined) gauge.set({ source: status.id }, timeMs / 1000);
      });
    }
    for (const kind of ["ignored", "rejected"] as const) this.#addReasons(kind);
    const state = this.#gauge("source_state", "1 for the state that the source is in", ["source", "type", "state"]);
    this.#eachSource([state], ({ id, type, state: current }) => {
      for (const each of sourceStates) state.set({ source: id, type, state: each }, each === current ? 1 : 0);
    });
    const gaps = this.#counter("source_gaps_total", "Times that records were gone before they were read", ["source"]);
    this.#eachSource([gaps], ({ id, gapsTold }) => gaps.inc({ source: id }, gapsTold));
    this.#addLag();
  }

  #addReasons(kind: "ignored" | "rejected"): void {
    const what = kind === "ignored" ? "Records that tell of no action" : "Records that could not be read and are in quarantine";
    const counter = this.#counter(`source_${kind}_records_total`, `${what}, by reason`, ["source", "reason"]);
    const labels = new BoundedLabels(mostReasons);
    this.#eachSource([counter], ({ id, counts }) => {
      for (const [reason, count] of Object.entries(counts[kind])) counter.inc({ source: id, reason: labels.of(reason) }, count);
    });
  }

  #addLag(): void {
    const all = this.#gauge("source_lag_records", "Records (or messages, or objects) that wait behind what was read", ["source"]);
    const each = this.#gauge("source_partition_lag_records", "As source_lag_records, by partition; those beyond the first are told together", [
      "source",
      "partition",
    ]);
    const labels = new BoundedLabels(mostPartitions);
    this.#eachSource([all, each], ({ id, lag }) => {
      if (lag.size === 0) return;
      for (const [partition, waiting] of lag) {
        all.inc({ source: id }, waiting);
        each.inc({ source: id, partition: labels.of(partition) }, waiting);
      }
    });
  }

  #addDetection(): void {
    const state = this.#gauge("detection_state", "1 for the state that detection is in", ["state"]);
    const findings = this.#counter("detection_findings_total", "Findings that were stored: new ones, and revisions");
    const lastTick = this.#gauge("detection_last_tick_timestamp_seconds", "When detection ended a tick last");
    const duration = this.#gauge("detection_last_tick_duration_seconds", "How long that tick took");
    const judged = this.#gauge("detection_judged_timestamp_seconds", "All that was received by then is judged");
    const parked = this.#gauge("detection_parked_detectors", "Detectors that failed and are left out until the day of reception is over");
    const untold = this.#gauge("detection_untold", "What is certain or silent and found no room on the day of reception that goes on", ["what"]);
    this.#refreshes.push(() => {
      const { detection } = this.#options.status();
      for (const each of detectionStates) state.set({ state: each }, each === detection.state ? 1 : 0);
      findings.reset();
      findings.inc(detection.findings);
      if (detection.lastTickMs !== undefined) lastTick.set(detection.lastTickMs / 1000);
      if (detection.tickDurationMs !== undefined) duration.set(detection.tickDurationMs / 1000);
      if (detection.report !== undefined) judged.set(detection.report.askedMs / 1000);
      parked.set(detection.report?.parked.length ?? 0);
      for (const [what, count] of Object.entries(detection.report?.untold ?? {})) untold.set({ what }, count);
    });
  }

  /** What is told of sources is told anew each time: one that is gone leaves nothing behind. */
  #eachSource(metrics: readonly { reset(): void }[], tell: (status: SourceStatus) => void): void {
    this.#refreshes.push(() => {
      for (const metric of metrics) metric.reset();
      for (const status of this.#options.status().sources) tell(status);
    });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: `machinetrail_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> {
    return new Gauge({ name: `machinetrail_${name}`, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
