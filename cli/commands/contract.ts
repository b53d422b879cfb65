// `contract check`: approved purpose contracts against what the store holds, for people and for CI.
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Command, Option } from "commander";
import { ConfigError } from "../../model/errors.ts";
import type { ContractCheck } from "../../pipeline/contract/check-contract.ts";
import { type Contract, parseContract } from "../../pipeline/contract/contract-file.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import { momentOf } from "../moment-option.ts";
import type { Column, Row } from "../output/section.ts";
import { formatCount } from "../output/time-text.ts";
import { ProgressLine } from "../progress.ts";
import { count } from "../scan-report.ts";
import { parseLimit } from "./identities.ts";

interface ContractOptions extends GlobalOptions {
  readonly since?: number;
  readonly limit: number;
}

/** An export has some hundred lines. */
const mostBytes = 4 * 1024 * 1024;

interface ContractFile {
  readonly file: string;
  readonly contract: Contract;
}

export function addContract(program: Command, invocation: Invocation): void {
  const contract = program.command("contract").description("compare approved purpose contracts with behaviour");
  contract
    .command("check")
    .description("list what identities did outside of their contracts (docs/contracts.md); ends with 3 where there is anything")
    .argument("<path>", "a contract, or a folder of contracts (*.yaml, *.yml, folders in it included)")
    .addOption(new Option("--since <time>", "what happened since a day or a time, UTC (default: all that is stored)").argParser(momentOf("start")))
    .addOption(new Option("--limit <rows>", "values outside of one contract at most").argParser(parseLimit).default(50))
    .addHelpText("after", `\n${afterHelp}`)
    .action(async (given: string, _, command: Command) => checkContracts(given, command.optsWithGlobals<ContractOptions>(), invocation));
}

const afterHelp = `Examples:
  machinetrail baseline backup-agent --export > contracts/backup-agent.yaml
  machinetrail contract check contracts --since 2026-11-10
Ends with 0 where everything was within the contracts, 3 where something was not, 1 where a contract or the store cannot be read.
csv and arrow hold what is outside; json and ndjson hold the contracts too.`;

async function checkContracts(given: string, options: ContractOptions, invocation: Invocation): Promise<void> {
  const files = readContracts(given, invocation.surroundings.workingFolder);
  const progress = new ProgressLine(invocation.terminal, options.quiet === true);
  await invocation.withStore(invocation.config(options), options, async (store) => {
    const { checkContract } = await import("../../pipeline/contract/check-contract.ts");
    const checked: (ContractFile & { readonly check: ContractCheck })[] = [];
    for (const [index, each] of files.entries()) {
      progress.show(() => `Checking contracts  ${index + 1} of ${files.length}  ${each.file}`);
      checked.push({ ...each, check: await checkContract(store, each.contract, { fromMs: options.since ?? 0, limit: options.limit }) });
    }
    progress.clear();
    const outside = checked.flatMap(({ file, contract, check }) => check.outside.map((row): Row => outsideRow(file, contract, row)));
    const total = checked.reduce((sum, { check }) => sum + check.total, 0);
    if (total > 0 || checked.some(({ check }) => check.notCompared.length > 0)) invocation.exitCode = exitCodes.doesNotHold;
    await invocation.answer(
      {
        main: "outside",
        sections: [
          { id: "contracts", title: "Contracts", columns: contractColumns, rows: checked.map(contractRow), whenEmpty: "" },
          {
            id: "outside",
            title: `Outside of them (${formatCount(total)})`,
            columns: outsideColumns,
            rows: outside,
            whenEmpty: "Nothing.",
            ...(total > outside.length ? { note: `${formatCount(outside.length)} of ${formatCount(total)}; --limit shows more of each.` } : {}),
          },
        ],
      },
      options,
    );
    const drafts = checked.filter(({ contract }) => contract.approved_by === undefined);
    if (drafts.length > 0) invocation.hint(`\n${count(drafts.length, "contract")} nobody approved yet: approved_by is missing.`, options);
  });
}

function outsideRow(file: string, { identity }: Contract, row: ContractCheck["outside"][number]): Row {
  const { section, value, events, firstMs, lastMs, lastEventUid } = row;
  return { section, value, events, first_ms: firstMs, last_ms: lastMs, last_event_uid: lastEventUid, identity_uid: identity, file };
}

function contractRow({ file, contract, check }: ContractFile & { readonly check: ContractCheck }): Row {
  const approved = contract.approved_by ?? "";
  return {
    file,
    identity_uid: contract.identity,
    approved_by: approved,
    outside: check.total,
    is_seen: check.isSeen,
    not_compared: check.notCompared,
  };
}

/** @throws ConfigError listing every problem of every file, before any is checked. */
function readContracts(given: string, workingFolder: string): ContractFile[] {
  const root = path.resolve(workingFolder, given);
  const problems: string[] = [];
  const contracts = contractFiles(root, given).flatMap((file): ContractFile[] => {
    try {
      return [{ file, contract: parseContract(readText(path.resolve(workingFolder, file), file), file) }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  const firstFile = new Map<string, string>();
  for (const { file, contract } of contracts) {
    const first = firstFile.get(contract.identity);
    if (first !== undefined) problems.push(`${file}: is of the identity that ${first} is of too; keep one of them`);
    else firstFile.set(contract.identity, file);
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return contracts;
}

function contractFiles(root: string, given: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(root).isDirectory();
  } catch (cause) {
    throw new ConfigError(`contract check ${given}: ${readingProblem(cause)}`, { cause });
  }
  if (!isFolder) return [given];
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && /\.ya?ml$/i.test(entry.name))
    .map((entry) => path.join(given, path.relative(root, path.join(entry.parentPath, entry.name))));
  if (names.length === 0) throw new ConfigError(`contract check ${given}: there is no *.yaml in it; \`machinetrail baseline ID --export\` makes one`);
  return names.sort();
}

function readText(file: string, shown: string): string {
  try {
    if (statSync(file).size <= mostBytes) return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`${shown}: ${readingProblem(cause)}`, { cause });
  }
  throw new ConfigError(`${shown}: is larger than ${mostBytes / 1024 / 1024} MiB; a contract is a small file`);
}

function readingProblem(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  return code === "EACCES" ? "no permission to read it" : `it cannot be read (${code})`;
}

const contractColumns: readonly Column[] = [
  { key: "file", title: "contract", kind: "id" },
  { key: "identity_uid", title: "identity", kind: "id" },
  { key: "approved_by", title: "approved by", kind: "text" },
  { key: "is_seen", title: "active", kind: "text" },
  { key: "outside", title: "outside", kind: "count" },
  { key: "not_compared", title: "not compared in full", kind: "list" },
];

const outsideColumns: readonly Column[] = [
  { key: "section", title: "what", kind: "text" },
  { key: "value", title: "value", kind: "id" },
  { key: "events", title: "actions", kind: "count" },
  { key: "first_ms", title: "first", kind: "time" },
  { key: "last_ms", title: "last", kind: "time" },
  { key: "last_event_uid", title: "last event", kind: "id" },
  { key: "identity_uid", title: "identity", kind: "id" },
];
