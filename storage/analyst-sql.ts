// What an analyst's own SQL may be: reading statements over machinetrail's tables. Decided by allow-list over what ClickHouse's
// parser understood, on both engines alike, because `readonly` alone still lets files, URLs and other databases through.
import { ConfigError, type PermanentError, TransientError } from "../model/errors.ts";
import { isAnalystFunction } from "./analyst-functions.ts";
import { readMigrations } from "./migrations.ts";
import { attribute, descendants, explainTree, parseTree, type TreeNode } from "./query-tree.ts";

const maximumStatementBytes = 65_536;
const maximumSeconds = 60;
const maximumRows = 1_000_000;
const maximumMemoryBytes = 2_147_483_648;

/** Settings of the session or request that runs the statement. `readonly` stands last: it forbids changing itself. */
export const analystSettings = {
  max_execution_time: maximumSeconds,
  max_result_rows: maximumRows,
  max_result_bytes: 268_435_456,
  max_memory_usage: maximumMemoryBytes,
  allow_ddl: 0,
  // Not every Arrow reader has codecs (the JavaScript one has none).
  output_format_arrow_compression_method: "none",
  readonly: 2,
} as const;

const systemTables = new Set(["one", "numbers", "tables", "columns", "parts", "functions", "data_skipping_indices"].map((name) => `system.${name}`));
const tableFunctions = new Set(["numbers", "generateSeries", "generate_series", "values", "SQLStandardValues"]);
const setFunctions = new Set(["in", "notIn", "globalIn", "globalNotIn", "nullIn", "notNullIn", "globalNullIn", "globalNotNullIn"]);

const nodeKinds = new Set([
  ..."QUERY UNION LIST IDENTIFIER FUNCTION CONSTANT MATCHER LAMBDA SORT WINDOW JOIN ARRAY_JOIN TABLE_FUNCTION INTERPOLATE".split(" "),
  ...["CROSS JOIN", "APPLY COLUMN TRANSFORMER", "EXCEPT COLUMN TRANSFORMER", "REPLACE COLUMN TRANSFORMER"],
]);
/** Clauses whose text the tree shows unquoted, so that a line break in it could pass for a node. */
const unquotedTexts: readonly (readonly [mark: RegExp, what: string])[] = [
  [/columns_pattern/, "COLUMNS with a pattern"],
  [/except_transformer_type: (?!COLUMN_LIST)/, "EXCEPT with a pattern"],
  [/collator: /, "COLLATE"],
];
const tablePositions = new Set(["JOIN TREE", "TABLE EXPRESSION", "TABLE EXPRESSIONS", "LEFT TABLE EXPRESSION", "RIGHT TABLE EXPRESSION"]);

const explainPrefix = /^EXPLAIN (?:(?:AST|SYNTAX|QUERY TREE|PIPELINE|ESTIMATE) )?(?:\w+ = \d+(?:, \w+ = \d+)* )?(?=SELECT |WITH )/;
const showTables = /^SHOW TABLES(?: (?:NOT )?I?LIKE '[^'\\]*')?$/;
const aboutTable = /^(?:SHOW CREATE TABLE|SHOW COLUMNS FROM|DESCRIBE TABLE) (\S+)$/;
const quotedName = /'(?:[^'\\]|\\.)*'|`((?:[^`\\]|\\.)*)`/g;

/**
 * The statement to run in place of `sql`: the same, written by ClickHouse itself, so that no comment, second statement or
 * output clause travels with it. `run` executes a statement of ours and returns its text (format TSVRaw).
 * @throws ConfigError naming what is not allowed.
 */
export async function readingStatement(sql: string, run: (statement: string) => Promise<string>): Promise<string> {
  if (Buffer.byteLength(sql) > maximumStatementBytes) throw refused(`a statement of more than ${maximumStatementBytes / 1024} KiB`);
  const statement = await canonical(sql, run);
  if (showTables.test(statement)) return statement;
  const table = aboutTable.exec(statement)?.[1];
  if (table !== undefined) {
    if (!isOurTable(table) && !systemTables.has(table)) throw refused(`the table ${table}`, tableRemedy());
    return statement;
  }
  const select = statement.replace(explainPrefix, "");
  if (!/^(?:SELECT|WITH) /.test(select))
    throw refused(`${select.split(" ").slice(0, 2).join(" ")} …`, "only SELECT, WITH, SHOW, DESCRIBE and EXPLAIN are");
  await assertReads(select, run);
  return statement;
}

/** ClickHouse parses the text as a value, so that nothing in it can run, and refuses a second statement. */
async function canonical(sql: string, run: (statement: string) => Promise<string>): Promise<string> {
  const literal = sql.toWellFormed().replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  try {
    return (await run(`SELECT formatQuerySingleLine('${literal}')`)).replace(/\n$/, "");
  } catch (error) {
    if (error instanceof TransientError) throw error;
    const [reason = ""] = messageOfEngine(error as Error).split(": In scope SELECT formatQuerySingleLine(");
    throw new ConfigError(`query: ${reason}`, { cause: error });
  }
}

async function assertReads(select: string, run: (statement: string) => Promise<string>): Promise<void> {
  for (const [, name] of select.matchAll(quotedName)) {
    if (name !== undefined && /[,\\]/.test(name))
      throw refused(`the quoted name \`${name}\``, "names may hold no comma, backslash or control character");
  }
  let text: string;
  try {
    text = await run(explainTree(select));
  } catch (error) {
    if (error instanceof TransientError) throw error;
    throw refusedByParser(select, error as Error);
  }
  const tree = parseTree(text);
  if (tree === undefined) throw refused("this statement", "ClickHouse describes it in a form that is not known here");
  for (const node of descendants(tree)) assertAllowed(node);
}

/** What the parser cannot read inside parentheses is an output clause or a parameter: name it where that is certain. */
function refusedByParser(select: string, error: Error): ConfigError {
  const withoutTexts = select.replaceAll(quotedName, "''");
  if (/ INTO OUTFILE /.test(withoutTexts)) return refused("INTO OUTFILE");
  if (/ FORMAT \w+(?: SETTINGS .*)?$/.test(withoutTexts)) return refused("FORMAT", "choose the form with --output");
  if (/ PARALLEL WITH /.test(withoutTexts)) return refused("PARALLEL WITH");
  if (/ SETTINGS \w+ =/.test(withoutTexts)) return refused("SETTINGS");
  return new ConfigError(`query: ${messageOfEngine(error)}`, { cause: error });
}

function assertAllowed(node: TreeNode): void {
  if (node.kind === "") {
    if (node.label === "SETTINGS") throw refused("SETTINGS");
    return;
  }
  if (!nodeKinds.has(node.kind)) throw refused(node.kind);
  if (node.kind !== "CONSTANT") for (const [mark, what] of unquotedTexts) if (mark.test(node.label)) throw refused(what);
  if (node.kind === "FUNCTION") {
    const name = attribute(node, "function_name") ?? "";
    if (!isAnalystFunction(name)) throw refused(`the function ${name}`);
  }
  if (node.kind === "TABLE_FUNCTION") {
    const name = attribute(node, "table_function_name") ?? "";
    if (!tableFunctions.has(name)) throw refused(`the table function ${name}`, tableRemedy());
  }
  if (node.kind === "IDENTIFIER" && isTablePosition(node)) {
    const name = attribute(node, "identifier") ?? "";
    if (!isOurTable(name) && !systemTables.has(name) && !isNamedSubquery(node, name)) throw refused(`the table ${name}`, tableRemedy());
  }
}

/** FROM and JOIN, and the right side of IN, where a bare name is a table too. */
function isTablePosition(node: TreeNode): boolean {
  const parent = node.parent;
  if (parent === undefined) return false;
  if (parent.kind === "" && tablePositions.has(parent.label)) return true;
  const call = parent.kind === "LIST" ? parent.parent?.parent : undefined;
  return call?.kind === "FUNCTION" && setFunctions.has(attribute(call, "function_name") ?? "") && parent.children.at(-1) === node;
}

/**
 * Whether `name`, read at `node`, is a WITH subquery: one of an enclosing query that stands before, or around when recursive.
 * Elsewhere the same name would be a table (WITH t AS (SELECT * FROM t) reads the table t).
 */
function isNamedSubquery(node: TreeNode, name: string): boolean {
  const path = new Set<TreeNode>();
  for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent) {
    path.add(at);
    const named = at.kind === "QUERY" && at.children[0]?.label === "WITH" ? (at.children[0].children[0]?.children ?? []) : [];
    for (const subquery of named) {
      const isAround = path.has(subquery);
      const isRecursive = attribute(subquery, "is_recursive_cte") === "1";
      if (attribute(subquery, "cte_name") === name && (!isAround || isRecursive)) return true;
      if (isAround) break;
    }
  }
  return false;
}

let ourTables: ReadonlySet<string> | undefined;

function isOurTable(name: string): boolean {
  return tablesOfStore().has(name);
}

function tablesOfStore(): ReadonlySet<string> {
  ourTables ??= new Set(
    readMigrations()
      .flatMap((migration) => migration.statements)
      .map((statement) => /^CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1] ?? "")
      .filter(Boolean),
  );
  return ourTables;
}

function tableRemedy(): string {
  return `tables are ${[...tablesOfStore()].join(", ")} (written without a database)`;
}

function refused(what: string, remedy?: string): ConfigError {
  return new ConfigError(`query: ${what} is not allowed here${remedy === undefined ? "" : `; ${remedy}`}`);
}

/** In words of the statement, what the engine answered while it ran; what is not the statement's fault stays as it is. */
export function analystError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ConfigError) return error;
  const { clickhouseCode, code } = (error.cause ?? {}) as { clickhouseCode?: number; code?: string };
  switch (clickhouseCode ?? Number(code)) {
    case 159: // TIMEOUT_EXCEEDED
      return new ConfigError(`query: stopped after ${maximumSeconds} s; narrow it by identity_uid or time`, { cause: error });
    case 241: // MEMORY_LIMIT_EXCEEDED
      return new ConfigError(`query: needs more than ${maximumMemoryBytes / 2 ** 30} GiB of memory; narrow it, or group by fewer values`, {
        cause: error,
      });
    case 396: // TOO_MANY_ROWS_OR_BYTES
      return new ConfigError(`query: the answer has more than ${maximumRows} rows or 256 MiB; add a LIMIT`, { cause: error });
    default:
      return error instanceof TransientError ? error : new ConfigError(`query: ${messageOfEngine(error)}`, { cause: error });
  }
}

/** ClickHouse's own words, without our prefix and its version. */
function messageOfEngine(error: Error | PermanentError): string {
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  return message.replace(/^Code: \d+\. DB::Exception: /, "").replace(/ \(version [^)]*\)/, "");
}
