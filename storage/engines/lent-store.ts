// An embedded store that another process has open and lends (lending.ts): the same calls, over its socket.
import { existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import type { Query } from "../../model/query.ts";
import { newestMigration } from "../migrations.ts";
import { rowLines } from "../row-lines.ts";
import type { ArrowBlock, OutputFormat, RowTable, Store } from "../store.ts";
import { lendingRoutes, lendingSocket, rowsHeader } from "./lending.ts";

/**
 * Undefined where nobody lends it.
 * @throws ConfigError where the process that has it open is of another version.
 */
export async function borrowStore(folder: string): Promise<Store | undefined> {
  const socket = lendingSocket(folder);
  if (socket === undefined || !existsSync(socket)) return undefined;
  let hello: { processId: number; schemaVersion: number };
  try {
    hello = JSON.parse((await ask(socket, lendingRoutes.hello, [])).toString()) as typeof hello;
  } catch (error) {
    // Left behind by a process that was killed.
    if (error instanceof NobodyThere) return undefined;
    throw error;
  }
  if (hello.schemaVersion !== newestMigration())
    throw new ConfigError(
      `store ${folder} is served by process ${hello.processId} with schema version ${hello.schemaVersion}, this machinetrail has ${newestMigration()}: run both in one version`,
    );
  return new LentStore(folder, socket);
}

class LentStore implements Store {
  readonly location: string;
  readonly #socket: string;

  constructor(location: string, socket: string) {
    this.location = location;
    this.#socket = socket;
  }

  async migrate(): Promise<void> {
    // Whoever lends it has done so.
  }

  async insertActions({ rows, chunks }: ArrowBlock): Promise<void> {
    if (rows > 0) await this.#ask(lendingRoutes.actions, chunks, { [rowsHeader]: String(rows) });
  }

  async insertRecords({ rows, chunks }: ArrowBlock): Promise<void> {
    if (rows > 0) await this.#ask(lendingRoutes.records, chunks, { [rowsHeader]: String(rows) });
  }

  async insertRows(table: RowTable, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = rowLines(rows).toString().trimEnd().split("\n");
    await this.#ask(lendingRoutes.rows, [Buffer.from(`{"table":${JSON.stringify(table)},"rows":[${lines.join(",")}]}`)]);
  }

  async query<Parameters, Row>({ name, sql, parameters, row }: Query<Parameters, Row>, given: Parameters): Promise<Row[]> {
    const checked = parameters.parse(given);
    const answer = await this.#ask(lendingRoutes.query, [Buffer.from(JSON.stringify({ name, sql, parameters: checked }))]);
    return (JSON.parse(answer.toString()) as unknown[]).map((each) => row.parse(each));
  }

  async queryText(sql: string, format: OutputFormat): Promise<Uint8Array> {
    return this.#ask(lendingRoutes.text, [Buffer.from(JSON.stringify({ sql, format }))]);
  }

  async compact(): Promise<void> {
    await this.#ask(lendingRoutes.compact, []);
  }

  async close(): Promise<void> {
    // Each request has a connection of its own.
  }

  async #ask(route: string, chunks: readonly Uint8Array[], headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    try {
      return await ask(this.#socket, route, chunks, headers);
    } catch (error) {
      if (!(error instanceof NobodyThere)) throw error;
      throw new TransientError(`store ${this.location}: the process that served it has ended; run the command again`, { cause: error });
    }
  }
}

class NobodyThere extends Error {
  override readonly name = "NobodyThere";
}

function ask(socketPath: string, path: string, chunks: readonly Uint8Array[], headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gone = (cause: Error) => reject(new NobodyThere(cause.message, { cause }));
    const request = httpRequest({ socketPath, path, method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", gone);
      response.on("end", () => {
        const body = Buffer.concat(parts);
        if (response.statusCode === 200) resolve(body);
        else reject(revive(body));
      });
    });
    request.on("error", gone);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

/** Errors lose their class between processes. */
function revive(body: Buffer): Error {
  const { name, message } = JSON.parse(body.toString()) as { name: string; message: string };
  const classes = { ConfigError, PermanentError, TransientError } as const;
  return name in classes ? new classes[name as keyof typeof classes](message) : new Error(message);
}
