// The fold over a store: what the benchmark scores and what a person is shown are read through an as-of view and handed to the watch in the
// order of reception. It stands alone because the watch itself knows of no store.
import { receptionBounds } from "../queries/reception-bounds.ts";
import type { Told } from "./alert-collapse.ts";
import type { Alert, AlertSource, AsOfView, Moments } from "./alert-source.ts";
import type { Window } from "./evidence.ts";
import type { ParkedOnDay } from "./parking.ts";
import { receivedHours } from "./received-hours.ts";
import { type Untold, Watch, type WatchOptions } from "./watch.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How often windows are asked while their hour goes on: what a live detection does, and whoever replays what it did. */
const usualTickMs = 60_000;
/** A question by reception reads the whole table: as many days are asked for at once as come to so many rows, */
const rowsAQuestion = 20_000;
/** at most so many. */
const mostDaysAtOnce = 30;

interface ReceivedDay {
  /** Day of reception, its start. */
  readonly startMs: number;
  /** Number of this day, from 1, and of all. */
  readonly day: number;
  readonly days: number;
  /** Windows received in it: identities times hours. */
  readonly windows: number;
  readonly parts: readonly Window[];
}

export interface WatchedDay extends Omit<ReceivedDay, "parts"> {
  readonly told: readonly Told[];
  /** Detectors that failed on it: what they would have said is missing. */
  readonly parked: readonly ParkedOnDay[];
  /** What found no room on it, and whose silence found none when the day before was over. */
  readonly untold: Untold;
}

export interface WatchedSpan {
  readonly toMs: number;
  /** A whole part of an hour; default: a minute. */
  readonly tickMs?: number;
}

/**
 * The fold over a store: a day of reception at a time, from the first one to `toMs`, days without any included. What the benchmark scores
 * and what a person is shown come out of here. Nothing where nothing was received by then.
 */
export async function* watchedDays(view: AsOfView, options: WatchOptions, span: WatchedSpan): AsyncGenerator<WatchedDay> {
  const watch = new Watch(options);
  for await (const { parts, ...day } of receivedDays(view, span)) {
    const told = watchParts(watch, parts, span.toMs);
    yield { ...day, told, parked: parts.length === 0 ? [] : watch.parked, untold: watch.untold };
  }
}

/** What the fold is over: the parts of windows that were received each day, for whoever folds them under several settings at once. */
export async function* receivedDays(view: AsOfView, { toMs, tickMs = usualTickMs }: WatchedSpan): AsyncGenerator<ReceivedDay> {
  const [bounds] = await view.query(receptionBounds, {});
  if (bounds === undefined || bounds.last_ms === 0) return;
  const firstDay = Math.floor((bounds.first_ms - 1) / dayMs);
  const lastDay = Math.floor((toMs - 1) / dayMs);
  let daysAtOnce = 1;
  for (let from = firstDay; from <= lastDay; ) {
    const until = Math.min(from + daysAtOnce, lastDay + 1);
    const received = await receivedHours(view, { fromMs: from * dayMs, toMs: Math.min(until * dayMs, toMs), stepMs: tickMs });
    const byDay = Map.groupBy(received.parts, ({ momentMs }) => Math.floor((momentMs - 1) / dayMs));
    for (let day = from; day < until; day++) {
      const parts = byDay.get(day) ?? [];
      const windows = new Set(parts.map(({ identityUid, momentMs }) => `${hourOf(momentMs)} ${identityUid}`)).size;
      yield { startMs: day * dayMs, day: day - firstDay + 1, days: lastDay - firstDay + 1, windows, parts };
    }
    daysAtOnce = Math.max(1, Math.min(mostDaysAtOnce, Math.floor((rowsAQuestion * (until - from)) / Math.max(received.rows, 1))));
    from = until;
  }
}

/** Parts of any number of whole hours, in the order of their moments. An hour that ends after `toMs` is left open. */
export function watchParts(watch: Watch, parts: readonly Window[], toMs: number): Told[] {
  const told: Told[] = [];
  for (const [hour, ofHour] of Map.groupBy(parts, ({ momentMs }) => hourOf(momentMs))) {
    for (const [momentMs, each] of Map.groupBy(ofHour, (part) => part.momentMs)) told.push(...watch.step(momentMs, each));
    const endMs = (hour + 1) * hourMs;
    if (endMs <= toMs && ofHour.at(-1)?.momentMs !== endMs) told.push(...watch.step(endMs, []));
  }
  return told;
}

function hourOf(momentMs: number): number {
  return Math.floor((momentMs - 1) / hourMs);
}

/** Our detection as the benchmark asks it: everything from the first reception on, alerts of the span asked for. */
export function watchAlerts(id: string, title: string, options: WatchOptions): AlertSource {
  return {
    id,
    title,
    identityKey: "identity_uid",
    async evaluate(view: AsOfView, { fromMs, toMs }: Moments): Promise<Alert[]> {
      const alerts: Alert[] = [];
      for await (const { told } of watchedDays(view, options, { toMs })) {
        for (const each of told) if (each.isNews && each.raised.asOfMs > fromMs) alerts.push(alertOf(id, each));
      }
      return alerts;
    },
  };
}

function alertOf(detectorId: string, { raised: { window, asOfMs, bits, reasons }, isRevision }: Told): Alert {
  return {
    detectorId,
    asOfMs,
    isRevision,
    identity: window.identityUid,
    identityUids: [window.identityUid],
    windowFromMs: window.momentMs - hourMs,
    windowToMs: window.momentMs,
    score: bits,
    reason: reasons
      .slice(0, 3)
      .map(({ observed, baseline }) => `${observed} (${baseline})`)
      .join("; "),
    eventUids: [],
  };
}
