// What a scoring says: every figure as an object, which is written as JSON. The tables that a person reads are made of it elsewhere.
import { alertsByWeek, collapsed, type WeekLoad } from "./alert-load.ts";
import { bootstrapIntervals, type Intervals } from "./bootstrap.ts";
import { atEqualAlerts, type EqualAlerts } from "./equal-alerts.ts";
import {
  type CurvePoint,
  type Measures,
  measure,
  ofAttack,
  ofWorkload,
  type Pace,
  type PaceTimes,
  precisionRecallCurve,
  type Run,
  summarise,
  timesOf,
} from "./measures.ts";
import { isOurs } from "./ours.ts";

export interface SliceReport {
  readonly measures: Measures;
  readonly intervals: Intervals;
}

export interface DetectorReport {
  readonly id: string;
  readonly title: string;
  readonly identityKey: string;
  readonly overall: SliceReport;
  /** The same identity again within 24 hours counted once, for every detector alike. */
  readonly collapsed: SliceReport;
  readonly byAttack: Readonly<Record<string, SliceReport>>;
  readonly byWorkloadType: Readonly<Record<string, SliceReport>>;
  readonly byPace: Readonly<Record<Pace, PaceTimes>>;
  readonly byWeek: readonly WeekLoad[];
  /** Over all seeds together; at most a few hundred points. */
  readonly curve: readonly CurvePoint[];
  readonly seconds: number;
}

export interface DetectionReport {
  readonly machine: string;
  readonly command: string;
  readonly estates: readonly {
    readonly name: string;
    readonly stored: number;
    readonly rejected: number;
    readonly attacks: number;
    readonly from: string;
    readonly to: string;
  }[];
  readonly detectors: readonly DetectorReport[];
  /** Each other detector beside ours, as raised and with repeats counted once. */
  readonly equalAlerts: Readonly<Record<"raised" | "collapsed", readonly EqualAlerts[]>>;
}

const curvePoints = 300;

export function detectorReport(
  { id, title, identityKey }: Pick<DetectorReport, "id" | "title" | "identityKey">,
  runs: readonly Run[],
  seconds: number,
): DetectorReport {
  const attacks = sorted(runs.flatMap((run) => run.attacks.map(({ attack }) => attack)));
  const types = sorted(runs.flatMap((run) => [...run.attacks.map(({ workloadType }) => workloadType), ...run.benignIdentityDays.keys()]));
  return {
    id,
    title,
    identityKey,
    overall: slice(runs),
    collapsed: slice(runs.map(collapsed)),
    byAttack: Object.fromEntries(attacks.map((attack) => [attack, slice(runs.map((run) => ofAttack(run, attack)))])),
    byWorkloadType: Object.fromEntries(types.map((type) => [type, slice(runs.map((run) => ofWorkload(run, type)))])),
    byPace: { loud: timesOf(runs, "loud"), slow: timesOf(runs, "slow") },
    byWeek: alertsByWeek(runs),
    curve: thinned(precisionRecallCurve(pooled(runs))),
    seconds,
  };
}

/** By detector; of ours several, from the smallest budget to the largest. */
export function equalAlerts(runsById: ReadonlyMap<string, readonly Run[]>): DetectionReport["equalAlerts"] {
  const compared = (change: (run: Run) => Run) => {
    const ranked = [...runsById].map(([id, runs]) => ({ id, curve: precisionRecallCurve(pooled(runs.map(change))) }));
    return atEqualAlerts(
      ranked.filter(({ id }) => isOurs(id)),
      ranked.filter(({ id }) => !isOurs(id)),
    );
  };
  return { raised: compared((run) => run), collapsed: compared(collapsed) };
}

function slice(runs: readonly Run[]): SliceReport {
  const summaries = runs.map(summarise);
  return { measures: measure(summaries), intervals: bootstrapIntervals(summaries) };
}

/** Of several estates one, in which an identity of one is none of another. */
function pooled(runs: readonly Run[]): Pick<Run, "alerts" | "attacks"> {
  const marked = <Item extends { readonly identityUids: readonly string[] }>(items: readonly Item[], place: number): Item[] =>
    items.map((item) => ({ ...item, identityUids: item.identityUids.map((uid) => `${place} ${uid}`) }));
  return { alerts: runs.flatMap((run, place) => marked(run.alerts, place)), attacks: runs.flatMap((run, place) => marked(run.attacks, place)) };
}

function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const step = Math.ceil(points.length / curvePoints);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

export function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
