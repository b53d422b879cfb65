// Looks after the sources: notes what each received in each minute, and tells when one is silent for longer than it ever is, stops to send a kind of log,
// sends what cannot be read, or has a wrong clock. What is usual is read from the store, so that a restart forgets nothing.
import type { Finding } from "../model/finding.ts";
import { findingsList } from "../queries/findings-list.ts";
import { sourceClocks } from "../queries/source-clocks.ts";
import { sourceGaps } from "../queries/source-gaps.ts";
import { sourceRejections } from "../queries/source-rejections.ts";
import { pause } from "../runtime/pause.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";
import { writeFindings } from "./finding-writer.ts";
import type { IngestCounts } from "./ingest-messages.ts";
import { processName } from "./process-name.ts";
import { type ProblemSeen, sourceFinding, sourceFindingUid } from "./source-finding.ts";
import type { SourceStatus } from "./source-supervisor.ts";

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** How often sources are judged: by what was stored in two weeks of minutes, which is some work. */
export const judgedEachMs = 5 * minuteMs;
/** What is usual is what was so for so long. */
const usualForMs = 14 * dayMs;
/** Days with records before anything is called usual. */
const fewestDays = 3;
/** A source is silent after so many of its usual gaps, */
export const silentAfterGaps = 3;
/** which count as so much at least: queues are asked in turns. */
const leastGapMinutes = 5;
/** A source that nobody looked at for so long is no longer configured. */
const watchedForMs = 15 * minuteMs;
/** Of records that cannot be read: so many times the usual share, and so much more than it, in an hour of so many records. */
const rejectedTimes = 3;
const rejectedMore = 0.05;
const fewestRecords = 100;
/** How far half of a log's records have to be ahead, in the last minutes, and of how many. */
const clockSpanMs = judgedEachMs;
const aheadMs = minuteMs;
const fewestOfClock = 20;

/** Notes what this process received. One for each process. */
export class SourceActivity {
  readonly #store: Store;
  readonly #process = processName();
  readonly #before = new Map<string, Pick<IngestCounts, "records" | "rejected" | "byFormat">>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Rows of the minute that is over at `nowMs`. What could not be written counts in the next. */
  async note(statuses: readonly SourceStatus[], nowMs: number): Promise<void> {
    const minute = timeText(Math.floor(nowMs / minuteMs) * minuteMs - minuteMs).slice(0, 19);
    const rows = statuses.flatMap(({ id, counts }) => {
      const before = this.#before.get(id);
      // Another configuration of the source counts from nothing.
      const last = before === undefined || counts.records < before.records ? { records: 0, rejected: {}, byFormat: {} } : before;
      const row = (format: string, records: number, rejected: number) => ({
        ...{ source_id: id, format, minute, process: this.#process, records, rejected },
      });
      const formats = Object.entries(counts.byFormat).map(([format, records]) => row(format, records - (last.byFormat[format] ?? 0), 0));
      return [row("", counts.records - last.records, sumOf(counts.rejected) - sumOf(last.rejected)), ...formats.filter(({ records }) => records > 0)];
    });
    await this.#store.insertRows("source_activity", rows);
    this.#before.clear();
    for (const { id, counts } of statuses) this.#before.set(id, structuredClone(counts));
  }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

type Watched = Pick<SourceStatus, "id" | "type" | "state" | "detail">;

/** What is wrong now with the sources that any process looks at, as of `nowMs`. `sources`: those of this process, which knows their state. */
export async function problemsOf(store: Store, sources: readonly Watched[], nowMs: number): Promise<ProblemSeen[]> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const since_ms = nowMs - usualForMs;
  const gaps = (await store.query(sourceGaps, { since_ms, now_ms: nowMs })).filter(({ watched_ms }) => watched_ms > nowMs - watchedForMs);
  const late = gaps.filter(({ days, usual_minutes, silent_minutes }) => {
    return days >= fewestDays && silent_minutes > silentAfterGaps * Math.max(usual_minutes, leastGapMinutes);
  });
  const isSilent = new Set(late.filter(({ format }) => format === "").map(({ source_id }) => source_id));
  const silences = late
    .filter(({ source_id, format }) => format === "" || !isSilent.has(source_id))
    .map(({ source_id, format, usual_minutes, silent_minutes, last_ms }): ProblemSeen => {
      const { type = "", state = "", detail = "" } = byId.get(source_id) ?? {};
      const why = state === "ready" || detail === "" ? "" : `; it is ${state}: ${detail}`;
      return {
        problem: format === "" ? "source-silent" : "log-type-stopped",
        ...{ about: source_id, type, since: JSON.stringify([format, last_ms]), sinceMs: last_ms },
        observed: `${format === "" ? "nothing" : `no ${format}`} for ${minutesText(silent_minutes)} in which it was looked at${why}`,
        baseline: `its pauses are ${minutesText(usual_minutes)} at most, but for one in ${usualForMs / dayMs} days`,
      };
    });
  return [...silences, ...(await rejections(store, byId, nowMs)), ...(await clocks(store, nowMs))];
}

async function rejections(store: Store, byId: ReadonlyMap<string, Watched>, nowMs: number): Promise<ProblemSeen[]> {
  const dayStartMs = Math.floor(nowMs / dayMs) * dayMs;
  const rows = await store.query(sourceRejections, { since_ms: nowMs - usualForMs, from_ms: nowMs - hourMs, now_ms: nowMs });
  return rows.flatMap(({ source_id, records, rejected, records_before, rejected_before }): ProblemSeen[] => {
    if (records < fewestRecords || records_before < fewestRecords) return [];
    const share = rejected / records;
    const usual = rejected_before / records_before;
    if (share <= rejectedTimes * usual || share <= usual + rejectedMore) return [];
    return [
      {
        ...{ problem: "rejected-share", about: source_id, type: byId.get(source_id)?.type ?? "", since: String(dayStartMs), sinceMs: nowMs - hourMs },
        observed: `${percent(share)} of ${records} records of an hour cannot be read`,
        baseline: `${percent(usual)} of ${records_before} in the ${usualForMs / dayMs} days before`,
      },
    ];
  });
}

async function clocks(store: Store, nowMs: number): Promise<ProblemSeen[]> {
  const asked = { from_ms: nowMs - clockSpanMs, now_ms: nowMs, least_records: fewestOfClock, least_ahead_ms: aheadMs };
  const rows = await store.query(sourceClocks, asked);
  return rows.map(({ log, account_uid, records, ahead_ms }) => ({
    ...{
      problem: "clock-off",
      about: `${log}:${account_uid}`,
      type: log,
      since: String(Math.floor(nowMs / dayMs) * dayMs),
      sinceMs: nowMs - clockSpanMs,
    },
    observed: `half of ${records} records of ${log} in ${account_uid} happened ${Math.round(ahead_ms / 1000)} s or more after they were received`,
    baseline: "what happened is received afterwards",
  }));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function minutesText(minutes: number): string {
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** Those that are not stored yet, written. Told once each, however often they are seen. */
export async function writeProblems(store: Store, problems: readonly ProblemSeen[], nowMs: number): Promise<Finding[]> {
  if (problems.length === 0) return [];
  const known = new Set<string>();
  const uids = [...new Set(problems.map(sourceFindingUid))];
  for (const { finding_uid } of await store.query(findingsList, { now_ms: 0, finding_uids: uids, limit: uids.length })) known.add(finding_uid);
  const findings = problems.filter((seen) => !known.has(sourceFindingUid(seen))).map((seen) => sourceFinding(seen, nowMs));
  const distinct = [...new Map(findings.map((finding) => [finding.finding_uid, finding])).values()];
  await writeFindings(store, distinct);
  return distinct;
}

/** Calls at each full period of the clock, until the signal is raised. What fails is told, and asked again a period later. */
export async function each(
  periodMs: number,
  signal: AbortSignal,
  call: (nowMs: number) => Promise<void>,
  onFailure: (error: Error) => void,
): Promise<void> {
  while (!signal.aborted) {
    await pause(periodMs - (Date.now() % periodMs), signal);
    if (signal.aborted) return;
    try {
      await call(Date.now());
    } catch (error) {
      onFailure(error as Error);
    }
  }
}
