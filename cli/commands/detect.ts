// `detect`: what was not normal, oddest first, and the story of one finding. Computed afresh from the store at each call.
import { type Command, InvalidArgumentError, Option } from "commander";
import { PermanentError } from "../../model/errors.ts";
import type { Detection, DetectOptions, Finding } from "../../pipeline/detect.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeDetection, findingsSection } from "../finding-report.ts";
import { findingStory, storyAnswer, storyHead, storyTail } from "../finding-story.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import { programName } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { parseLimit } from "./identities.ts";

interface DetectCommandOptions extends GlobalOptions {
  readonly from?: number;
  readonly to?: number;
  readonly budget: number;
  readonly identity?: string;
  readonly limit: number;
}

const dayMs = 86_400_000;
const usualBudget = 10;

export function addDetect(program: Command, invocation: Invocation): void {
  program
    .command("detect")
    .description("list what was not normal, oddest first, and tell why; with the id of a finding, its story")
    .argument("[id]", "a finding, or the start of its id")
    .addOption(new Option("--from <time>", "received after: a day or a time, UTC (default: 7 days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "received by: a day (to its end) or a time, UTC (default: the last record)").argParser(momentOf("end")))
    .addOption(new Option("--budget <number>", "findings a day that you want to see").argParser(parseBudget).default(usualBudget))
    .option("--identity <text>", "only identities whose name or id contains the text")
    .addOption(new Option("--limit <rows>", "findings at most").argParser(parseLimit).default(50))
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (id: string | undefined, _, command: Command) => {
      const options = command.optsWithGlobals<DetectCommandOptions>();
      await (id === undefined ? listFindings(options, invocation) : tellStory(id, options, invocation));
    });
}

const afterHelp = `Each hour of an identity is compared with what was known of it, of its kind and of everybody when it was received, on the days before.
Bits: one hour in 2^bits is as odd. An id stands for an hour of an identity, so that it is the same at each call.
Nothing is stored: findings are computed afresh from the store at each call. States of findings, reports and alerts come later.
The first 6 days of reception raise nothing. A store whose records were all read at once has no past: scan --received-at file-time or event-time.
csv and arrow hold the list, or the events of the story; json and ndjson hold all.`;

async function listFindings(options: DetectCommandOptions, invocation: Invocation): Promise<void> {
  const signal = interruptible(invocation);
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const detection = await replay(store, options, { signal }, invocation);
    if (detection === undefined) return;
    if (options.output === "table" && !options.quiet) await invocation.terminal.writeLines(`${describeDetection(detection, options.budget)}\n`);
    await invocation.answer({ main: "findings", sections: [findingsSection(detection)] }, options);
    const [first] = detection.findings;
    // Another budget may raise others.
    const budget = options.budget === usualBudget ? "" : ` --budget ${options.budget}`;
    if (first !== undefined)
      invocation.hint(`\n${moreOf(detection)}${programName} detect ${first.id}${budget} tells why, and what to check.`, options);
  });
}

function moreOf({ findings, total }: Detection): string {
  return total > findings.length ? `${findings.length} of ${total} findings; --limit shows more. ` : "";
}

async function tellStory(id: string, options: DetectCommandOptions, invocation: Invocation): Promise<void> {
  const signal = interruptible(invocation);
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const detection = await replay(store, options, { signal, id }, invocation);
    if (detection === undefined) return;
    const finding = onlyFinding(detection, id, options.budget);
    const story = await findingStory(store, finding);
    const isTable = options.output === "table";
    if (isTable) await invocation.terminal.writeLines(`${storyHead(finding)}\n`);
    await invocation.answer(storyAnswer(story, isTable), options);
    if (isTable) await invocation.terminal.writeLines(`\n${storyTail(finding)}`);
  });
}

/** @throws PermanentError where none or several fit. */
function onlyFinding({ findings, total }: Detection, id: string, budget: number): Finding {
  const [finding, another] = findings;
  if (finding !== undefined && another === undefined) return finding;
  if (another !== undefined) throw new PermanentError(`finding ${id}: several begin so; give more of its id`);
  throw new PermanentError(
    `finding ${id}: there is none of this id among the ${total} that a budget of ${budget} a day raises; \`${programName} detect\` lists them`,
  );
}

function interruptible(invocation: Invocation): AbortSignal {
  return invocation.interruptible("nothing is changed, the same command begins again");
}

/** Undefined where it was stopped. */
async function replay(
  store: OpenStore,
  options: DetectCommandOptions,
  more: Pick<DetectOptions, "signal" | "id">,
  invocation: Invocation,
): Promise<Detection | undefined> {
  const { detect } = await import("../../pipeline/detect.ts");
  const progress = new ProgressLine(invocation.terminal, options.quiet === true);
  const detection = await detect({
    ...{ store, fromMs: options.from, toMs: options.to, budget: options.budget, identity: options.identity, limit: options.limit },
    ...more,
    onDay: ({ startMs, day, days }) => progress.show(() => `Replaying what was received  day ${day} of ${days}  (${dayText(startMs)})`),
  }).finally(() => progress.clear());
  if (!detection.isInterrupted) return detection;
  invocation.terminal.say("Stopped: no finding is shown, because those of a part would not be the oddest of the whole.");
  invocation.exitCode = exitCodes.interrupted;
  return undefined;
}

function dayText(startMs: number): string {
  return new Date(startMs).toISOString().slice(0, 10);
}

/** A day (its start, or its end), or a time; UTC. */
export function momentOf(edge: "start" | "end"): (text: string) => number {
  return (text) => {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
    const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?Z?$/.test(text);
    const timeMs = Date.parse(isDay ? `${text}T00:00:00Z` : isTime ? `${text.replace(" ", "T").replace(/Z$/, "")}Z` : "");
    const isReal = Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text.slice(0, 10));
    if (!isReal || timeMs < 0 || timeMs > Date.UTC(2200, 0))
      throw new InvalidArgumentError("It must be a day or time such as 2026-11-12 or 2026-11-12T08:00.");
    return isDay && edge === "end" ? timeMs + dayMs : timeMs;
  };
}

function parseBudget(text: string): number {
  const budget = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || budget <= 0 || budget > 10_000) throw new InvalidArgumentError("It must be a number above 0, 10000 at most.");
  return budget;
}
