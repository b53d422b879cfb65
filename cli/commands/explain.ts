// `explain FILE|-`: how a record maps, field by field, which rule made it that identity, what was redacted, or why not.
import { createReadStream } from "node:fs";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { PermanentError } from "../../model/errors.ts";
import type { ExplainedRecord } from "../../pipeline/explain.ts";
import { exitCodes } from "../exit-codes.ts";
import type { GlobalOptions, Invocation } from "../invocation.ts";
import type { Answer, Section } from "../output/section.ts";
import { formatTime } from "../output/time-text.ts";
import { count } from "../scan-report.ts";

interface ExplainOptions extends GlobalOptions {
  readonly record?: number;
  readonly cluster?: string;
  readonly account?: string;
}

/** More than any single record that a provider writes; a longer file is for `scan`. */
const maximumBytes = 64 * 1024 * 1024;
const shownRecords = 5;

export function addExplain(program: Command, invocation: Invocation): void {
  program
    .command("explain")
    .description("show how a record maps, field by field, and why it is that identity; nothing is stored")
    .argument("<file>", "file with records in any wrapping; - for standard input")
    .addOption(new Option("--record <n>", "only the n-th record, from 1").argParser(parseRecordNumber))
    .addOption(new Option("--cluster <name>", "Kubernetes cluster of records that do not name their own").conflicts("account"))
    .option("--account <id>", "account, subscription or project of records that do not name their own")
    .action(async (file: string, _, command: Command) => explainFile(file, command.optsWithGlobals<ExplainOptions>(), invocation));
}

async function explainFile(file: string, options: ExplainOptions, invocation: Invocation): Promise<void> {
  const config = invocation.config(options, { defaultAccount: options.cluster ?? options.account });
  const { explainRecords } = await import("../../pipeline/explain.ts");
  const records = await explainRecords(await readInput(file, invocation), config);
  if (records.length === 0) throw new PermanentError(`explain ${file}: there is no record in it`);
  const chosen = options.record === undefined ? records : records.filter(({ index }) => index === options.record);
  if (chosen.length === 0)
    throw new PermanentError(`explain ${file}: there is no record ${options.record}; it holds ${count(records.length, "record")}`);
  if (chosen.some(({ outcome }) => outcome === "rejected")) invocation.exitCode = exitCodes.unreadableInput;
  if (options.output === "json") return invocation.terminal.write(`${JSON.stringify(chosen, null, 2)}\n`);
  if (options.output === "ndjson") return invocation.terminal.write(chosen.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const shown = options.output === "table" ? chosen.slice(0, shownRecords) : chosen;
  if (options.output === "table") {
    for (const record of shown) {
      await invocation.terminal.writeLines(headOf(record));
      if (record.fields.length > 0) await invocation.answer(fieldsAnswer([record]), options);
      await invocation.terminal.write("\n");
    }
    if (chosen.length > shown.length)
      invocation.hint(`${count(chosen.length - shown.length, "more record")}; --record N shows one, --output ndjson all.`, options);
    return;
  }
  await invocation.answer(fieldsAnswer(shown), options);
}

function headOf(record: ExplainedRecord): string {
  const lines = [
    `Record ${record.index}: ${verdicts[record.outcome]}${record.reason === "" ? "" : `: ${record.reason}`}`,
    `  log       ${record.format || "(none recognised)"}${record.envelope === "" ? "" : `, in ${record.envelope}`}`,
  ];
  if (record.rule !== undefined)
    lines.push(`  identity  by rule ${record.rule.id}: ${record.rule.says}`, `            source: ${record.rule.source}`);
  if (record.redactions.length > 0) lines.push(`  redacted  ${record.redactions.join(", ")}`);
  return `${lines.join("\n")}`;
}

const verdicts: Readonly<Record<ExplainedRecord["outcome"], string>> = {
  event: "an action",
  completion: "the end of an action that was counted at its start",
  ignored: "set aside",
  rejected: "cannot be read",
};

function fieldsAnswer(records: readonly ExplainedRecord[]): Answer {
  const rows = records.flatMap((record) =>
    record.fields.map(({ field, value, from }) => ({ record: record.index, field, value: shownValue(field, value), from })),
  );
  const section: Section = {
    id: "fields",
    title: "Fields",
    columns: [
      ...(records.length > 1 ? [{ key: "record", title: "record", kind: "count" as const }] : []),
      { key: "field", title: "field", kind: "text" },
      { key: "value", title: "value", kind: "id" },
      { key: "from", title: "where it stands in the record", kind: "id" },
    ],
    rows,
    whenEmpty: "",
  };
  return { main: "fields", sections: [section] };
}

function shownValue(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number" && (field === "time" || field.endsWith("_at"))) return formatTime(value);
  return String(value);
}

async function readInput(file: string, invocation: Invocation): Promise<Uint8Array> {
  const stream = file === "-" ? invocation.surroundings.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Uint8Array);
      sizeBytes += bytes.length;
      if (sizeBytes > maximumBytes)
        throw new PermanentError(`explain ${file}: larger than ${maximumBytes / 1024 / 1024} MiB; cut out the records in question`);
      chunks.push(bytes);
    }
  } catch (cause) {
    if (cause instanceof PermanentError) throw cause;
    throw new PermanentError(`explain ${file}: ${describeReadError(cause as NodeJS.ErrnoException)}`, { cause });
  }
  return Buffer.concat(chunks);
}

function describeReadError({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder; name one file";
  return code === "EACCES" ? "no permission to read it" : message;
}

function parseRecordNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return number;
}
