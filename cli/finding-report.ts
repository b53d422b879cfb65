// Findings as a list: a table for people, whole rows for scripts, and the sentence that says what was looked at. `detect` and the demo
// both tell it.
import type { Detection, Finding, FindingReason } from "../pipeline/detect.ts";
import type { Column, Row, Section } from "./output/section.ts";
import { formatCount, formatTime } from "./output/time-text.ts";
import { count } from "./scan-report.ts";

const shownTitles = 4;

export const findingColumns: readonly Column[] = [
  { key: "id", title: "finding", kind: "text" },
  { key: "raised_ms", title: "raised", kind: "time" },
  { key: "bits", title: "bits", kind: "count" },
  { key: "identity", title: "identity", kind: "id" },
  { key: "kind", title: "what it is", kind: "text" },
  { key: "maturity", title: "past", kind: "text" },
  { key: "why", title: "why", kind: "text" },
];

/** Where a column more stands beside them. */
export const shortFindingColumns: readonly Column[] = findingColumns.filter(({ key }) => key !== "kind" && key !== "maturity");

export function findingsSection(detection: Detection): Section {
  return {
    id: "findings",
    title: `Findings, oddest first (${detection.total})`,
    columns: findingColumns,
    rows: detection.findings.map(findingRow),
    whenEmpty: "No hour of the span was odd enough for the budget. A larger --budget shows the next ones.",
  };
}

export function findingRow(finding: Finding): Row {
  const { identityUid, identityName, reasons } = finding;
  return {
    id: finding.id,
    rank: finding.rank,
    raised_ms: finding.toMs,
    from_ms: finding.fromMs,
    last_ms: finding.lastMs,
    hours: finding.hours,
    bits: Math.round(finding.bits * 10) / 10,
    probability: Number(finding.probability.toPrecision(3)),
    maturity: finding.maturity,
    identity: nameOf(finding),
    kind: kindOf(finding),
    why: why(reasons),
    identity_uid: identityUid,
    identity_name: identityName,
    provider: finding.provider,
    principal_type: finding.principalType,
    workload_type: finding.workloadType,
    reasons: reasons.map(reasonRow),
    techniques: unique(reasons.flatMap(({ detector }) => detector.techniques)),
    nhi_risks: unique(reasons.flatMap(({ detector }) => detector.nonHumanIdentityRisks)),
    event_uids: finding.events.map(({ event_uid }) => event_uid),
    checks: unique(reasons.flatMap(({ detector }) => detector.checks)),
  };
}

function reasonRow({ detector, observed, baseline, bits, probability }: FindingReason): Row {
  return {
    detector: detector.id,
    observed,
    baseline,
    bits: Math.round(bits * 10) / 10,
    probability: Number(probability.toPrecision(3)),
  };
}

export function nameOf({ identityName, identityUid }: Finding): string {
  return identityName === "" ? identityUid : identityName;
}

/** iam-role as ec2-instance */
export function kindOf({ principalType, workloadType }: Finding): string {
  return workloadType === "unknown" || workloadType === "" ? principalType : `${principalType} as ${workloadType}`;
}

/** Burst of novelty, unusual volume, new agent and 2 more: the kinds of reasons, the rarest first. */
export function why(reasons: readonly FindingReason[]): string {
  const titles = unique(reasons.map(({ detector }) => detector.title));
  const [first, ...others] = titles.slice(0, shownTitles);
  if (first === undefined) return "Several things, each a little odd";
  const more = titles.length > shownTitles ? ` and ${titles.length - shownTitles} more` : "";
  return `${[first, ...others.map((title) => title.toLowerCase())].join(", ")}${more}`;
}

/** What was looked at, so that a short list says what it is short of. */
export function describeDetection({ span, total, windows, silentDays, lateShare, firstReceivedMs }: Detection, budget: number): string {
  const lines = [
    `${count(total, "finding")} of ${formatTime(span.fromMs)} to ${formatTime(span.toMs)}: of ${count(windows, "hour")} of identities received on its days, those odder than a budget of ` +
      `${budget} a day lets through.`,
    `Learned from ${formatTime(firstReceivedMs)} on; computed afresh, nothing is stored.`,
  ];
  if (silentDays.length > 0) {
    const days = silentDays.slice(0, 3).map((startMs) => formatTime(startMs).slice(0, 10));
    lines.push(
      `Nothing at all was received on ${count(silentDays.length, "day")} of the span (${days.join(", ")}${silentDays.length > 3 ? ", ..." : ""}): is a source silent?`,
    );
  }
  if (lateShare > 0.2) {
    lines.push(
      `${formatCount(Math.round(lateShare * 100))} % of the records came more than three days after they happened: what was read at once as an archive has taught less than ` +
        "its days (scan --received-at file-time or event-time, into a new store).",
    );
  }
  return lines.join("\n");
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
