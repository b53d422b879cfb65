// Looks after the sources: notes what each received in each minute, and tells when one is silent for longer than it ever is, stops to send a kind of log,
// sends what cannot be read, or has a wrong clock. What is usual is read from the store, so that a restart forgets nothing.
import type { Finding } from "../model/finding.ts";
import { findingsList } from "../queries/findings-list.ts";
import { sourceClocks } from "../queries/source-clocks.ts";
import { sourceGaps } from "../queries/source-gaps.ts";
import { sourceRejections } from "../queries/source-rejections.ts";
import { sourceWrongTimes } from "../queries/source-wrong-times.ts";
import { minuteText } from "../runtime/minute-text.ts";
import { pause } from "../runtime/pause.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";
import { writeFindings } from "./finding-writer.ts";
import { emptyCounts } from "./ingest-messages.ts";
import { loggingChanges } from "./logging-changes.ts";
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
/** No record is older than the oldest of the logs: AWS announced CloudTrail on that day. */
const oldestLogMs = Date.UTC(2013, 10, 13);
/** Nor does one come from the day after tomorrow. */
const mostAheadMs = dayMs;

/** Notes what this process received. One for each process. */
export class SourceActivity {
  readonly #store: Store;
  readonly #process = processName();
  /** By id, as of the last note. */
  #before = new Map<string, Counted>();
  /** Ended since then. */
  readonly #ended: Counted[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** For good: another one may be there in its place. What it received since the last note counts in the next. */
  ended({ id, startedMs, counts }: Counted): void {
    this.#ended.push({ id, startedMs, counts });
  }

  /** Rows of the minute that is over at `nowMs`. What could not be written counts in the next. */
  async note(statuses: readonly Counted[], nowMs: number): Promise<void> {
    const minute = timeText(Math.floor(nowMs / minuteMs) * minuteMs - minuteMs).slice(0, 19);
    const ended = [...this.#ended];
    const rows = new Map<string, ActivityRow>();
    const add = (source_id: string, format: string, records: number, rejected: number): void => {
      const key = JSON.stringify([source_id, format]);
      const row = rows.get(key) ?? { source_id, format, minute, process: this.#process, records: 0, rejected: 0 };
      rows.set(key, { ...row, records: row.records + records, rejected: row.rejected + rejected });
    };
    for (const { id, startedMs, counts } of [...ended, ...statuses]) {
      const before = this.#before.get(id);
      const last = before?.startedMs === startedMs ? before.counts : emptyCounts();
      add(id, "", counts.records - last.records, sumOf(counts.rejected) - sumOf(last.rejected));
      for (const [format, records] of Object.entries(counts.byFormat)) {
        const more = records - (last.byFormat[format] ?? 0);
        if (more > 0) add(id, format, more, 0);
      }
    }
    await this.#store.insertRows("source_activity", [...rows.values()]);
    this.#ended.splice(0, ended.length);
    this.#before = new Map(statuses.map(({ id, startedMs, counts }) => [id, { id, startedMs, counts: structuredClone(counts) }]));
  }
}

type Counted = Pick<SourceStatus, "id" | "startedMs" | "counts">;

interface ActivityRow {
  readonly source_id: string;
  readonly format: string;
  readonly minute: string;
  readonly process: string;
  readonly records: number;
  readonly rejected: number;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

type Watched = Pick<SourceStatus, "id" | "type" | "state" | "detail">;

/**
 * What is wrong now with the sources that any process looks at, as of `nowMs`. `sources`: those of this process, which knows their state. What cannot be
 * asked is told to `onFailure`, and silences nothing else.
 */
export async function problemsOf(
  store: Store,
  sources: readonly Watched[],
  nowMs: number,
  onFailure: (error: Error) => void,
): Promise<ProblemSeen[]> {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const answers = await Promise.allSettled([
    silences(store, byId, nowMs),
    rejections(store, byId, nowMs),
    clocks(store, nowMs),
    wrongTimes(store, nowMs),
    loggingChanges(store, nowMs),
  ]);
  for (const answer of answers) if (answer.status === "rejected") onFailure(answer.reason as Error);
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

async function silences(store: Store, byId: ReadonlyMap<string, Watched>, nowMs: number): Promise<ProblemSeen[]> {
  const since_ms = nowMs - usualForMs;
  const gaps = (await store.query(sourceGaps, { since_ms, now_ms: nowMs })).filter(({ watched_ms }) => watched_ms > nowMs - watchedForMs);
  const late = gaps.filter(({ days, usual_minutes, silent_minutes }) => {
    return days >= fewestDays && silent_minutes > silentAfterGaps * Math.max(usual_minutes, leastGapMinutes);
  });
  const isSilent = new Set(late.filter(({ format }) => format === "").map(({ source_id }) => source_id));
  return late
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
  return rows.map(({ log, account_uid, accounts, records, most_ahead_ms }) => {
    const others = accounts > 1 ? `; ${accounts - 1} other accounts too` : "";
    return {
      // One a log and day: accounts are the records' own words, of which somebody may send any number.
      ...{ problem: "clock-off", about: log, type: log, since: String(Math.floor(nowMs / dayMs) * dayMs), sinceMs: nowMs - clockSpanMs },
      observed: `half or more of ${records} records of ${log} in ${account_uid} happened ${aheadMs / 1000} s or more after they were received, at most ${Math.round(most_ahead_ms / 1000)} s${others}`,
      baseline: "what happened is received afterwards",
    };
  });
}

async function wrongTimes(store: Store, nowMs: number): Promise<ProblemSeen[]> {
  const asked = { from_ms: nowMs - clockSpanMs, now_ms: nowMs, oldest_ms: oldestLogMs, most_ahead_ms: mostAheadMs };
  const rows = await store.query(sourceWrongTimes, asked);
  return rows.map(({ log, records, earliest_ms, latest_ms }) => {
    const between = records === 1 ? minuteText(earliest_ms) : `${minuteText(earliest_ms)} to ${minuteText(latest_ms)}`;
    return {
      ...{ problem: "time-impossible", about: log, type: log, since: String(Math.floor(nowMs / dayMs) * dayMs), sinceMs: nowMs - clockSpanMs },
      observed: `${records} record${records === 1 ? "" : "s"} of ${log} that came within minutes say that they happened ${between} UTC`,
      baseline: "no record happened before there was such a log, nor more than a day after it was received",
    };
  });
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

/** Timers are early by a millisecond now and then (three in 400, measured), and what is early would be noted for the period before. */
const afterPeriodMs = 5;

/** Calls at each full period of the clock, until the signal is raised. What fails is told, and asked again a period later. */
export async function each(
  periodMs: number,
  signal: AbortSignal,
  call: (nowMs: number) => Promise<void>,
  onFailure: (error: Error) => void,
): Promise<void> {
  while (!signal.aborted) {
    await pause(periodMs - (Date.now() % periodMs) + afterPeriodMs, signal);
    if (signal.aborted) return;
    try {
      await call(Date.now());
    } catch (error) {
      onFailure(error as Error);
    }
  }
}
