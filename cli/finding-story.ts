// The story of one finding, for somebody who is tired: one sentence, why, what to check, then hours, events and lineage, and last what
// raises it without harm and what it cannot see.
import { activityBefore, type Finding, type FindingReason, mostEvents } from "../pipeline/detect.ts";
import { lineageDown } from "../queries/lineage-down.ts";
import { lineageUp } from "../queries/lineage-up.ts";
import { walkLineage } from "../queries/walk-lineage.ts";
import { lineageSection } from "./commands/identity.ts";
import { findingColumns, findingRow, kindOf, nameOf, unique, why } from "./finding-report.ts";
import type { OpenStore } from "./invocation.ts";
import type { Answer, Row, Section } from "./output/section.ts";
import { formatCount, formatTime } from "./output/time-text.ts";
import { programName } from "./package-file.ts";
import { count } from "./scan-report.ts";

interface Story {
  readonly finding: Finding;
  readonly activity: Section;
  readonly lineage: readonly Section[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shownDays = 7;
const shownReasons = 8;
/** Detectors whose advice a person is given; more is no advice. */
const advisingDetectors = 3;
const shownSteps = 12;

export async function findingStory(store: OpenStore, finding: Finding): Promise<Story> {
  const { identityUid } = finding;
  const up = await walkLineage(identityUid, "up", (uids) => store.query(lineageUp, { identity_uids: uids }));
  const down = await walkLineage(identityUid, "down", (uids) => store.query(lineageDown, { identity_uids: uids }));
  const cut = (isCut: boolean, steps: readonly unknown[]) =>
    isCut || steps.length > shownSteps ? `The nearest ${shownSteps}; machinetrail identity shows the rest.` : undefined;
  return {
    finding,
    activity: activitySection(finding, await activityBefore(store, finding, shownDays)),
    lineage: [
      lineageSection(
        "lineage_up",
        "Behind it, as known now: who issued or delegated to it",
        up.steps.slice(0, shownSteps),
        "No record says who handed it its credentials.",
        cut(up.isCut, up.steps),
      ),
      lineageSection(
        "lineage_down",
        "Within reach, as known now: to whom it issued or delegated",
        down.steps.slice(0, shownSteps),
        "No record shows it handing out credentials.",
        cut(down.isCut, down.steps),
      ),
    ],
  };
}

/** For people the finding itself is told in sentences. */
export function storyAnswer({ finding, activity, lineage }: Story, isTable: boolean): Answer {
  const card: Section = { id: "finding", title: "Finding", columns: findingColumns, rows: [findingRow(finding)], whenEmpty: "", isCard: true };
  const sections = [activity, eventsSection(finding), ...lineage];
  return { main: "events", sections: isTable ? sections : [card, ...sections, adviceSection(finding)] };
}

export function storyHead(finding: Finding): string {
  const { reasons } = finding;
  const lines = [sentence(finding), ...maturityLines(finding), "", "Why: what was seen, and what is normal"];
  for (const { observed, baseline, probability } of reasons.slice(0, shownReasons))
    lines.push(`  ${observed}`, `      ${baseline}; one hour in ${oneIn(probability)} is as odd in this`);
  if (reasons.length === 0) lines.push("  no single thing stands out: several together do");
  if (reasons.length > shownReasons) lines.push(`  and ${reasons.length - shownReasons} more (--output json)`);
  lines.push("", "Check next", ...bullets(advice(reasons).flatMap(({ checks }) => checks)));
  const techniques = unique(advice(reasons).flatMap((detector) => detector.techniques));
  if (techniques.length > 0) lines.push("", `If it is an attack, ATT&CK may call it ${techniques.join(", ")}.`);
  return lines.join("\n");
}

export function storyTail({ identityUid, reasons }: Finding): string {
  const detectors = advice(reasons);
  return [
    "Known to raise it without harm",
    ...bullets(detectors.flatMap(({ falsePositives }) => falsePositives)),
    "",
    "What it cannot see",
    ...bullets(detectors.flatMap(({ blindSpots }) => blindSpots)),
    "",
    `All of the identity: ${programName} identity '${identityUid.replaceAll("'", "'\\''")}'`,
  ].join("\n");
}

function sentence(finding: Finding): string {
  const { fromMs, toMs, hours, lastMs, reasons, probability, bits } = finding;
  const between = `${formatTime(fromMs).slice(0, 16)} to ${formatTime(toMs).slice(11, 16)} UTC`;
  const until = formatTime(lastMs).slice(0, 16);
  const more = hours === 1 ? "" : ` ${count(hours, "hour")} of it were odd until ${until}.`;
  return (
    `${nameOf(finding)} (${finding.provider} ${kindOf(finding)}) was not itself in what was received ${between}: ${why(reasons).toLowerCase()}.\n` +
    `One hour in ${oneIn(probability)} of all identities is as odd (${bits.toFixed(1)} bits).${more}`
  );
}

function maturityLines({ maturity }: Finding): string[] {
  if (maturity === "own") return [];
  return maturity === "learning"
    ? ["It had no past here when this was raised: it was compared with others on their first day."]
    : ["It was known here for two weeks at most: how often its kind meets something new weighs beside its own past."];
}

/** 1,300 or 40 million: nobody needs more of it. */
function oneIn(probability: number): string {
  const hours = 1 / probability;
  if (hours >= 1e9) return "more than a thousand million";
  return hours >= 1e6 ? `${Math.round(hours / 1e6)} million` : formatCount(Number(hours.toPrecision(2)));
}

/** Detectors of the rarest reasons, each once. */
function advice(reasons: readonly FindingReason[]): FindingReason["detector"][] {
  return [...new Set(reasons.map(({ detector }) => detector))].slice(0, advisingDetectors);
}

function bullets(texts: readonly string[]): string[] {
  return unique(texts).map((text) => `  - ${text}`);
}

function adviceSection({ reasons }: Finding): Section {
  const rows = advice(reasons).flatMap(({ id, checks, falsePositives, blindSpots }): Row[] => [
    ...checks.map((text) => ({ detector: id, about: "check", text })),
    ...falsePositives.map((text) => ({ detector: id, about: "false positive", text })),
    ...blindSpots.map((text) => ({ detector: id, about: "blind spot", text })),
  ]);
  const columns = ["detector", "about", "text"].map((key) => ({ key, title: key, kind: "text" }) as const);
  return { id: "advice", title: "What to check, what raises it without harm, what it cannot see", columns, rows, whenEmpty: "None." };
}

const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A day a line, an hour a character, higher by the logarithm of the count, and a mark under the hours that the finding is about. */
function activitySection({ fromMs, toMs, events }: Finding, activity: ReadonlyMap<number, number>): Section {
  const most = Math.max(1, ...activity.values());
  const lastDay = Math.floor((toMs - 1) / dayMs);
  const rows = Array.from({ length: shownDays + 1 }, (_, index) => lastDay - shownDays + index).map((day) => {
    const counts = Array.from({ length: 24 }, (_, hour) => activity.get(day * 24 + hour) ?? 0);
    return {
      day: formatTime(day * dayMs).slice(0, 10),
      hours: counts.map((each) => levelOf(each, most)).join(""),
      events: counts.reduce((total, each) => total + each, 0),
      events_by_hour: counts,
    };
  });
  const marked = new Set(
    [...events.map(({ time_ms }) => Math.floor(time_ms / hourMs)), Math.floor(fromMs / hourMs)].map((hour) => hour - lastDay * 24),
  );
  const marks = Array.from({ length: 24 }, (_, hour) => (marked.has(hour) ? "^" : " ")).join("");
  return {
    id: "activity",
    title: `Its hours (UTC), as known when it was raised: the day of the finding and ${shownDays} before`,
    columns: [
      { key: "day", title: "day", kind: "text" },
      { key: "hours", title: "0     6     12    18     ", kind: "text" },
      { key: "events", title: "actions", kind: "count" },
    ],
    rows,
    whenEmpty: "",
    note: `${" ".repeat(12)}${marks.trimEnd()}  ^ the hour of the finding; the highest is ${count(most, "action")} an hour, heights by logarithm`,
  };
}

function levelOf(events: number, most: number): string {
  if (events === 0) return "·";
  const share = most === 1 ? 1 : Math.log(events) / Math.log(most);
  return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] ?? "";
}

function eventsSection({ events }: Finding): Section {
  return {
    id: "events",
    title: `Actions of the hour (${events.length}${events.length === mostEvents ? ", more may exist" : ""}): those that show a reason first, marked *`,
    columns: [
      { key: "mark", title: "", kind: "text" },
      { key: "time_ms", title: "time (UTC)", kind: "time" },
      { key: "call", title: "action", kind: "id" },
      { key: "outcome", title: "outcome", kind: "text" },
      { key: "resource_uids", title: "resources", kind: "id" },
      { key: "src_ip", title: "from", kind: "text" },
      { key: "agent_family", title: "agent", kind: "text" },
      { key: "region", title: "region", kind: "text" },
      { key: "credential_uid", title: "credential", kind: "id" },
    ],
    rows: events.map(({ moment_ms: _, identity_name: __, ...event }) => ({ mark: event.shows > 0 ? "*" : "", ...event })),
    whenEmpty: "None is stored any more.",
  };
}
