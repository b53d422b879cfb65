// `finding ID`: the story of one finding, and with --state what somebody decides about it.
import { type Command, Option } from "commander";
import { ConfigError } from "../../model/errors.ts";
import { type FindingDecision, type FindingState, findingStates } from "../../model/finding-state.ts";
import { findFinding } from "../find-finding.ts";
import { findingStory, storyAnswer, storyHead, storyTail } from "../finding-story.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import { formatTime } from "../output/time-text.ts";
import { ocsfLine } from "./findings.ts";

interface FindingOptions extends GlobalOptions {
  readonly state?: FindingState;
  readonly reason?: string;
  readonly until?: number;
  readonly by?: string;
  readonly ocsf?: true;
}

const longestReason = 2_000;

export function addFinding(program: Command, invocation: Invocation): void {
  program
    .command("finding")
    .description("tell one finding: why it was raised, what is normal, the chain, the events, what to check; or decide about it")
    .argument("<id>", "its id, or the start of it that no other has")
    .addOption(new Option("--state <state>", "decide: what the finding is from now on").choices(findingStates))
    .option("--reason <text>", "why; benign, confirmed and muted need it")
    .addOption(new Option("--until <time>", "end of a mute: a day (to its end) or a time, UTC").argParser(momentOf("end")))
    .option("--by <name>", "who decides (default: the user who runs this)")
    .option("--ocsf", "as one event of OCSF 1.8, class Detection Finding (2004), in JSON")
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (id: string, _, command: Command) => {
      const options = command.optsWithGlobals<FindingOptions>();
      await (options.state === undefined ? tellStory(id, options, invocation) : decide(id, options.state, options, invocation));
    });
}

const afterHelp = `States: open (nobody has decided), acknowledged (somebody looks at it), benign (usual from now on: detection knows at once what it showed), confirmed
(an attack or a fault: detection never learns from it), muted (told to nobody until its end; detection goes on as before). Each decision is kept with who, when and why.
csv and arrow hold the events; json and ndjson hold all.`;

async function tellStory(id: string, options: FindingOptions, invocation: Invocation): Promise<void> {
  refuseWithoutState(options);
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const finding = await findFinding(store, id, invocation.nowMs);
    if (options.ocsf) return invocation.terminal.write(ocsfLine(finding));
    const story = await findingStory(store, finding);
    const isTable = options.output === "table";
    if (isTable) await invocation.terminal.writeLines(`${storyHead(finding)}\n`);
    await invocation.answer(storyAnswer(story, isTable), options);
    if (isTable) await invocation.terminal.writeLines(`\n${storyTail(finding)}`);
  });
}

/** @throws ConfigError where an option would be passed over. */
function refuseWithoutState({ reason, until, by }: FindingOptions): void {
  const given = Object.entries({ reason, until, by }).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined) throw new ConfigError(`finding: --${given} says something of a decision; give --state too`);
}

async function decide(id: string, state: FindingState, options: FindingOptions, invocation: Invocation): Promise<void> {
  const { reason = "", until = 0 } = options;
  const { USER, USERNAME } = invocation.surroundings.environment;
  refuseHalfDecision(state, options, invocation.nowMs);
  const { decideFinding } = await import("../../pipeline/decide-finding.ts");
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const { finding_uid } = await findFinding(store, id, invocation.nowMs);
    const by = options.by ?? USER ?? USERNAME ?? "unknown";
    const { decision, taught } = await decideFinding(store, { findingUid: finding_uid, state, reason, mutedUntilMs: until, by }, invocation.nowMs);
    if (options.output === "table") return invocation.terminal.writeLines([described(decision), ...taughtLines(taught)].join("\n"));
    const columns = [
      { key: "decided_ms", title: "decided", kind: "time" },
      { key: "muted_until_ms", title: "until", kind: "time" },
    ] as const;
    await invocation.answer(
      { main: "decision", sections: [{ id: "decision", title: "Decision", columns, rows: [{ ...decision, taught }], whenEmpty: "" }] },
      options,
    );
  });
}

/** @throws ConfigError where something that the state needs is missing, or that it does not know is there. */
function refuseHalfDecision(state: FindingState, { reason = "", until, by }: FindingOptions, nowMs: number): void {
  const needsReason = state === "benign" || state === "confirmed" || state === "muted";
  if (needsReason && reason.trim() === "") throw new ConfigError(`finding: --state ${state} needs --reason "why": somebody will ask`);
  if (reason.length > longestReason) throw new ConfigError(`finding: --reason has more than ${longestReason} characters`);
  if (by?.trim() === "") throw new ConfigError("finding: --by is empty; leave it out, or name who decides");
  if (state !== "muted" && until !== undefined) throw new ConfigError(`finding: --until is the end of a mute; --state ${state} has none`);
  if (state !== "muted") return;
  if (until === undefined) throw new ConfigError("finding: --state muted needs --until: a mute ends");
  if (until <= nowMs) throw new ConfigError(`finding: --until ${formatTime(until)} is over`);
}

function described({ finding_uid, state, muted_until_ms, decided_by }: FindingDecision): string {
  const until = muted_until_ms === 0 ? "" : ` until ${formatTime(muted_until_ms)}`;
  return `Finding ${finding_uid} is ${state}${until}, says ${decided_by}. ${consequences[state]}`;
}

function taughtLines(taught: readonly string[]): string[] {
  return taught.length === 0 ? [] : ["It taught, as usual for it:", ...taught.map((each) => `  - ${each}`)];
}

const consequences: Readonly<Record<FindingState, string>> = {
  open: "It waits for a decision.",
  acknowledged: "It stays in the list.",
  benign: "What it showed is usual for detection from now on; what it had learned by itself, three days after it was raised, stays as it is.",
  confirmed: "Detection never learns from it; what it had learned already, three days after it was raised, stays learned.",
  muted: "Detection goes on as before; nobody is told of it until then.",
};
