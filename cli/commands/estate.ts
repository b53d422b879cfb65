// `estate`: writes the native logs of an invented organisation, with labelled attacks and the truth beside them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AttackOrder } from "../../estate/attacks/registry.ts";
import type { EstateProgress, EstateSummary } from "../../estate/generate.ts";
import { ConfigError } from "../../model/errors.ts";
import { type Provider, providers } from "../../model/identity-action.ts";
import { suggest } from "../../runtime/suggest.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { formatBytes, formatCount, formatDuration } from "../output/time-text.ts";
import { programName } from "../package-file.ts";
import { ProgressLine } from "../progress.ts";
import { count } from "../scan-report.ts";

interface EstateCommandOptions extends GlobalOptions {
  readonly seed: number;
  readonly days: number;
  readonly identities: number;
  readonly out: string;
  readonly attacks: string;
  readonly providers: readonly Provider[];
  readonly start: number;
  readonly force?: true;
}

const dayMs = 86_400_000;
/** A fixed day, so that a seed says it all: a Monday, with the end of daylight saving on both sides of the Atlantic behind it. */
const usualStart = "2026-10-12";

export function addEstate(program: Command, invocation: Invocation): void {
  program
    .command("estate")
    .description("write the native logs of an invented organisation, with labelled attacks and the truth beside them")
    .requiredOption("--seed <number>", "decides everything: the same seed and options give the same files", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .requiredOption("--out <folder>", "folder to write into")
    .option("--days <number>", "days of logs", wholeNumber(1, 3660), 45)
    .option("--identities <number>", "machine and human identities, about", wholeNumber(1, 100_000), 600)
    .option("--attacks <none|standard|drawn|file>", "drawn: the standard ones in sizes from the seed; a YAML file orders one's own", "standard")
    .addOption(
      new Option("--providers <list>", "clouds whose logs are written, by commas").argParser(providerList).default(providers, providers.join(",")),
    )
    .addOption(new Option("--start <date>", "first day (UTC)").argParser(startDate).default(startDate(usualStart), usualStart))
    .option("--force", "replace the estate that is in the folder")
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (_, command: Command) => runEstate(command.optsWithGlobals<EstateCommandOptions>(), invocation));
}

const afterHelp = `Writes logs/ as the clouds deliver them, and beside it labels.jsonl (the attacks), estate.json (every identity), lineage.jsonl (who issued what
to whom) and machinetrail.yaml (what an operator knows of the clusters). A file's time is that of its delivery.
An attack file: attacks: [{ attack: stolen-static-key, start: 2026-11-02T01:00:00Z, count: 2, parameters: { objects: 10 } }]`;

async function runEstate(options: EstateCommandOptions, invocation: Invocation): Promise<void> {
  const { generateEstate } = await import("../../estate/generate.ts");
  const period = { startMs: options.start, endMs: options.start + options.days * dayMs };
  const orders = await attackOrders(options, period, invocation);
  const folder = path.resolve(invocation.surroundings.workingFolder, options.out);
  const signal = invocation.interruptible("the folder stays marked as incomplete; --force replaces it");
  const progress = new ProgressLine(invocation.terminal, options.quiet === true || options.output !== "table");
  const startedMs = performance.now();
  const summary = await generateEstate({
    ...{ seed: options.seed, startMs: options.start, days: options.days, identities: options.identities, providers: options.providers },
    ...{ orders, folder, isForced: options.force === true, signal },
    onProgress: (state) => progress.show(() => describeEstateProgress(state, performance.now() - startedMs)),
  }).finally(() => progress.clear());
  await report(summary, options, performance.now() - startedMs, invocation);
  if (summary.isInterrupted) invocation.exitCode = exitCodes.interrupted;
}

async function report(summary: EstateSummary, options: EstateCommandOptions, elapsedMs: number, invocation: Invocation): Promise<void> {
  const { out } = options;
  if (options.output !== "table") {
    const row = { folder: out, ...summary, seconds: Math.round(elapsedMs / 100) / 10 };
    if (options.output === "json" || options.output === "ndjson") {
      await invocation.terminal.write(`${JSON.stringify(row, null, options.output === "json" ? 2 : undefined)}\n`);
      return;
    }
    const columns = Object.keys(row).map(
      (key) => ({ key, title: key, kind: Array.isArray(row[key as keyof typeof row]) ? "list" : "text" }) as const,
    );
    const section = { id: "estate", title: "Estate", columns, rows: [row], whenEmpty: "" };
    return invocation.answer({ main: section.id, sections: [section] }, options);
  }
  const { identities, records, files, bytes, labels, disturbances, unplaced } = summary;
  const wrote = summary.isInterrupted ? "Stopped: incomplete, with" : "Wrote";
  await invocation.terminal.writeLines(
    `${wrote} ${formatCount(records)} records of ${formatCount(identities)} identities into ${formatCount(files)} files (${formatBytes(bytes)}) of ${out} ` +
      `in ${(elapsedMs / 1000).toFixed(1)} s: ${count(labels, "attack")}, ${count(disturbances, "disturbance")} beside them.`,
  );
  if (unplaced.length > 0) {
    invocation.terminal.say(`Nobody in this estate fits ${unplaced.join(", ")}; more --identities, --days or --providers would have.`);
  }
  invocation.hint(
    `Next: ${programName} scan ${path.join(out, "logs")} --config ${path.join(out, "machinetrail.yaml")} --received-at file-time`,
    options,
  );
}

async function attackOrders(
  { attacks: named, seed }: EstateCommandOptions,
  period: { startMs: number; endMs: number },
  invocation: Invocation,
): Promise<readonly AttackOrder[]> {
  if (named === "none") return [];
  const { standardAttacks } = await import("../../estate/attacks/registry.ts");
  if (named === "standard") return standardAttacks;
  if (named === "drawn") return (await import("../../estate/drawn-attacks.ts")).drawnAttacks(seed);
  const { parseAttackFile } = await import("../../estate/attack-file.ts");
  const file = path.resolve(invocation.surroundings.workingFolder, named);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file; none, standard, drawn, or a YAML file" : `it cannot be read (${code})`;
    throw new ConfigError(`--attacks ${named}: ${reason}`, { cause });
  }
  return parseAttackFile(text, named, period);
}

export function describeEstateProgress({ hoursDone, hoursTotal, records, bytes }: EstateProgress, elapsedMs: number): string {
  const share = hoursTotal === 0 ? 1 : hoursDone / hoursTotal;
  const width = 24;
  const bar = `[${"#".repeat(Math.floor(share * width)).padEnd(width, ".")}]`;
  const parts = [`${bar} ${Math.floor(share * 100)} %`, `day ${Math.ceil(hoursDone / 24)} of ${hoursTotal / 24}`];
  parts.push(`${formatCount(records)} records`, formatBytes(bytes));
  if (share > 0.01 && elapsedMs > 1000) parts.push(`${formatDuration((elapsedMs / share) * (1 - share))} left`);
  return parts.join("  ");
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high) throw new InvalidArgumentError(`It must be a whole number, ${low} to ${high}.`);
    return value;
  };
}

function providerList(text: string): readonly Provider[] {
  const named = text.split(",").map((part) => part.trim().toLowerCase());
  for (const name of named) {
    if ((providers as readonly string[]).includes(name)) continue;
    const near = suggest(name, providers);
    throw new InvalidArgumentError(
      near === undefined ? `It must be a list of ${providers.join(",")}.` : `There is no ${name}; did you mean ${near}?`,
    );
  }
  return providers.filter((provider) => named.includes(provider));
}

function startDate(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isReal = Number.isFinite(day) && new Date(day).toISOString().startsWith(text);
  if (!isReal || day < Date.UTC(2000, 0) || day > Date.UTC(2100, 0)) throw new InvalidArgumentError("It must be a day such as 2026-10-12.");
  return day;
}
