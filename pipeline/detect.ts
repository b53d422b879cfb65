// Detection over a store, as people ask it: replayed as of each hour by the code that the benchmark scores, and its raised windows kept
// as findings. It stands alone because what a store cannot answer must be said before an empty list is.
import type { Told } from "../detect/alert-collapse.ts";
import { asOfView } from "../detect/as-of-view.ts";
import type { ParkedOnDay } from "../detect/parking.ts";
import { type DetectionSettings, usualSettings } from "../detect/settings.ts";
import type { Untold } from "../detect/watch.ts";
import { type WatchedDay, watchedDays } from "../detect/watched-days.ts";
import { PermanentError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { identitiesList } from "../queries/identities-list.ts";
import { identityActivity } from "../queries/identity-activity.ts";
import { receptionClock } from "../queries/reception-clock.ts";
import { minuteText } from "../runtime/minute-text.ts";
import type { Store } from "../storage/store.ts";
import { decisionsUntil } from "./finding-decision.ts";
import { writeFindings } from "./finding-writer.ts";
import { configurationOf, draftsOf, makeFindings } from "./make-findings.ts";
import { parkedSeen } from "./source-finding.ts";
import { writeProblems } from "./source-watch.ts";
import { watchOptions } from "./watch-options.ts";

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Detection {
  readonly span: Span;
  /** Those of the highest risk first; at most as many as were asked for. */
  readonly findings: readonly Finding[];
  /** All of the span. */
  readonly total: number;
  readonly firstReceivedMs: number;
  readonly lastReceivedMs: number;
  /** Windows of the span's days: identities times hours. */
  readonly windows: number;
  /** Days of the span (their starts) on which nothing was received. */
  readonly silentDays: readonly number[];
  /** Detectors that failed, and the days of the span (their starts) on which they were left out from then on. */
  readonly parked: readonly ParkedOnDay[];
  /** What found no room on the last day. */
  readonly untold: Untold;
  /** Share of the events that were received more than three days after they happened. */
  readonly lateShare: number;
  readonly isInterrupted: boolean;
  /** There was too little past for anything but what is certain. */
  readonly isWithoutPast: boolean;
  /** All of the span are in the store now. */
  readonly isStored: boolean;
}

export interface DetectOptions {
  readonly store: Store;
  /** Default: seven days before `toMs`. */
  readonly fromMs?: number | undefined;
  /** Default: the last reception. */
  readonly toMs?: number | undefined;
  /** What is left out is as usual. */
  readonly settings: Partial<DetectionSettings>;
  /** Only identities whose name or id contains it. */
  readonly identity?: string | undefined;
  /** Findings that are answered with; all of the span are stored. */
  readonly limit: number;
  /** Stores none. */
  readonly isDryRun?: boolean;
  readonly signal: AbortSignal;
  readonly onDay?: (day: Pick<WatchedDay, "startMs" | "day" | "days">) => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Days of reception for the calibration of the parts, then of their sum: what is raised comes on later ones, unless it is certain. */
const learningDays = 6;
const usualSpanMs = 7 * dayMs;

/** @throws PermanentError where the store cannot answer: no records, no past, nobody of that name. */
export async function detect(options: DetectOptions): Promise<Detection> {
  const { store, identity, limit, isDryRun = false, signal, onDay } = options;
  const clock = await receptionOf(store, options.toMs);
  const span = spanOf(options, clock);
  const wanted = identity === undefined ? undefined : await identitiesLike(store, identity);
  const view = asOfView(store, span.toMs);
  const watched = watchOptions({ ...usualSettings, ...options.settings });
  const told: Told[] = [];
  const silentDays: number[] = [];
  const parked: ParkedOnDay[] = [];
  let untold: Untold = { mechanism: 0, fact: 0, silence: 0 };
  let windows = 0;
  let isInterrupted = signal.aborted;
  const decisions = await decisionsUntil(store, span.toMs);
  for await (const day of watchedDays(view, { ...watched, decisions }, { toMs: span.toMs })) {
    told.push(...day.told);
    const isInSpan = day.startMs + dayMs > span.fromMs;
    if (isInSpan) windows += day.windows;
    if (isInSpan && day.windows === 0) silentDays.push(day.startMs);
    if (isInSpan) parked.push(...day.parked);
    untold = day.untold;
    onDay?.(day);
    isInterrupted = signal.aborted;
    if (isInterrupted) break;
  }
  const drafts = isInterrupted ? [] : draftsOf(told).filter(({ place }) => place.momentMs > span.fromMs);
  const isWithoutPast = clock.reception_days <= learningDays;
  if (isWithoutPast && drafts.length === 0 && !isInterrupted) throw new PermanentError(noPast(clock));
  const findings = await makeFindings(store, view, drafts, configurationOf(watched));
  if (!isDryRun) {
    await writeFindings(store, findings);
    await writeParked(store, parked, span.toMs);
  }
  const asked = findings.filter(({ identity_uids }) => wanted === undefined || identity_uids.some((uid) => wanted.has(uid))).sort(byRisk);
  return {
    span,
    findings: asked.slice(0, limit),
    total: asked.length,
    firstReceivedMs: clock.first_received_ms,
    lastReceivedMs: clock.last_received_ms,
    windows,
    silentDays,
    parked,
    untold,
    lateShare: clock.late / clock.events,
    isInterrupted,
    isWithoutPast,
    isStored: !isDryRun && !isInterrupted,
  };
}

/** As of the end of the day on which it failed. */
async function writeParked(store: Store, parked: readonly ParkedOnDay[], toMs: number): Promise<void> {
  for (const [startMs, each] of Map.groupBy(parked, ({ dayMs: ofDay }) => ofDay))
    await writeProblems(store, each.map(parkedSeen), Math.min(startMs + dayMs, toMs));
}

/** As the queue has them. */
function byRisk(left: Finding, right: Finding): number {
  return right.risk - left.risk || right.bits - left.bits || right.raised_ms - left.raised_ms || (left.finding_uid < right.finding_uid ? -1 : 1);
}

/** Events of the identity by hour, as they were known at the end of the hour that raised it: of its day and `days` before. */
export async function activityBefore(store: Store, { identity_uid, window_start_ms }: Finding, days: number): Promise<Map<number, number>> {
  const lastDayMs = Math.floor(window_start_ms / dayMs) * dayMs;
  const period = { from_ms: lastDayMs - days * dayMs, to_ms: lastDayMs + dayMs };
  const rows = await asOfView(store, window_start_ms + hourMs).query(identityActivity, { identity_uid, ...period });
  return new Map(rows.map(({ hour, events }) => [hour, events]));
}

type Clock = ReturnType<(typeof receptionClock.row)["parse"]>;

/** What reception says of the store by then. Moments that lie ahead of the last reception add nothing. */
async function receptionOf(store: Store, toMs: number | undefined): Promise<Clock> {
  const [clock] = await asOfView(store, toMs ?? farAheadMs).query(receptionClock, {});
  if (clock === undefined || clock.events === 0) {
    const when = toMs === undefined ? "" : ` received by ${timeOf(toMs)}`;
    throw new PermanentError(`detect: ${store.location} holds no action${when}; \`machinetrail scan PATHS\` fills it`);
  }
  return clock;
}

/** The same of a store with days enough to judge by. @throws PermanentError where there are fewer. */
export async function receptionWithPastOf(store: Store, toMs: number | undefined): Promise<Clock> {
  const clock = await receptionOf(store, toMs);
  if (clock.reception_days <= learningDays) throw new PermanentError(noPast(clock));
  return clock;
}

const farAheadMs = Date.UTC(2200, 0);

function noPast({ events, reception_days, first_received_ms, last_received_ms, event_days, first_event_ms, last_event_ms }: Clock): string {
  const learns = `Detection compares each hour with what was received on days before, and raises nothing on the first ${learningDays} days but what is certain without them`;
  const received =
    reception_days === 1
      ? `all ${events} actions count as received on ${dayOf(first_received_ms)}`
      : `its ${events} actions count as received on ${reception_days} days, ${dayOf(first_received_ms)} to ${dayOf(last_received_ms)}`;
  const cannot = "detect: nothing can be judged yet, which does not mean that all is well:";
  if (event_days <= learningDays)
    return `${cannot} ${received}, and they happened on ${event_days} (${dayOf(first_event_ms)} to ${dayOf(last_event_ms)}). ${learns}: scan older logs too, or wait.`;
  return (
    `${cannot} ${received}, but they happened on ${event_days} days (${dayOf(first_event_ms)} to ${dayOf(last_event_ms)}): they were read at once, ` +
    `so nothing tells what was known when. ${learns}.\nRead the same files into a new store with their own clock:\n` +
    "  machinetrail scan PATHS --received-at file-time --store NEW-FOLDER     (files that still have the time of their delivery)\n" +
    "  machinetrail scan PATHS --received-at event-time --store NEW-FOLDER    (copied or downloaded files)"
  );
}

export function spanOf({ fromMs, toMs }: Pick<DetectOptions, "fromMs" | "toMs">, { first_received_ms, last_received_ms }: Clock): Span {
  const lastMs = Math.ceil(Math.min(toMs ?? last_received_ms, last_received_ms) / hourMs) * hourMs;
  const from = Math.floor((fromMs ?? lastMs - usualSpanMs) / hourMs) * hourMs;
  if (from >= lastMs)
    throw new PermanentError(`detect: nothing was received from ${timeOf(from)} on; the last record came ${timeOf(last_received_ms)}`);
  return { fromMs: Math.max(from, Math.floor(first_received_ms / hourMs) * hourMs), toMs: lastMs };
}

async function identitiesLike(store: Store, text: string): Promise<ReadonlySet<string>> {
  const rows = await store.query(identitiesList, { search: text, limit: 100_000 });
  if (rows.length === 0)
    throw new PermanentError(`detect: no identity has ${text} in its name or id; \`machinetrail identities\` lists those that are there`);
  return new Set(rows.map(({ identity_uid }) => identity_uid));
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function timeOf(timeMs: number): string {
  return `${minuteText(timeMs)}Z`;
}
