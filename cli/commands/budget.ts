// `budget`: findings that were promised and findings that came, by day; what detectors in shadow would add stands apart.
import { type Command, Option } from "commander";
import type { Config } from "../../pipeline/config.ts";
import { findingsByDay } from "../../queries/findings-by-day.ts";
import { detectionSettings } from "../detection-settings.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Column } from "../output/section.ts";
import { formatTime } from "../output/time-text.ts";
import { type ReplayedSpanOptions, replayFor } from "../replay-progress.ts";
import { count } from "../scan-report.ts";

interface BudgetOptions extends GlobalOptions, ReplayedSpanOptions {
  readonly quiet?: true;
  readonly stored?: true;
}

export function addBudget(program: Command, invocation: Invocation): void {
  program
    .command("budget")
    .description("show how many findings a day were promised and how many came; what detectors in shadow would add stands apart")
    .addOption(new Option("--from <time>", "received after: a day or a time, UTC (default: 7 days before --to)").argParser(momentOf("start")))
    .addOption(new Option("--to <time>", "received by: a day (to its end) or a time, UTC (default: the last record)").argParser(momentOf("end")))
    .option("--stored", "count what detection stored, of any configuration, instead of replaying with the present one")
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (_, command: Command) => showBudget(command.optsWithGlobals<BudgetOptions>(), invocation));
}

const afterHelp = `The promise is detection.budget of the configuration. What came is replayed from the store with the present configuration.
kept is "yes" where a day had at most twice as many as promised. Few are no fault of a day: nothing has to happen.
What detectors in shadow would add: \`machinetrail detectors shadow\` lists it.`;

/** A promise is kept within this factor: what the threshold can do without knowing the day beforehand. */
const keptWithin = 2;

async function showBudget(options: BudgetOptions, invocation: Invocation): Promise<void> {
  const config = invocation.config(options);
  if (options.stored === true) return showStored(config, options, invocation);
  const detection = detectionSettings(config, options, invocation);
  await invocation.withStore(config, options, async (store) => {
    const { addedBy } = await import("../../pipeline/replay.ts");
    const { shadowTrials } = await import("../../pipeline/watch-options.ts");
    const replayed = await replayFor(store, options, shadowTrials(detection), invocation);
    const [live, shadow] = replayed?.trials ?? [];
    if (live === undefined) return;
    const added = addedBy(live, shadow);
    const rows = live.days.map(({ startMs, windows, raised }) => ({
      day: formatTime(startMs).slice(0, 10),
      promised: detection.budget,
      raised,
      kept: raised <= keptWithin * detection.budget,
      shadow: shadow === undefined ? null : added.filter(({ raisedMs }) => dayOf(raisedMs) === startMs).length,
      windows,
    }));
    const columns = shadow === undefined ? budgetColumns.filter(({ key }) => key !== "shadow") : budgetColumns;
    await invocation.answer(
      { main: "budget", sections: [{ id: "budget", title: "Budget by day of reception (UTC)", columns, rows, whenEmpty: "Nothing was received." }] },
      options,
    );
    const active = rows.filter(({ windows }) => windows > 0).length;
    const aDay = active === 0 ? 0 : Math.round((live.findings.length / active) * 100) / 100;
    invocation.hint(`\n${count(live.findings.length, "finding")} on ${count(active, "day")}: ${aDay} a day, ${detection.budget} promised.`, options);
  });
}

/** A day on which nothing was told has no row: the store does not say whether detection looked at it. */
async function showStored(config: Config, options: BudgetOptions, invocation: Invocation): Promise<void> {
  const { from: since_ms = 0, to: until_ms } = options;
  const stored = await invocation.withStore(config, options, (store) =>
    store.query(findingsByDay, { since_ms, ...(until_ms === undefined ? {} : { until_ms }) }),
  );
  const rows = stored.map(({ day_ms, configuration, budget, raised }) => ({
    ...{ day: formatTime(day_ms).slice(0, 10), promised: budget, raised, kept: raised <= keptWithin * budget, configuration },
  }));
  const whenEmpty = "No finding is stored; `machinetrail detect` looks for some.";
  await invocation.answer(
    {
      main: "budget",
      sections: [{ id: "budget", title: "Stored findings by the day they were raised (UTC)", columns: storedColumns, rows, whenEmpty }],
    },
    options,
  );
}

const dayMs = 86_400_000;

/** Of a moment of reception: the start of its day, at whose end it may lie. */
function dayOf(momentMs: number): number {
  return Math.floor((momentMs - 1) / dayMs) * dayMs;
}

const budgetColumns: readonly Column[] = [
  { key: "day", title: "day", kind: "text" },
  { key: "promised", title: "promised", kind: "count" },
  { key: "raised", title: "raised", kind: "count" },
  { key: "kept", title: "kept", kind: "text" },
  { key: "shadow", title: "shadow adds", kind: "count" },
  { key: "windows", title: "hours of identities", kind: "count" },
];

const storedColumns: readonly Column[] = [
  ...budgetColumns.filter(({ key }) => key !== "windows" && key !== "shadow"),
  { key: "configuration", title: "configuration", kind: "text" },
];
