// docs/schema.md: every table and column, from the DDL of the migrations and the descriptions of the model.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  activities,
  credentialTypes,
  identityActionSchema,
  outcomes,
  principalTypes,
  providers,
  sources,
  workloadTypes,
} from "../../model/identity-action.ts";
import { generatedNote, markdownTable } from "./markdown.ts";

const folder = path.join(import.meta.dirname, "..", "..", "storage", "migrations");

interface Column {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

interface Table {
  readonly name: string;
  readonly about: string;
  readonly engine: string;
  readonly order: string;
  readonly columns: readonly Column[];
}

export function schemaDocument(): string {
  const migrations = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), "utf8"));
  const tables = migrations.reduce((before, sql) => altered(before, sql), migrations.flatMap(readTables));
  return [
    "# Schema",
    generatedNote,
    "The tables that `machinetrail query` reads, in ClickHouse SQL. Times are UTC with milliseconds. Rows of one key merge in the background: say `FINAL` " +
      "after the name of a ReplacingMergeTree table, and group by the key with the column's own function (min, max, …Merge) in an AggregatingMergeTree table, " +
      "to see each thing once.",
    ...tables.map(tableSection),
    "## Values",
    valueSection(),
    "",
  ].join("\n\n");
}

function tableSection({ name, about, engine, order, columns }: Table): string {
  const rows = columns.map((column) => [`\`${column.name}\``, `\`${column.type}\``, describe(name, column)]);
  return `## ${name}\n\n${about === "" ? "" : `${about}\n\n`}${engine}, ordered by (${order}).\n\n${markdownTable(["column", "type", "meaning"], rows)}`;
}

/** The model's own words for \`actions\`, with the DDL's where only it has any. */
function describe(table: string, { name, comment }: Column): string {
  const shape: Readonly<Record<string, { readonly description?: string | undefined }>> = identityActionSchema.shape;
  const description = table === "actions" ? shape[name]?.description : undefined;
  return description === undefined ? comment : description.replace(/ ?Unix epoch, milliseconds, UTC\.?/, "").trim();
}

/** Comment lines before a CREATE TABLE say what it is; a COMMENT says what a column is where its name does not. */
function readTables(sql: string): Table[] {
  const tables: Table[] = [];
  const pattern = /((?:^--.*\n)*)CREATE TABLE IF NOT EXISTS (\w+)\s*\(\n([\s\S]*?)\n\)\s*ENGINE = (\w+)[^\n]*\n([\s\S]*?);/gm;
  for (const [, comments = "", name = "", body = "", engine = "", rest = ""] of sql.matchAll(pattern)) {
    const order = /ORDER BY \(?([^)\n]+)\)?/.exec(rest)?.[1] ?? "";
    const about = comments
      .split("\n")
      .map((line) => line.replace(/^--\s?/, ""))
      .join(" ")
      .trim();
    tables.push({ name, about, engine, order, columns: body.split("\n").flatMap(readColumn) });
  }
  return tables;
}

/** What later migrations add to tables: columns, and the key that they may become part of. */
function altered(tables: readonly Table[], sql: string): Table[] {
  const changes = new Map([...sql.matchAll(/^ALTER TABLE (\w+)\n([\s\S]*?);$/gm)].map(([, name = "", change = ""]) => [name, change]));
  return tables.map((table) => {
    const change = changes.get(table.name) ?? "";
    const columns = [...table.columns];
    for (const [, definition = "", neighbour] of change.matchAll(/^\s*ADD COLUMN IF NOT EXISTS (.+?)(?: AFTER (\w+))?,?$/gm)) {
      const place = columns.findIndex(({ name }) => name === neighbour);
      columns.splice(place === -1 ? columns.length : place + 1, 0, ...readColumn(`    ${definition}`));
    }
    return { ...table, columns, order: /MODIFY ORDER BY \(?([^)\n]+)\)?/.exec(change)?.[1] ?? table.order };
  });
}

function readColumn(line: string): Column[] {
  const match = /^\s+([a-z_]+)\s+(.+?),?$/.exec(line);
  if (match === null || /^\s*INDEX /.test(line)) return [];
  const [, name = "", rest = ""] = match;
  const comment = /COMMENT '((?:[^']|'')*)'/.exec(rest)?.[1]?.replaceAll("''", "'") ?? "";
  const type = rest.replace(/\s*(COMMENT|CODEC|DEFAULT|TTL)\b.*$/, "").trim();
  return [{ name, type, comment }];
}

function valueSection(): string {
  const lists: Readonly<Record<string, readonly string[]>> = {
    provider: providers,
    source: sources,
    principal_type: principalTypes,
    workload_type: workloadTypes,
    credential_type: credentialTypes,
    activity: activities,
    outcome: outcomes,
  };
  return markdownTable(
    ["column", "one of"],
    Object.entries(lists).map(([name, values]) => [`\`${name}\``, values.join(", ")]),
  );
}
