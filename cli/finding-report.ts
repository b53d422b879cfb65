// Findings as a list: a table for people, whole rows for scripts, and the sentence that says what was looked at. `detect`, `findings` and
// the demo tell them.
import type { Finding } from "../model/finding.ts";
import type { Detection } from "../pipeline/detect.ts";
import { whoOf, why } from "../report/finding-words.ts";
import type { Column, Row, Section } from "./output/section.ts";
import { formatCount, formatTime } from "./output/time-text.ts";
import { count } from "./scan-report.ts";

/** Failures of detectors that are told one by one. */
const mostParked = 5;

export const findingColumns: readonly Column[] = [
  { key: "finding_uid", title: "finding", kind: "text" },
  { key: "risk", title: "risk", kind: "count" },
  { key: "severity", title: "severity", kind: "text" },
  { key: "raised_ms", title: "raised", kind: "time" },
  { key: "bits", title: "bits", kind: "count" },
  { key: "who", title: "identity", kind: "id" },
  { key: "why", title: "why", kind: "text" },
];

export function findingsSection(findings: readonly Finding[], total: number, whenEmpty: string): Section {
  return { id: "findings", title: `Findings, highest risk first (${total})`, columns: findingColumns, rows: findings.map(findingRow), whenEmpty };
}

export function findingRow(finding: Finding): Row {
  const { bits, probability, reasons, members } = finding;
  return {
    ...finding,
    bits: oneDigit(bits),
    probability: threeDigits(probability),
    reasons: reasons.map((reason) => ({ ...reason, bits: oneDigit(reason.bits), probability: threeDigits(reason.probability) })),
    members: members.map((member) => ({ ...member, bits: oneDigit(member.bits) })),
    who: whoOf(finding),
    why: why(reasons),
  };
}

/** As many digits as mean anything. */
function oneDigit(bits: number): number {
  return Math.round(bits * 10) / 10;
}

function threeDigits(probability: number): number {
  return Number(probability.toPrecision(3));
}

/** What was looked at, so that a short list says what it is short of. */
export function describeDetection(detection: Detection, budget: number): string {
  const { span, total, windows, silentDays, parked, untold, lateShare, firstReceivedMs, isStored, isWithoutPast } = detection;
  const lines = [
    `${count(total, "finding")} of ${formatTime(span.fromMs)} to ${formatTime(span.toMs)}: of ${count(windows, "hour")} of identities received on its days, those odder than a budget of ` +
      `${budget} a day lets through.`,
    `Learned from ${formatTime(firstReceivedMs)} on; ${isStored ? "what was found is stored" : "a dry run: none is stored"}.`,
  ];
  if (isWithoutPast)
    lines.push(
      "There are fewer than seven days of reception: only what is certain without a past could be raised, and the rest may be anything but well.",
    );
  if (silentDays.length > 0) {
    const days = silentDays.slice(0, 3).map((startMs) => formatTime(startMs).slice(0, 10));
    lines.push(
      `Nothing at all was received on ${count(silentDays.length, "day")} of the span (${days.join(", ")}${silentDays.length > 3 ? ", ..." : ""}): is a source silent?`,
    );
  }
  for (const { id, reason, dayMs } of parked.slice(0, mostParked))
    lines.push(`The detector ${id} failed on ${formatTime(dayMs).slice(0, 10)} and was left out until the day was over: it ${reason}.`);
  if (parked.length > mostParked) lines.push(`Detectors failed so on ${formatCount(parked.length - mostParked)} more days.`);
  const left = Object.entries(untold).flatMap(([what, number]) => (number === 0 ? [] : count(number, what)));
  if (left.length > 0)
    lines.push(`On the last day ${left.join(", ")} found no room: so many a day are told, and what shows or is silent on a later day is told then.`);
  if (lateShare > 0.2) {
    lines.push(
      `${formatCount(Math.round(lateShare * 100))} % of the records came more than three days after they happened: what was read at once as an archive has taught less than ` +
        "its days (scan --received-at file-time or event-time, into a new store).",
    );
  }
  return lines.join("\n");
}

/** For those that come one by one. Holds text of records: the terminal makes it harmless. */
export function findingLine(finding: Finding): string {
  const { kind, finding_uid, changed_ms, revision, severity, risk, bits, reasons } = finding;
  const [first] = reasons;
  const said = first === undefined ? "" : `: ${first.observed} (${first.baseline})`;
  const what = `${why(reasons)}${said}`;
  return `${formatTime(changed_ms)}  ${revision === 1 ? "new  " : "again"}  ${finding_uid}  risk ${risk} ${severity}${kind === "source" ? "" : `, ${bits.toFixed(1)} bits`}  ${whoOf(finding)}: ${what}`;
}
