// `backtest --config FILE`: what a changed configuration would have raised in the past, held against what the present one would have.
import { type Command, Option } from "commander";
import { type BacktestDiff, backtestDiff, type DifferentFinding } from "../../pipeline/backtest-diff.ts";
import { detectionSettings } from "../detection-settings.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Column, Row, Section } from "../output/section.ts";
import { formatTime } from "../output/time-text.ts";
import { type ReplayedSpanOptions, replayFor } from "../replay-progress.ts";
import { count } from "../scan-report.ts";
import { parseLimit } from "./identities.ts";

interface BacktestOptions extends GlobalOptions, ReplayedSpanOptions {
  readonly quiet?: true;
  readonly limit: number;
}

export function addBacktest(program: Command, invocation: Invocation): void {
  program
    .command("backtest")
    .description("replay the past with a changed configuration (--config FILE) and with the present one, and print what it would raise otherwise")
    .addOption(new Option("--from <time>", "received after: a day or a time, UTC (default: 7 days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "received by: a day (to its end) or a time, UTC (default: the last record)").argParser(momentOf("end")))
    .addOption(new Option("--limit <rows>", "findings that differ at most").argParser(parseLimit).default(50))
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<BacktestOptions>();
      if (options.config === undefined) command.error("error: name the changed configuration: --config <file>");
      await runBacktest(options, invocation);
    });
}

const afterHelp = `Examples:
  machinetrail backtest --config changed.yaml
  machinetrail backtest --config changed.yaml --from 2026-11-01 --to 2026-11-14 --output json
The present configuration is what is in force without --config: MACHINETRAIL_CONFIG, the user's own file, or the defaults. The store is the one of
--store, else of the changed file. Both are replayed from the first reception on; nothing is stored.
csv and arrow hold the findings that differ; json and ndjson hold the counts too.`;

async function runBacktest(options: BacktestOptions, invocation: Invocation): Promise<void> {
  const changed = invocation.config(options);
  const { config: _, ...withoutFile } = options;
  const present = invocation.config(withoutFile);
  const trials = [present.detection, detectionSettings(changed, options, invocation)];
  await invocation.withStore(changed, options, async (store) => {
    const { watchOptions } = await import("../../pipeline/watch-options.ts");
    const replayed = await replayFor(
      store,
      options,
      trials.map((settings) => watchOptions(settings)),
      invocation,
    );
    const [before, now] = replayed?.trials ?? [];
    if (replayed === undefined || before === undefined || now === undefined) return;
    const { namesOf } = await import("../../pipeline/replay.ts");
    const diff = backtestDiff(before, now);
    const shown = diff.different.slice(0, options.limit);
    const names = await namesOf(
      store,
      shown.map(({ finding }) => finding.identityUid),
    );
    if (options.output === "table" && !options.quiet) await invocation.terminal.writeLines(`${summary(diff, replayed.span)}\n`);
    await invocation.answer(
      { main: "different", sections: [differentSection(diff, shown, names), detectorSection(diff), daySection(diff)] },
      options,
    );
    const left = diff.different.length - shown.length;
    if (left > 0) invocation.hint(`\n${count(left, "more finding")} that differ; --limit shows more.`, options);
  });
}

function summary({ different, same, total, promised, kept }: BacktestDiff, span: { readonly fromMs: number; readonly toMs: number }): string {
  const of = (difference: DifferentFinding["difference"]) => different.filter((each) => each.difference === difference).length;
  return (
    `${formatTime(span.fromMs)} to ${formatTime(span.toMs)}: ${count(total.before, "finding")} with the present configuration, ${total.now} with the changed one: ` +
    `${of("more")} more, ${of("less")} less, ${of("otherwise")} otherwise, ${same} the same.\n` +
    `Budget: ${promised.before} a day promised and ${kept.before} kept; changed: ${promised.now} promised and ${kept.now} kept.`
  );
}

function differentSection({ different }: BacktestDiff, shown: readonly DifferentFinding[], names: ReadonlyMap<string, string>): Section {
  return {
    id: "different",
    title: `Findings that differ (${different.length})`,
    columns: differentColumns,
    rows: shown.map((each) => differentRow(each, names)),
    whenEmpty: "None: both raise the same.",
  };
}

function differentRow({ difference, finding, rankBefore, rankNow, bitsBefore, bitsNow }: DifferentFinding, names: ReadonlyMap<string, string>): Row {
  const { id, identityUid, raisedMs, detectors, why } = finding;
  const name = names.get(identityUid) ?? "";
  return {
    difference,
    id,
    raised_ms: raisedMs,
    identity: name === "" ? identityUid : name,
    bits_before: bitsBefore,
    bits_now: bitsNow,
    rank_before: rankBefore,
    rank_now: rankNow,
    why,
    detectors,
    identity_uid: identityUid,
  };
}

function detectorSection({ byDetector }: BacktestDiff): Section {
  const rows = byDetector.map((row) => ({ ...row }));
  return { id: "by_detector", title: "Findings that tell a reason of a detector", columns: detectorColumns, rows, whenEmpty: "None." };
}

function daySection({ byDay, promised }: BacktestDiff): Section {
  const rows = byDay.map(({ startMs, before, now }) => ({
    ...{ day: formatTime(startMs).slice(0, 10), before, now },
    ...{ promised_before: promised.before, promised_now: promised.now },
  }));
  return { id: "by_day", title: "Findings by day of reception (UTC)", columns: dayColumns, rows, whenEmpty: "None." };
}

const differentColumns: readonly Column[] = [
  { key: "difference", title: "", kind: "text" },
  { key: "id", title: "finding", kind: "text" },
  { key: "raised_ms", title: "raised", kind: "time" },
  { key: "identity", title: "identity", kind: "id" },
  { key: "bits_before", title: "bits", kind: "count" },
  { key: "bits_now", title: "changed", kind: "count" },
  { key: "rank_before", title: "rank", kind: "count" },
  { key: "rank_now", title: "changed", kind: "count" },
  { key: "why", title: "why", kind: "text" },
];

const detectorColumns: readonly Column[] = [
  { key: "detector", title: "detector", kind: "text" },
  { key: "before", title: "present", kind: "count" },
  { key: "now", title: "changed", kind: "count" },
];

const dayColumns: readonly Column[] = [
  { key: "day", title: "day", kind: "text" },
  { key: "before", title: "present", kind: "count" },
  { key: "now", title: "changed", kind: "count" },
  { key: "promised_before", title: "promised", kind: "count" },
  { key: "promised_now", title: "changed", kind: "count" },
];
