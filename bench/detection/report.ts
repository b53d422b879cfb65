// What a scoring says: every figure as an object (for JSON), and the tables that a person reads (Markdown).
import { bootstrapIntervals, type Interval, type Intervals } from "./bootstrap.ts";
import { type CurvePoint, type Measures, measure, ofAttack, ofWorkload, precisionRecallCurve, type Run, summarise } from "./measures.ts";

interface SliceReport {
  readonly measures: Measures;
  readonly intervals: Intervals;
}

export interface DetectorReport {
  readonly id: string;
  readonly title: string;
  readonly identityKey: string;
  readonly overall: SliceReport;
  readonly byAttack: Readonly<Record<string, SliceReport>>;
  readonly byWorkloadType: Readonly<Record<string, SliceReport>>;
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
    byAttack: Object.fromEntries(attacks.map((attack) => [attack, slice(runs.map((run) => ofAttack(run, attack)))])),
    byWorkloadType: Object.fromEntries(types.map((type) => [type, slice(runs.map((run) => ofWorkload(run, type)))])),
    curve: thinned(precisionRecallCurve(pooled(runs))),
    seconds,
  };
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

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

export function markdownReport({ machine, command, estates, detectors }: DetectionReport): string {
  const hasIntervals = estates.length > 1;
  const lines = [
    "# Detection benchmark",
    "",
    `\`${command}\` on ${machine}.`,
    "",
    ...table(
      ["estate", "rows stored", "rejected", "attacks", "scored from", "to"],
      estates.map((estate) => [estate.name, `${estate.stored}`, `${estate.rejected}`, `${estate.attacks}`, estate.from, estate.to]),
    ),
    "",
    "An alert is true when it is about an identity of an attack and raised between its start and 24 hours after its end. " +
      "False alerts are per 1,000 identity-days without attack. Times are medians over the attacks that were found." +
      (hasIntervals ? " In brackets: 95 % intervals, by drawing the estates again." : ""),
    "",
    "## Overall",
    "",
    ...table(
      [
        "detector",
        "recall",
        "false per 1,000 days",
        "precision",
        "average precision",
        "recall at 1 false",
        "minutes to detect",
        "attacker events by then",
        "alerts",
        "seconds",
      ],
      detectors.map(({ id, overall, seconds }) => [id, ...figures(overall), `${overall.measures.alerts}`, seconds.toFixed(1)]),
    ),
    "",
    "## By attack: found of all (median minutes)",
    "",
    ...breakdown(detectors, (detector) => detector.byAttack, recallCell),
    "",
    "## By workload type: found of all; false alerts per 1,000 identity-days",
    "",
    ...breakdown(detectors, (detector) => detector.byWorkloadType, workloadCell),
    "",
  ];
  return lines.join("\n");
}

function figures({ measures, intervals }: SliceReport): string[] {
  return [
    cell(measures.recall, intervals.recall, 2),
    cell(measures.falsePerThousandDays, intervals.falsePerThousandDays, 1),
    cell(measures.precision, intervals.precision, 3),
    cell(measures.averagePrecision, intervals.averagePrecision, 3),
    cell(measures.recallAtOneFalse, intervals.recallAtOneFalse, 2),
    cell(measures.minutesToDetect, intervals.minutesToDetect, 0),
    cell(measures.eventsToDetect, intervals.eventsToDetect, 0),
  ];
}

function recallCell({ measures }: SliceReport): string {
  const minutes = measures.minutesToDetect === undefined ? "" : ` (${measures.minutesToDetect.toFixed(0)})`;
  return `${measures.found}/${measures.attacks}${minutes}`;
}

function workloadCell({ measures }: SliceReport): string {
  return `${measures.attacks === 0 ? "–" : `${measures.found}/${measures.attacks}`}; ${cell(measures.falsePerThousandDays, undefined, 1)}`;
}

/** Detectors down, slices across. */
function breakdown(
  detectors: readonly DetectorReport[],
  slicesOf: (detector: DetectorReport) => Readonly<Record<string, SliceReport>>,
  text: (slice: SliceReport) => string,
): string[] {
  const names = sorted(detectors.flatMap((detector) => Object.keys(slicesOf(detector))));
  const rowOf = (detector: DetectorReport) =>
    names.map((name) => {
      const found = slicesOf(detector)[name];
      return found === undefined ? "–" : text(found);
    });
  return table(
    ["detector", ...names],
    detectors.map((detector) => [detector.id, ...rowOf(detector)]),
  );
}

function cell(value: number | undefined, interval: Interval | undefined, digits: number): string {
  if (value === undefined) return "–";
  const range = interval === undefined ? "" : ` [${interval[0].toFixed(digits)}, ${interval[1].toFixed(digits)}]`;
  return `${value.toFixed(digits)}${range}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}
