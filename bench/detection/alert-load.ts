// How many alerts somebody has to look at: the same identity again within a day counted once, and so many a day in each week. It stands apart from the
// measures of quality because all detectors are to be treated alike here, whatever they do about repeats themselves.
import { matches, type Run, type ScoredAlert } from "./measures.ts";

const dayMs = 24 * 3_600_000;
const collapseMs = dayMs;
const weekMs = 7 * dayMs;

/**
 * Of one identity, as the detector names it, whatever comes within 24 hours after an alert is the same alert, with the highest score among them. It is
 * true, and raised, when the first true one among them was; else when the first was.
 */
export function collapsed(run: Run): Run {
  const kept: { readonly firstMs: number; readonly isTrue: boolean; readonly alert: ScoredAlert }[] = [];
  const placeOf = new Map<string, number>();
  const found = matches(run);
  const ordered = run.alerts.map((alert, place) => ({ alert, isTrue: (found[place] ?? []).length > 0 }));
  for (const { alert, isTrue } of ordered.sort((left, right) => left.alert.asOfMs - right.alert.asOfMs)) {
    const place = placeOf.get(alert.identity) ?? -1;
    const before = kept[place];
    if (before === undefined || alert.asOfMs > before.firstMs + collapseMs) {
      placeOf.set(alert.identity, kept.length);
      kept.push({ firstMs: alert.asOfMs, isTrue, alert });
    } else {
      const shown = isTrue && !before.isTrue ? alert : before.alert;
      const score = Math.max(alert.score, before.alert.score);
      kept[place] = { firstMs: before.firstMs, isTrue: isTrue || before.isTrue, alert: { ...shown, score } };
    }
  }
  return { ...run, alerts: kept.map(({ alert }) => alert) };
}

export interface WeekLoad {
  /** Of the logs, from 1. */
  readonly week: number;
  /** Days of it that were scored, of all estates together. */
  readonly days: number;
  readonly alerts: number;
}

/** Weeks of which anything was scored. */
export function alertsByWeek(runs: readonly Pick<Run, "alerts" | "span">[]): WeekLoad[] {
  const most = Math.max(...runs.map(({ span }) => Math.ceil((span.toMs - span.firstMs) / weekMs)), 0);
  return Array.from({ length: most }, (_, index) => {
    const ofRun = ({ alerts, span: { firstMs, fromMs, toMs } }: (typeof runs)[number]) => {
      const startMs = Math.max(firstMs + index * weekMs, fromMs);
      const endMs = Math.min(firstMs + (index + 1) * weekMs, toMs);
      const during = alerts.filter(({ asOfMs }) => asOfMs > startMs && asOfMs <= endMs).length;
      return { days: Math.max(0, endMs - startMs) / dayMs, during };
    };
    const loads = runs.map(ofRun);
    return {
      week: index + 1,
      days: loads.reduce((total, { days }) => total + days, 0),
      alerts: loads.reduce((total, { during }) => total + during, 0),
    };
  }).filter(({ days }) => days > 0);
}
