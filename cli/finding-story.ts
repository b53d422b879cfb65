// The story of one finding, for somebody who is tired: one sentence, why, what to check, then hours, events, lineage and what was decided, and
// last what raises it without harm and what it cannot see.
import type { Finding } from "../model/finding.ts";
import type { FindingDecision } from "../model/finding-state.ts";
import { activityBefore } from "../pipeline/detect.ts";
import { mostEvents } from "../pipeline/make-findings.ts";
import { findingDecisions } from "../queries/finding-decisions.ts";
import type { ListedFinding } from "../queries/findings-list.ts";
import { kindOf, oneIn, whoOf, why } from "../report/finding-words.ts";
import { lineageSection } from "./commands/identity.ts";
import { findingColumns, findingRow } from "./finding-report.ts";
import type { OpenStore } from "./invocation.ts";
import type { Answer, Section } from "./output/section.ts";
import { formatTime } from "./output/time-text.ts";
import { programName } from "./package-file.ts";
import { count } from "./scan-report.ts";

interface Story {
  readonly finding: ListedFinding;
  readonly activity: Section;
  readonly states: Section;
  readonly lineage: readonly Section[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const shownDays = 7;
const shownReasons = 8;

export async function findingStory(store: OpenStore, finding: ListedFinding): Promise<Story> {
  const { up, down, is_cut } = finding.lineage;
  const cut = is_cut ? `The nearest; ${programName} identity shows the rest.` : undefined;
  return {
    finding,
    activity: activitySection(finding, await activityBefore(store, finding, shownDays)),
    states: statesSection(await store.query(findingDecisions, { finding_uid: finding.finding_uid })),
    lineage: [
      lineageSection(
        "lineage_up",
        "Behind it, as known when it was stored: who issued or delegated to it",
        up,
        "No record says who handed it its credentials.",
        cut,
      ),
      lineageSection(
        "lineage_down",
        "Within reach, as known when it was stored: to whom it issued or delegated",
        down,
        "No record shows it handing out credentials.",
        cut,
      ),
    ],
  };
}

/** For people the finding itself is told in sentences. */
export function storyAnswer({ finding, activity, states, lineage }: Story, isTable: boolean): Answer {
  const { total: _, ...told } = finding;
  const card: Section = { id: "finding", title: "Finding", columns: findingColumns, rows: [findingRow(told)], whenEmpty: "", isCard: true };
  // A source has no actions and no credentials.
  const sections = finding.kind === "source" && isTable ? [states] : [activity, eventsSection(finding), ...lineage, states];
  return { main: "events", sections: isTable ? sections : [card, ...sections] };
}

export function storyHead(finding: ListedFinding): string {
  const { reasons, checks, techniques } = finding;
  const lines = [sentence(finding), ...maturityLines(finding), importance(finding), stateLine(finding), "", "Why: what was seen, and what is normal"];
  const rarity = (probability: number) => (finding.kind === "source" ? "" : `; one hour in ${oneIn(probability)} is as odd in this`);
  for (const { observed, baseline, probability } of reasons.slice(0, shownReasons))
    lines.push(`  ${observed}`, `      ${baseline}${rarity(probability)}`);
  if (reasons.length === 0) lines.push("  no single thing stands out: several together do");
  if (reasons.length > shownReasons) lines.push(`  and ${reasons.length - shownReasons} more (--output json)`);
  lines.push("", "Check next", ...bullets(checks));
  if (techniques.length > 0) lines.push("", `If it is an attack, ATT&CK may call it ${techniques.join(", ")}.`);
  return lines.join("\n");
}

export function storyTail({ kind, identity_uid, false_positives, blind_spots }: Finding): string {
  const lines = ["Known to raise it without harm", ...bullets(false_positives), "", "What it cannot see", ...bullets(blind_spots)];
  if (kind === "source") return lines.join("\n");
  return [...lines, "", `All of the identity: ${programName} identity '${identity_uid.replaceAll("'", "'\\''")}'`].join("\n");
}

function sentence(finding: Finding): string {
  if (finding.kind === "source")
    return `${whoOf(finding)} (${finding.workload_type}): ${why(finding.reasons).toLowerCase()}. Told at ${formatTime(finding.raised_ms)}.`;
  const { window_start_ms, raised_ms, changed_ms, windows, reasons, probability, bits } = finding;
  const between = `${formatTime(window_start_ms).slice(0, 16)} to ${formatTime(window_start_ms + hourMs).slice(11, 16)} UTC`;
  const until = formatTime(changed_ms).slice(0, 16);
  const more = windows.length === 1 ? "" : ` ${count(windows.length, "hour")} of it were odd until ${until}.`;
  return (
    `${whoOf(finding)} (${finding.provider} ${kindOf(finding)}) was not itself in what was received ${between}: ${why(reasons).toLowerCase()}.\n` +
    `One hour in ${oneIn(probability)} of all identities is as odd (${bits.toFixed(1)} bits). First raised at ${formatTime(raised_ms).slice(11, 16)}.${more}`
  );
}

function importance({ severity, risk, impact, impact_reasons, confidence }: Finding): string {
  return `Severity ${severity}, risk ${risk} of 100: impact ${impact}${impact_reasons.length === 0 ? "" : ` (${impact_reasons.join(", ")})`}, confidence ${confidence}.`;
}

function stateLine({ state, state_reason, state_by, state_at_ms, muted_until_ms }: ListedFinding): string {
  if (state_at_ms === 0) return "State: open, nobody has decided yet.";
  const until = muted_until_ms === 0 ? "" : ` until ${formatTime(muted_until_ms).slice(0, 16)}`;
  return `State: ${state}${until}, by ${state_by} on ${formatTime(state_at_ms).slice(0, 16)}${state_reason === "" ? "" : `: ${state_reason}`}.`;
}

function maturityLines({ maturity }: Finding): string[] {
  if (maturity === "own") return [];
  return maturity === "learning"
    ? ["It had no past here when this was raised: it was compared with others on their first day."]
    : ["It was known here for two weeks at most: how often its kind meets something new weighs beside its own past."];
}

function bullets(texts: readonly string[]): string[] {
  return texts.map((text) => `  - ${text}`);
}

const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A day a line, an hour a character, higher by the logarithm of the count, and a mark under the hours that the finding is about. */
function activitySection({ window_start_ms, events }: Finding, activity: ReadonlyMap<number, number>): Section {
  const most = Math.max(1, ...activity.values());
  const lastDay = Math.floor(window_start_ms / dayMs);
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
    [...events.map(({ time_ms }) => Math.floor(time_ms / hourMs)), Math.floor(window_start_ms / hourMs)].map((hour) => hour - lastDay * 24),
  );
  const marks = Array.from({ length: 24 }, (_, hour) => (marked.has(hour) ? "^" : " ")).join("");
  return {
    id: "activity",
    title: `Its hours (UTC), as known at the end of the hour that raised it: its day and ${shownDays} before`,
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

function statesSection(decisions: readonly FindingDecision[]): Section {
  return {
    id: "states",
    title: "What was decided, the latest first",
    columns: [
      { key: "decided_ms", title: "decided", kind: "time" },
      { key: "state", title: "state", kind: "text" },
      { key: "muted_until_ms", title: "until", kind: "time" },
      { key: "decided_by", title: "by", kind: "text" },
      { key: "reason", title: "why", kind: "text" },
    ],
    rows: decisions,
    whenEmpty: "Nothing yet: finding ID --state benign, confirmed, acknowledged or muted does.",
  };
}

function eventsSection({ events }: Finding): Section {
  return {
    id: "events",
    title: `Actions of the hour (${events.length}${events.length >= mostEvents ? ", more may exist" : ""}): those that show a reason first, marked *`,
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
    rows: events.map((event) => ({ mark: event.shows > 0 ? "*" : "", ...event })),
    whenEmpty: "None is stored any more.",
  };
}
