// How many alerts somebody has to look at: the same identity again within a day counted once, and so many a day in each week. It stands apart from the
// measures of quality because all detectors are to be treated alike here, whatever they do about repeats themselves.
import type { Run, ScoredAlert } from "./measures.ts";

const dayMs = 24 * 3_600_000;
const collapseMs = dayMs;
const weekMs = 7 * dayMs;

/** Of one identity, as the detector names it, whatever comes within 24 hours after an alert is the same alert, with the highest score among them. */
export function collapsed(run: Run): Run {
  const alerts: ScoredAlert[] = [];
  const placeOf = new Map<string, number>();
  for (const alert of run.alerts.toSorted((left, right) => left.asOfMs - right.asOfMs)) {
    const place = placeOf.get(alert.identity) ?? -1;
    const before = alerts[place];
    if (before === undefined || alert.asOfMs > before.asOfMs + collapseMs) {
      placeOf.set(alert.identity, alerts.length);
      alerts.push(alert);
    } else {
      const identityUids = [...new Set([...before.identityUids, ...alert.identityUids])];
      alerts[place] = { ...before, identityUids, score: Math.max(before.score, alert.score) };
    }
  }
  return { ...run, alerts };
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
