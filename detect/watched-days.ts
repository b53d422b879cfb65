// The fold over a store: what the benchmark scores and what a person is shown are read through an as-of view and handed to the watch in the
// order of reception. It stands alone because the watch itself knows of no store.
import { identityHours } from "../queries/identity-hours.ts";
import { receptionBounds } from "../queries/reception-bounds.ts";
import type { Alert, AlertSource, AsOfView, Moments } from "./alert-source.ts";
import { type Window, windowsOf } from "./evidence.ts";
import { type Raised, Watch, type WatchOptions } from "./watch.ts";

const dayMs = 86_400_000;
/** A question by reception reads the whole table: as many days are asked for at once as come to so many rows, */
const rowsAQuestion = 20_000;
/** at most so many. */
const mostDaysAtOnce = 30;

/** A raised window, and whether it is a finding of its own or belongs to one that was told lately. */
interface Told {
  readonly raised: Raised;
  readonly isNews: boolean;
}

export interface WatchedDay {
  /** Day of reception, its start. */
  readonly startMs: number;
  /** Number of this day, from 1, and of all. */
  readonly day: number;
  readonly days: number;
  /** Windows received in it: identities times hours. */
  readonly windows: number;
  readonly told: readonly Told[];
}

/**
 * The fold over a store: a day of reception at a time, from the first one to `toMs`, days without any included. What the benchmark scores
 * and what a person is shown come out of here. Nothing where nothing was received by then.
 */
export async function* watchedDays(
  view: AsOfView,
  options: WatchOptions,
  { toMs, stepMs }: Pick<Moments, "toMs" | "stepMs">,
): AsyncGenerator<WatchedDay> {
  const [bounds] = await view.query(receptionBounds, {});
  if (bounds === undefined || bounds.last_ms === 0) return;
  const watch = new Watch(options);
  const firstDay = Math.floor((bounds.first_ms - 1) / dayMs);
  const lastDay = Math.floor((toMs - 1) / dayMs);
  let daysAtOnce = 1;
  for (let from = firstDay; from <= lastDay; ) {
    const until = Math.min(from + daysAtOnce, lastDay + 1);
    const rows = await view.query(identityHours, { from_ms: from * dayMs, to_ms: Math.min(until * dayMs, toMs), step_ms: stepMs });
    const byDay = Map.groupBy(byMoment(windowsOf(rows)), ([momentMs]) => Math.floor((momentMs - 1) / dayMs));
    for (let day = from; day < until; day++) {
      const told: Told[] = [];
      let windows = 0;
      for (const [momentMs, each] of byDay.get(day) ?? []) {
        windows += each.length;
        for (const raised of watch.step(momentMs, each)) told.push({ raised, isNews: watch.isNews(raised) });
      }
      yield { startMs: day * dayMs, day: day - firstDay + 1, days: lastDay - firstDay + 1, windows, told };
    }
    daysAtOnce = Math.max(1, Math.min(mostDaysAtOnce, Math.floor((rowsAQuestion * (until - from)) / Math.max(rows.length, 1))));
    from = until;
  }
}

/** Our detection as the benchmark asks it: everything from the first reception on, alerts of the moments asked for. */
export function watchAlerts(id: string, title: string, options: WatchOptions): AlertSource {
  return {
    id,
    title,
    identityKey: "identity_uid",
    async evaluate(view: AsOfView, moments: Moments): Promise<Alert[]> {
      const alerts: Alert[] = [];
      for await (const { told } of watchedDays(view, options, moments)) {
        for (const { raised, isNews } of told) {
          if (isNews && raised.window.momentMs > moments.fromMs) alerts.push(alertOf(id, raised, moments.stepMs));
        }
      }
      return alerts;
    },
  };
}

function byMoment(windows: readonly Window[]): Map<number, Window[]> {
  const moments = new Map<number, Window[]>();
  for (const window of windows) {
    const same = moments.get(window.momentMs);
    if (same === undefined) moments.set(window.momentMs, [window]);
    else same.push(window);
  }
  return moments;
}

function alertOf(detectorId: string, { window, bits, reasons }: Raised, stepMs: number): Alert {
  return {
    detectorId,
    asOfMs: window.momentMs,
    identity: window.identityUid,
    identityUids: [window.identityUid],
    windowFromMs: window.momentMs - stepMs,
    windowToMs: window.momentMs,
    score: bits,
    reason: reasons
      .slice(0, 3)
      .map(({ observed, baseline }) => `${observed} (${baseline})`)
      .join("; "),
    eventUids: [],
  };
}
