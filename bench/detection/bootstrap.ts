// Intervals by the bootstrap over seeds: an estate is what is sampled, so whole estates are drawn again, not alerts.
import { type Random, seededRandom } from "../random.ts";
import { type Measures, measure, quantile, type RunSummary } from "./measures.ts";

export type Interval = readonly [low: number, high: number];

/** The figures that have an interval: counts have none. */
const intervalKeys = [
  "recall",
  "falsePerThousandDays",
  "precision",
  "averagePrecision",
  "recallAtOneFalse",
  "minutesToDetect",
  "eventsToDetect",
] as const;
export type Intervals = Readonly<Record<(typeof intervalKeys)[number], Interval | undefined>>;

const resamples = 1000;

/** 95 % percentile intervals, the same for the same runs. Undefined for fewer than two runs, or where most draws have no figure. */
export function bootstrapIntervals(runs: readonly RunSummary[]): Intervals {
  const random = seededRandom(20_261_124);
  const draws: Measures[] = runs.length < 2 ? [] : Array.from({ length: resamples }, () => measure(drawn(runs, random)));
  const entries = intervalKeys.map((key) => [key, interval(draws.map((draw) => draw[key]))] as const);
  return Object.fromEntries(entries) as Intervals;
}

function drawn(runs: readonly RunSummary[], random: Random): RunSummary[] {
  return runs.flatMap(() => runs[Math.floor(random() * runs.length)] ?? []);
}

function interval(values: readonly (number | undefined)[]): Interval | undefined {
  const defined = values.filter((value) => value !== undefined);
  const low = quantile(defined, 0.025);
  const high = quantile(defined, 0.975);
  return low === undefined || high === undefined || defined.length < values.length / 2 ? undefined : [low, high];
}
