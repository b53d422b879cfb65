// `findings`: what detection has raised and kept, the highest risk first.
import { type Command, InvalidArgumentError, Option } from "commander";
import { severities } from "../../model/finding.ts";
import { type FindingState, findingStates } from "../../model/finding-state.ts";
import { providers } from "../../model/identity-action.ts";
import { findingsList, type ListedFinding } from "../../queries/findings-list.ts";
import { type AlikeFindings, alikeFindings } from "../../report/alike-findings.ts";
import { ocsfDetectionFinding } from "../../report/ocsf-detection-finding.ts";
import { findingColumns, findingRow } from "../finding-report.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Row } from "../output/section.ts";
import { formatCount } from "../output/time-text.ts";
import { programName, readVersion } from "../package-file.ts";
import { count } from "../scan-report.ts";
import { parseBudget } from "./detect.ts";
import { parseLimit } from "./identities.ts";

interface FindingsOptions extends GlobalOptions {
  readonly since?: number;
  readonly until?: number;
  readonly state: "undecided" | "all" | FindingState;
  readonly severity?: (typeof severities)[number];
  readonly provider?: string;
  readonly detector?: string;
  readonly identity?: string;
  readonly minRisk?: number;
  readonly budget?: number;
  readonly limit: number;
  readonly each?: true;
  readonly ocsf?: true;
}

/** What somebody may still have to do something about. */
const undecided: readonly FindingState[] = ["open", "acknowledged", "confirmed"];

export function addFindings(program: Command, invocation: Invocation): void {
  program
    .command("findings")
    .description("list what detection has raised, the highest risk first")
    .addOption(new Option("--since <time>", "raised after: a day or a time, UTC").argParser(momentOf("start")))
    .addOption(new Option("--until <time>", "raised by: a day (to its end) or a time, UTC").argParser(momentOf("end")))
    .addOption(
      new Option("--state <state>", "only in this state; undecided: neither benign nor muted")
        .choices(["undecided", "all", ...findingStates])
        .default("undecided"),
    )
    .addOption(new Option("--severity <severity>", "of this severity or a higher one").choices(severities))
    .addOption(new Option("--provider <name>", "only of this provider").choices(providers))
    .option("--detector <id>", "only with a reason of this detector (docs/detectors.md)")
    .option("--identity <text>", "only about identities whose name or id contains the text")
    .addOption(new Option("--min-risk <points>", "of this risk, 0 to 100, or a higher one").argParser(parseRisk))
    .addOption(new Option("--budget <number>", "only those raised with this budget").argParser(parseBudget))
    .addOption(new Option("--limit <rows>", "findings at most").argParser(parseLimit).default(50))
    .option("--each", "each by itself, also where several identities took up the same new thing within an hour")
    .option("--ocsf", "as events of OCSF 1.8, class Detection Finding (2004): one JSON object a line")
    .addHelpText("after", "\n`detect` raises them; `finding ID` tells one, and takes what you decide about it.")
    .action(async (_, command: Command) => listFindings(command.optsWithGlobals<FindingsOptions>(), invocation));
}

async function listFindings(options: FindingsOptions, invocation: Invocation): Promise<void> {
  const { since, until, state, severity, provider, detector, identity, minRisk, budget, limit } = options;
  const rows = await invocation.withStore(invocation.config(options), options, (store) =>
    store.query(findingsList, {
      now_ms: invocation.nowMs,
      since_ms: since,
      until_ms: until,
      states: state === "all" ? [] : state === "undecided" ? [...undecided] : [state],
      severities: severity === undefined ? [] : severities.slice(severities.indexOf(severity)),
      provider,
      detector,
      search: identity,
      min_risk: minRisk,
      budget,
      limit,
    }),
  );
  if (options.ocsf) return invocation.terminal.write(rows.map((finding) => ocsfLine(finding)).join(""));
  const whenEmpty = `No finding is stored that fits. ${programName} detect raises them; --state all shows those that are benign or muted, too.`;
  const section = {
    ...{ id: "findings", title: "Findings", columns: [...findingColumns, { key: "state", title: "state", kind: "text" } as const], whenEmpty },
    rows: options.each ? rows.map(rowOf) : alikeFindings(rows).map(storyRow),
  };
  await invocation.answer({ main: "findings", sections: [section] }, options);
  const [first] = rows;
  if (first === undefined) return;
  const more = first.total > rows.length ? `${formatCount(rows.length)} of ${formatCount(first.total)} findings; --limit shows more. ` : "";
  invocation.hint(`\n${more}${programName} finding ${first.finding_uid} tells why, and what to check.`, options);
}

function rowOf({ total: _, ...finding }: ListedFinding): Row {
  return findingRow(finding);
}

/** One row for what is one story: that of the first, with the others named in it. */
function storyRow({ first, others, shared }: AlikeFindings<ListedFinding>): Row {
  const row = rowOf(first);
  if (others.length === 0) return { ...row, shared: "", alike: [] };
  return {
    ...row,
    who: `${row.who} and ${count(others.length, "other finding")}`,
    why: `${shared}, new to all of them; ${row.why}`,
    shared,
    alike: others.map(({ finding_uid }) => finding_uid),
  };
}

export function ocsfLine(finding: ListedFinding): string {
  return `${JSON.stringify(ocsfDetectionFinding(finding, readVersion()))}\n`;
}

function parseRisk(text: string): number {
  const risk = Number(text);
  if (!/^\d{1,3}$/.test(text) || risk > 100) throw new InvalidArgumentError("It must be a whole number from 0 to 100.");
  return risk;
}
