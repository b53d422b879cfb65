// `query SQL`: an analyst's own question in ClickHouse SQL, reading only.
import type { Command } from "commander";
import type { GlobalOptions, Invocation, OpenStore } from "../invocation.ts";
import { guardCsv, parseCsv } from "../output/csv.ts";
import type { Section } from "../output/section.ts";

export function addQuery(program: Command, invocation: Invocation): void {
  program
    .command("query")
    .description("run your own SQL (ClickHouse dialect, reading only); docs/schema.md describes the tables")
    .argument("<sql>", "one SELECT, WITH, SHOW, DESCRIBE or EXPLAIN; - for standard input")
    .addHelpText("after", '\nExample: machinetrail query "SELECT identity_name, count() FROM actions FINAL GROUP BY 1 ORDER BY 2 DESC LIMIT 10"')
    .action(async (sql: string, _, command: Command) => runQuery(sql, command.optsWithGlobals<GlobalOptions>(), invocation));
}

async function runQuery(sql: string, options: GlobalOptions, invocation: Invocation): Promise<void> {
  const statement = sql === "-" ? await readAll(invocation.surroundings.stdin) : sql;
  await invocation.withStore(invocation.config(options), options, (store) => answerQuery(statement, store, options, invocation));
}

/** The store writes every form but the table itself, so that numbers beyond 2^53 and odd bytes stay exact. */
async function answerQuery(sql: string, store: OpenStore, options: GlobalOptions, invocation: Invocation): Promise<void> {
  const { terminal } = invocation;
  switch (options.output) {
    case "arrow":
      return terminal.write(await store.queryText(sql, "ArrowStream"));
    case "csv":
      return terminal.write(guardCsv(await store.queryText(sql, "CSVWithNames")));
    case "ndjson":
      return terminal.write(await store.queryText(sql, "JSONEachRow"));
    case "json": {
      const lines = Buffer.from(await store.queryText(sql, "JSONEachRow"))
        .toString("utf8")
        .split("\n")
        .filter(Boolean);
      return terminal.write(lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`);
    }
    case "table": {
      const section = tableOf(Buffer.from(await store.queryText(sql, "CSVWithNames")).toString("utf8"));
      return invocation.answer({ main: section.id, sections: [section] }, options);
    }
  }
}

function tableOf(csv: string): Section {
  const [header = [], ...lines] = parseCsv(csv);
  const columns = header.map(({ value }, index) => {
    const isNumber = lines.length > 0 && lines.every((line) => line[index]?.isQuoted === false);
    return { key: String(index), title: value, kind: isNumber ? ("count" as const) : ("id" as const) };
  });
  // Numbers stay texts: as JavaScript numbers, those beyond 2^53 would change.
  const rows = lines.map((line) => Object.fromEntries(line.map(({ value }, index) => [String(index), value])));
  return { id: "rows", title: "Rows", columns, rows, whenEmpty: "No rows." };
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
