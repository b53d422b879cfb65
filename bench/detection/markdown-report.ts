// The tables of a scoring that a person reads, as Markdown.
import type { WeekLoad } from "./alert-load.ts";
import type { Interval } from "./bootstrap.ts";
import type { AtAlerts, EqualAlerts } from "./equal-alerts.ts";
import type { PaceTimes } from "./measures.ts";
import { type DetectionReport, type DetectorReport, type SliceReport, sorted } from "./report.ts";

export function markdownReport({ machine, command, estates, detectors, equalAlerts }: DetectionReport): string {
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
    "## The same identity within 24 hours counted once, for every detector alike",
    "",
    ...table(
      ["detector", "recall", "false per 1,000 days", "precision", "average precision", "recall at 1 false", "alerts"],
      detectors.map(({ id, collapsed }) => [id, ...figures(collapsed).slice(0, 5), `${collapsed.measures.alerts}`]),
    ),
    "",
    ...equalAlertsTables(equalAlerts),
    "## Time to the first true alert",
    "",
    "Slow attacks are those whose events lie over more than a day. Medians are of those found; in time, of all of them.",
    "",
    ...table(
      ["detector", ...paceHeads("loud", "15 minutes"), ...paceHeads("slow", "24 hours")],
      detectors.map(({ id, byPace }) => [id, ...paceCells(byPace.loud), ...paceCells(byPace.slow)]),
    ),
    "",
    "## Alerts a day, by week of the logs (days scored)",
    "",
    ...breakdown(detectors, (detector) => Object.fromEntries(detector.byWeek.map((load) => [`week ${load.week}`, load])), weekCell),
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

function equalAlertsTables({ raised, collapsed }: DetectionReport["equalAlerts"]): string[] {
  if (raised.length === 0) return [];
  return [
    "## Each beside ours at its own number of alerts",
    "",
    "Of ours the highest scores count, as many as the other raised; all of them where the largest budget gave fewer.",
    "",
    ...equalAlertsTable("as raised", raised),
    "",
    ...equalAlertsTable("the same identity within 24 hours once", collapsed),
    "",
  ];
}

function equalAlertsTable(counted: string, rows: readonly EqualAlerts[]): string[] {
  return table(
    [`detector (${counted})`, "alerts", "recall", "precision", "ours", "alerts", "recall", "precision"],
    rows.map(({ other, ours }) => [...atAlertsCells(other), ...atAlertsCells(ours)]),
  );
}

function atAlertsCells({ id, alerts, recall, precision }: AtAlerts): string[] {
  return [id, `${alerts}`, recall.toFixed(2), precision.toFixed(2)];
}

function paceHeads(pace: string, asked: string): string[] {
  return [`${pace}: found`, "median minutes", `within ${asked}`];
}

function paceCells({ attacks, found, minutes, inTime }: PaceTimes): string[] {
  return [`${found}/${attacks}`, cell(minutes, undefined, 0), `${inTime}/${attacks}`];
}

function weekCell({ days, alerts }: WeekLoad): string {
  return `${(alerts / days).toFixed(1)} (${days.toFixed(1)})`;
}

/** Detectors down, slices across. */
function breakdown<Slice>(
  detectors: readonly DetectorReport[],
  slicesOf: (detector: DetectorReport) => Readonly<Record<string, Slice>>,
  text: (slice: Slice) => string,
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
