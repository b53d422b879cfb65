// ClickHouse inside this process (chDB), over a folder. Main thread only: a worker that used it hangs the next query.
// One Session runs one query at a time, so that writing, records, reading and an analyst's SQL have one each, side by side.
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ConfigError } from "../../model/errors.ts";
import type { Query } from "../../model/query.ts";
import { analystError, analystSettings, readingStatement } from "../analyst-sql.ts";
import { actionBlockColumns, recordBlockColumns } from "../block-columns.ts";
import { noRoomForStore } from "../engine-errors.ts";
import { insertSettings } from "../insert-settings.ts";
import { migrate } from "../migrations.ts";
import { linesOf, rowLines } from "../row-lines.ts";
import type { ArrowBlock, OutputFormat, RowTable, Store } from "../store.ts";
import { EmbeddedSession } from "./embedded-session.ts";
import { InsertFiles, removeInsertFilesOfTheDead } from "./insert-file.ts";

/** Not mapped: pages of the file would count as this process's memory, beside the rows that are made of them. */
const fileSettings = { storage_file_read_method: "'pread'" };
const insertClause = Object.entries({ ...insertSettings, ...fileSettings })
  .map(([name, value]) => `${name} = ${value}`)
  .join(", ");

/** Twenty times what an empty store takes. */
const newStoreBytes = 2 * 1024 * 1024;
const cancelledEachMs = 50;

/** @throws ConfigError when the folder cannot be used or another process has it open; TransientError when there is no room for a new one. */
export async function openEmbeddedStore(folder: string): Promise<Store> {
  const location = path.resolve(folder);
  try {
    mkdirSync(location, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`store ${location}: cannot make the folder (${(cause as Error).message}); name another with --store`, { cause });
  }
  const { bavail, bsize } = statfsSync(location);
  if (!existsSync(path.join(location, "metadata")) && bavail * bsize < newStoreBytes) throw noRoomForStore(location, bavail * bsize);
  const writer = await EmbeddedSession.open(location);
  removeInsertFilesOfTheDead(location);
  return new EmbeddedStore(location, writer, await EmbeddedSession.open(location), await EmbeddedSession.open(location));
}

class EmbeddedStore implements Store {
  readonly location: string;
  readonly #writer: EmbeddedSession;
  readonly #recorder: EmbeddedSession;
  readonly #reader: EmbeddedSession;
  readonly #files: InsertFiles;
  /** Opened by whoever asks first; others may ask meanwhile. */
  #analyst: Promise<EmbeddedSession> | undefined;

  constructor(location: string, writer: EmbeddedSession, recorder: EmbeddedSession, reader: EmbeddedSession) {
    this.location = location;
    this.#writer = writer;
    this.#recorder = recorder;
    this.#reader = reader;
    this.#files = new InsertFiles(location);
  }

  async migrate(): Promise<void> {
    await migrate({
      location: this.location,
      command: async (sql) => {
        await this.#writer.run(sql);
      },
      appliedVersion: async () => Number((await this.#writer.run("SELECT max(version) FROM schema_migrations")).text()),
    });
  }

  async insertActions(block: ArrowBlock): Promise<void> {
    if (block.rows > 0) await this.#insertFile(this.#writer, "actions", actionBlockColumns, "ArrowStream", block.chunks);
  }

  /** By a session of its own: the worker goes on to fill and hand over records while a block of actions is written. */
  async insertRecords(block: ArrowBlock): Promise<void> {
    if (block.rows > 0) await this.#insertFile(this.#recorder, "records", recordBlockColumns, "ArrowStream", block.chunks);
  }

  /** As a file too: chdb's own insert() takes whatever is piped into this process for more rows, and `scan -` reads from there. */
  async insertRows(table: RowTable, rows: readonly object[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    await this.#insertFile(this.#writer, table, Object.keys(first), "JSONEachRow", [rowLines(rows)]);
  }

  async #insertFile(
    session: EmbeddedSession,
    table: string,
    columns: readonly string[],
    format: string,
    chunks: readonly Uint8Array[],
  ): Promise<void> {
    await this.#files.withFile(chunks, async (file) => {
      const names = columns.join(", ");
      const quotedFile = file.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
      await session.run(`INSERT INTO ${table} (${names}) SELECT ${names} FROM file('${quotedFile}', '${format}') SETTINGS ${insertClause}`);
    });
  }

  async query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    const checked = query.parameters.parse(parameters);
    const result = await this.#reader.bind(query.sql, checked as object, "JSONEachRow");
    const rows: Row[] = [];
    for (const line of linesOf(result.bytes())) rows.push(query.row.parse(JSON.parse(line)));
    return rows;
  }

  async queryText(sql: string, format: OutputFormat): Promise<Uint8Array> {
    try {
      const analyst = await this.#analystSession();
      const statement = await readingStatement(sql, async (text) => (await analyst.run(text, "TSVRaw")).text());
      return (await analyst.run(statement, format)).bytes();
    } catch (error) {
      throw analystError(error);
    }
  }

  #analystSession(): Promise<EmbeddedSession> {
    this.#analyst ??= EmbeddedSession.open(this.location, analystSettings).catch((error: unknown) => {
      this.#analyst = undefined;
      throw error;
    });
    return this.#analyst;
  }

  async compact(): Promise<void> {
    const tables = await this.#writer.run("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'");
    for (const table of tables.text().split("\n").filter(Boolean)) await this.#writer.run(`OPTIMIZE TABLE ${table} FINAL`);
  }

  async close(): Promise<void> {
    const analyst = await this.#analyst?.catch(() => undefined);
    const sessions = [this.#reader, this.#writer, this.#recorder, ...(analyst === undefined ? [] : [analyst])];
    const closed = Promise.all(sessions.map((session) => session.close()));
    if (sessions.some(({ isBusy }) => isBusy)) await this.#cancelAll(sessions);
    await closed;
    this.#files.removeSpares();
  }

  /** Nobody waits for the answers any more. More than once: a query that has just begun is not known yet. */
  async #cancelAll(sessions: readonly EmbeddedSession[]): Promise<void> {
    const another = await EmbeddedSession.open(this.location);
    while (sessions.some(({ isBusy }) => isBusy)) {
      await another.run("KILL QUERY WHERE query_id != queryID() ASYNC");
      await wait(cancelledEachMs);
    }
    await another.close();
  }
}
