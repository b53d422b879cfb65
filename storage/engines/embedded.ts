// ClickHouse inside this process (chDB), over a folder. Main thread only: a worker that used it hangs the next query.
// One Session runs one query at a time, so that writing, reading and an analyst's SQL have one each, side by side.
import { closeSync, existsSync, mkdirSync, openSync, rmSync, statfsSync, writevSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "../../model/errors.ts";
import type { Query } from "../../model/query.ts";
import { actionBlockColumns } from "../action-block.ts";
import { analystError, analystSettings, readingStatement } from "../analyst-sql.ts";
import { engineError } from "../engine-errors.ts";
import { insertSettings } from "../insert-settings.ts";
import { migrate } from "../migrations.ts";
import { rowLines } from "../row-lines.ts";
import type { ActionBlock, OutputFormat, RowTable, Store } from "../store.ts";
import { EmbeddedSession } from "./embedded-session.ts";

const insertClause = Object.entries(insertSettings)
  .map(([name, value]) => `${name} = ${value}`)
  .join(", ");

/** @throws ConfigError when the folder cannot be used or another process has it open. */
export async function openEmbeddedStore(folder: string): Promise<Store> {
  const location = path.resolve(folder);
  try {
    mkdirSync(location, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`store ${location}: cannot make the folder (${(cause as Error).message}); name another with --store`, { cause });
  }
  return new EmbeddedStore(location, await EmbeddedSession.open(location), await EmbeddedSession.open(location));
}

class EmbeddedStore implements Store {
  readonly location: string;
  readonly #writer: EmbeddedSession;
  readonly #reader: EmbeddedSession;
  #analyst: EmbeddedSession | undefined;
  #filesWritten = 0;

  constructor(location: string, writer: EmbeddedSession, reader: EmbeddedSession) {
    this.location = location;
    this.#writer = writer;
    this.#reader = reader;
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

  async insertActions(block: ActionBlock): Promise<void> {
    if (block.rows > 0) await this.#insertFile("actions", actionBlockColumns, "ArrowStream", block.chunks);
  }

  /** As a file too: chdb's own insert() takes whatever is piped into this process for more rows, and `scan -` reads from there. */
  async insertRows(table: RowTable, rows: readonly object[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    await this.#insertFile(table, Object.keys(first), "JSONEachRow", [rowLines(rows)]);
  }

  async #insertFile(table: string, columns: readonly string[], format: string, chunks: readonly Uint8Array[]): Promise<void> {
    const file = this.#insertFileName(chunks);
    try {
      writeChunks(file, chunks);
      const names = columns.join(", ");
      const quotedFile = file.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
      await this.#writer.run(`INSERT INTO ${table} (${names}) SELECT ${names} FROM file('${quotedFile}', '${format}') SETTINGS ${insertClause}`);
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).code === "ENOSPC" ? engineError(243, "No space left on device", this.location, cause) : cause;
    } finally {
      rmSync(file, { force: true });
    }
  }

  async query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    const checked = query.parameters.parse(parameters);
    const result = await this.#reader.bind(query.sql, checked as object, "JSONEachRow");
    const lines = result.text().split("\n");
    return lines.filter((line) => line !== "").map((line) => query.row.parse(JSON.parse(line)));
  }

  async queryText(sql: string, format: OutputFormat): Promise<Uint8Array> {
    try {
      this.#analyst ??= await EmbeddedSession.open(this.location, analystSettings);
      const analyst = this.#analyst;
      const statement = await readingStatement(sql, async (text) => (await analyst.run(text, "TSVRaw")).text());
      return (await analyst.run(statement, format)).bytes();
    } catch (error) {
      throw analystError(error);
    }
  }

  async compact(): Promise<void> {
    const tables = await this.#writer.run("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'");
    for (const table of tables.text().split("\n").filter(Boolean)) await this.#writer.run(`OPTIMIZE TABLE ${table} FINAL`);
  }

  async close(): Promise<void> {
    for (const session of [this.#analyst, this.#reader, this.#writer]) session?.close();
  }

  /** Rows are handed to the engine as a file: in memory where there is room, else in the store's own folder. */
  #insertFileName(chunks: readonly Uint8Array[]): string {
    const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    const folder = memoryFolderHolds(sizeBytes * 2) ? memoryFolder : this.location;
    return path.join(folder, `machinetrail-${process.pid}-${this.#filesWritten++}.rows`);
  }
}

const memoryFolder = "/dev/shm";

function memoryFolderHolds(sizeBytes: number): boolean {
  if (!existsSync(memoryFolder)) return false;
  const { bavail, bsize } = statfsSync(memoryFolder);
  return bavail * bsize > sizeBytes;
}

function writeChunks(file: string, chunks: readonly Uint8Array[]): void {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    let offset = 0;
    for (const chunk of chunks) {
      let view = chunk;
      while (view.byteLength > 0) {
        const written = writevSync(descriptor, [view], offset);
        offset += written;
        view = view.subarray(written);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
