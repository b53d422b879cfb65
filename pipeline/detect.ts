// Detection over a store, as people ask it: replayed as of each hour by the code that the benchmark scores, and its raised windows told
// as findings. It stands alone because what a store cannot answer must be said before an empty list is.
import { createHash } from "node:crypto";
import { asOfView } from "../detect/as-of-view.ts";
import type { Detector } from "../detect/detector.ts";
import { detectors } from "../detect/detectors/registry.ts";
import type { Maturity } from "../detect/memory/estate-memory.ts";
import type { Reason } from "../detect/scoring.ts";
import type { Raised } from "../detect/watch.ts";
import { type WatchedDay, watchedDays } from "../detect/watched-days.ts";
import { PermanentError } from "../model/errors.ts";
import { identitiesList } from "../queries/identities-list.ts";
import { identityActivity } from "../queries/identity-activity.ts";
import { receptionClock } from "../queries/reception-clock.ts";
import { windowEvents } from "../queries/window-events.ts";
import type { Store } from "../storage/store.ts";

type FindingEvent = ReturnType<(typeof windowEvents.row)["parse"]>;
type Advice = Pick<Detector, "id" | "title" | "techniques" | "nonHumanIdentityRisks" | "checks" | "falsePositives" | "blindSpots">;

export interface FindingReason {
  readonly detector: Advice;
  readonly observed: string;
  readonly baseline: string;
  readonly bits: number;
  /** Share of the detector's past scores that were at least as high. */
  readonly probability: number;
}

export interface Finding {
  /** See findingId. */
  readonly id: string;
  /** 1 is the oddest of the span. */
  readonly rank: number;
  readonly identityUid: string;
  /** Empty where no record names it. */
  readonly identityName: string;
  readonly provider: string;
  readonly principalType: string;
  readonly workloadType: string;
  /** Reception of the hour that raised it: from (without) and to (with). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Odd hours that followed and belong to it, this one included, and the end of the last one. */
  readonly hours: number;
  readonly lastMs: number;
  readonly bits: number;
  readonly probability: number;
  readonly maturity: Maturity;
  /** The rarest first. */
  readonly reasons: readonly FindingReason[];
  /** At most `mostEvents` of the hour that raised it, those that show a reason first. */
  readonly events: readonly FindingEvent[];
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Detection {
  readonly span: Span;
  /** The oddest first; at most as many as were asked for. */
  readonly findings: readonly Finding[];
  /** All of the span. */
  readonly total: number;
  readonly firstReceivedMs: number;
  readonly lastReceivedMs: number;
  /** Windows of the span's days: identities times hours. */
  readonly windows: number;
  /** Days of the span (their starts) on which nothing was received. */
  readonly silentDays: readonly number[];
  /** Share of the events that were received more than three days after they happened. */
  readonly lateShare: number;
  readonly isInterrupted: boolean;
}

export interface DetectOptions {
  readonly store: Store;
  /** Default: seven days before `toMs`. */
  readonly fromMs?: number | undefined;
  /** Default: the last reception. */
  readonly toMs?: number | undefined;
  /** Findings a day that are wanted. */
  readonly budget: number;
  /** Only identities whose name or id contains it. */
  readonly identity?: string | undefined;
  /** Only the finding whose id begins so, wherever it lies. */
  readonly id?: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onDay?: (day: Pick<WatchedDay, "startMs" | "day" | "days">) => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Days of reception for the calibration of the parts, then of their sum: what is raised comes on later ones. */
const learningDays = 6;
const usualSpanMs = 7 * dayMs;
export const mostEvents = 20;
/** Of a finding, values that its events are searched for; with the next two it bounds a parameter, of which a server takes 128 KiB. */
const mostTelling = 16;
const longestTelling = 512;
const findingsAQuestion = 10;

/** @throws PermanentError where the store cannot answer: no records, no past, nobody of that name. */
export async function detect(options: DetectOptions): Promise<Detection> {
  const { store, budget, identity, id, limit, signal, onDay } = options;
  const clock = await receptionOf(store, options.toMs);
  const span = spanOf(options, clock);
  const wanted = identity === undefined ? undefined : await identitiesLike(store, identity);
  const view = asOfView(store, span.toMs);
  const found: Draft[] = [];
  const latest = new Map<string, Draft>();
  const silentDays: number[] = [];
  let windows = 0;
  let isInterrupted = signal.aborted;
  for await (const day of watchedDays(view, { detectors, budget }, { toMs: span.toMs })) {
    for (const { raised, isNews, isRevision } of day.told) {
      const uid = raised.window.identityUid;
      const known = latest.get(uid);
      const isSame = isRevision && known?.raised.window.momentMs === raised.window.momentMs;
      if (isSame) known.raised = raised;
      if (isSame || (isRevision && !isNews)) continue;
      if (!isNews && known !== undefined) {
        known.hours++;
        known.lastMs = raised.window.momentMs;
        continue;
      }
      const draft: Draft = { raised, hours: 1, lastMs: raised.window.momentMs };
      latest.set(uid, draft);
      found.push(draft);
    }
    const isInSpan = day.startMs + dayMs > span.fromMs;
    if (isInSpan) windows += day.windows;
    if (isInSpan && day.windows === 0) silentDays.push(day.startMs);
    onDay?.(day);
    isInterrupted = signal.aborted;
    if (isInterrupted) break;
  }
  const inSpan = found
    .filter(({ raised }) => raised.window.momentMs > span.fromMs && (wanted?.has(raised.window.identityUid) ?? true))
    .sort((left, right) => right.raised.bits - left.raised.bits || left.raised.window.momentMs - right.raised.window.momentMs);
  const ranked = inSpan.map((draft, index) => ({ ...draft, rank: index + 1, id: findingId(draft.raised) }));
  const shown = id === undefined ? ranked.slice(0, limit) : ranked.filter((draft) => draft.id.startsWith(id)).slice(0, 2);
  return {
    span,
    findings: isInterrupted ? [] : await withEvents(view, shown),
    total: inSpan.length,
    firstReceivedMs: clock.first_received_ms,
    lastReceivedMs: clock.last_received_ms,
    windows,
    silentDays,
    lateShare: clock.late / clock.events,
    isInterrupted,
  };
}

/** Events of the identity by hour, as they were known when the finding was raised: of its day and `days` before. */
export async function activityBefore(store: Store, { identityUid, toMs }: Finding, days: number): Promise<Map<number, number>> {
  const lastDayMs = Math.floor((toMs - 1) / dayMs) * dayMs;
  const period = { from_ms: lastDayMs - days * dayMs, to_ms: lastDayMs + dayMs };
  const rows = await asOfView(store, toMs).query(identityActivity, { identity_uid: identityUid, ...period });
  return new Map(rows.map(({ hour, events }) => [hour, events]));
}

/**
 * Ten hexadecimal digits of SHA-256 over the JSON array [identity_uid, start, end] of the hour of reception that raised it (epoch
 * milliseconds): the same whenever and wherever the same hour of the same identity is raised.
 */
function findingId({ window }: Raised): string {
  const place = JSON.stringify([window.identityUid, window.momentMs - hourMs, window.momentMs]);
  return createHash("sha256").update(place).digest("hex").slice(0, 10);
}

interface Draft {
  /** As it was known last. */
  raised: Raised;
  hours: number;
  lastMs: number;
}

type Clock = ReturnType<(typeof receptionClock.row)["parse"]>;

/** What reception says of the store by then. Moments that lie ahead of the last reception add nothing. */
async function receptionOf(store: Store, toMs: number | undefined): Promise<Clock> {
  const [clock] = await asOfView(store, toMs ?? farAheadMs).query(receptionClock, {});
  if (clock === undefined || clock.events === 0) {
    const when = toMs === undefined ? "" : ` received by ${timeOf(toMs)}`;
    throw new PermanentError(`detect: ${store.location} holds no action${when}; \`machinetrail scan PATHS\` fills it`);
  }
  if (clock.reception_days > learningDays) return clock;
  throw new PermanentError(noPast(clock));
}

const farAheadMs = Date.UTC(2200, 0);

function noPast({ events, reception_days, first_received_ms, last_received_ms, event_days, first_event_ms, last_event_ms }: Clock): string {
  const learns = `Detection compares each hour with what was received on days before, and raises nothing on the first ${learningDays} days`;
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

function spanOf({ fromMs, toMs, id }: DetectOptions, { first_received_ms, last_received_ms }: Clock): Span {
  const lastMs = Math.ceil(Math.min(toMs ?? last_received_ms, last_received_ms) / hourMs) * hourMs;
  if (id !== undefined) return { fromMs: 0, toMs: lastMs };
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

type Ranked = Draft & Pick<Finding, "id" | "rank">;

async function withEvents(view: ReturnType<typeof asOfView>, drafts: readonly Ranked[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let first = 0; first < drafts.length; first += findingsAQuestion) {
    const group = drafts.slice(first, first + findingsAQuestion);
    const events = await view.query(windowEvents, {
      identity_uids: group.map(({ raised }) => raised.window.identityUid),
      moments_ms: group.map(({ raised }) => raised.window.momentMs),
      step_ms: hourMs,
      telling: [...new Set(group.flatMap(({ raised }) => raised.reasons.flatMap(tellingValues).slice(0, mostTelling)))],
      limit: mostEvents,
    });
    for (const draft of group) {
      const { identityUid, momentMs } = draft.raised.window;
      findings.push(
        findingOf(
          draft,
          events.filter((event) => event.identity_uid === identityUid && event.moment_ms === momentMs),
        ),
      );
    }
  }
  return findings;
}

/** A reason is about a value, or about a credential and a value after it. */
function tellingValues({ what }: Reason): string[] {
  return [...new Set([what, what.slice(what.indexOf(" ") + 1)])].filter((value) => value.length <= longestTelling);
}

function findingOf({ raised, id, rank, hours, lastMs }: Ranked, events: readonly FindingEvent[]): Finding {
  const { window, bits, maturity, reasons } = raised;
  return {
    id,
    rank,
    identityUid: window.identityUid,
    identityName: events[0]?.identity_name ?? "",
    provider: window.provider,
    principalType: window.principalType,
    workloadType: window.workloadType,
    fromMs: window.momentMs - hourMs,
    toMs: window.momentMs,
    hours,
    lastMs,
    bits,
    probability: 2 ** -bits,
    maturity,
    reasons,
    events,
  };
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function timeOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
}
