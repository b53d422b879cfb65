// `detect`: replays what was received, keeps what was not normal as findings, and lists them. `findings` and `finding` go on from there.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Detection, DetectOptions } from "../../pipeline/detect.ts";
import { detectionSettings } from "../detection-settings.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeDetection, findingsSection } from "../finding-report.ts";
import { followDetection } from "../follow-detection.ts";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import { programName } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { parseLimit } from "./identities.ts";

interface DetectCommandOptions extends GlobalOptions {
  readonly from?: number;
  readonly to?: number;
  readonly budget?: number;
  readonly identity?: string;
  readonly limit: number;
  readonly dryRun?: true;
  readonly follow?: true;
}

export function addDetect(program: Command, invocation: Invocation): void {
  program
    .command("detect")
    .description("look through what was received, keep what was not normal as findings, and list them")
    .addOption(new Option("--from <time>", "received after: a day or a time, UTC (default: 7 days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "received by: a day (to its end) or a time, UTC (default: the last record)").argParser(momentOf("end")))
    .addOption(
      new Option("--budget <number>", "findings a day that you want to see (default: detection.budget of the configuration, 10)").argParser(
        parseBudget,
      ),
    )
    .option("--identity <text>", "only identities whose name or id contains the text")
    .addOption(new Option("--limit <rows>", "findings that are listed, at most; all are stored").argParser(parseLimit).default(50))
    .option("--dry-run", "list them and store none")
    .addOption(
      new Option("--follow", "go on from where it was, store and tell findings as they come, a tick a minute, until Ctrl-C").conflicts([
        ...["from", "to", "identity", "limit", "dryRun"],
      ]),
    )
    .addHelpText("after", `\n${afterHelp}`)
    // An id was taken here once: whoever gives one is told where it went.
    .allowExcessArguments()
    .action(async (_, command: Command) => {
      const [id] = command.args;
      if (id !== undefined) program.error(`error: detect takes no finding; ${programName} finding ${id} tells its story`);
      const options = command.optsWithGlobals<DetectCommandOptions>();
      await (options.follow ? followDetection(options, invocation) : listFindings(options, invocation));
    });
}

const afterHelp = `Each hour of an identity is compared with what was known of it, of its kind and of everybody when it was received, on the days before.
Bits: one hour in 2^bits is as odd. What is found is stored, and \`findings\` lists it; an id stands for an hour of an identity, so that the same
hours give the same findings however often they are looked through. Findings of another budget stay beside them.
The first 6 days of reception raise nothing but what is certain without a past. A store whose records were all read at once has no past: scan --received-at file-time or event-time.`;

async function listFindings(options: DetectCommandOptions, invocation: Invocation): Promise<void> {
  const signal = invocation.interruptible("nothing is changed, the same command begins again");
  const config = invocation.config(options);
  const settings = detectionSettings(config, options, invocation);
  await invocation.withStore(config, options, async (store) => {
    const detection = await replay(store, options, { signal, settings }, invocation);
    if (detection === undefined) return;
    if (options.output === "table" && !options.quiet) await invocation.terminal.writeLines(`${describeDetection(detection, settings.budget)}\n`);
    const whenEmpty = "No hour of the span was odd enough for the budget. A larger --budget shows the next ones.";
    await invocation.answer({ main: "findings", sections: [findingsSection(detection.findings, detection.total, whenEmpty)] }, options);
    const [first] = detection.findings;
    if (first !== undefined && detection.isStored)
      invocation.hint(`\n${moreOf(detection)}${programName} finding ${first.finding_uid} tells why, and what to check.`, options);
  });
}

function moreOf({ findings, total }: Detection): string {
  return total > findings.length ? `${findings.length} of ${total} findings; --limit shows more. ` : "";
}

/** Undefined where it was stopped. */
async function replay(
  store: OpenStore,
  options: DetectCommandOptions,
  more: Pick<DetectOptions, "signal" | "settings">,
  invocation: Invocation,
): Promise<Detection | undefined> {
  const { detect } = await import("../../pipeline/detect.ts");
  const { from: fromMs, to: toMs, identity, limit, dryRun = false } = options;
  const progress = new ProgressLine(invocation.terminal, options.quiet === true);
  const detection = await detect({
    ...{ store, fromMs, toMs, identity, limit, isDryRun: dryRun, ...more },
    onDay: ({ startMs, day, days }) => progress.show(() => `Replaying what was received  day ${day} of ${days}  (${dayText(startMs)})`),
  }).finally(() => progress.clear());
  if (!detection.isInterrupted) return detection;
  invocation.terminal.say("Stopped: no finding is stored or shown, because those of a part would not be the oddest of the whole.");
  invocation.exitCode = exitCodes.interrupted;
  return undefined;
}

function dayText(startMs: number): string {
  return new Date(startMs).toISOString().slice(0, 10);
}

export function parseBudget(text: string): number {
  const budget = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || budget <= 0 || budget > 10_000) throw new InvalidArgumentError("It must be a number above 0, 10000 at most.");
  return budget;
}
