// An embedded store belongs to the process that opened it. While that process goes on (`serve`), it lends the store to other commands of the same
// user, over a socket in the store's folder that nobody else can open; lent-store.ts is their half.
import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { z } from "zod";
import { TransientError } from "../../model/errors.ts";
import { newestMigration } from "../migrations.ts";
import type { OutputFormat, RowTable, Store } from "../store.ts";

export interface Lending {
  /** Takes nothing new and answers what was asked, for a while; who is not answered by then is cut off. What he asked ends with the store. */
  close(): Promise<void>;
}

export const lendingRoutes = {
  hello: "/hello",
  actions: "/insert-actions",
  records: "/insert-records",
  rows: "/insert-rows",
  query: "/query",
  text: "/query-text",
  compact: "/compact",
} as const;

/** Rows of a block; the body is the block. */
export const rowsHeader = "x-rows";

/** Of the 25 s that `serve` has to end in. */
const usualClosingMs = 5_000;
/** Longer names of sockets exist nowhere (108 bytes on Linux, 104 on macOS, with the byte at their end). */
const longestSocketName = 103;
/** A block holds at most some 200 MB. */
const bodyLimitBytes = 512 * 1024 * 1024;

/** Undefined where the folder's name is too long for one. */
export function lendingSocket(folder: string): string | undefined {
  const name = path.join(folder, "lending", "socket");
  return Buffer.byteLength(name) > longestSocketName ? undefined : name;
}

/**
 * Until `close`, which cuts off after `closingMs`. Undefined where the folder's name is too long for a socket.
 * @throws TransientError where the socket cannot be made.
 */
export async function lendStore(store: Store, closingMs = usualClosingMs): Promise<Lending | undefined> {
  const socket = lendingSocket(store.location);
  if (socket === undefined) return undefined;
  const cannot = (cause: Error) => new TransientError(`store ${store.location}: cannot be lent to other commands (${cause.message})`, { cause });
  try {
    mkdirSync(path.dirname(socket), { recursive: true, mode: 0o700 });
    // The mode is for a folder that was made now.
    chmodSync(path.dirname(socket), 0o700);
    // Only one process can have the store open, so what lies there is of one that is gone.
    if (existsSync(socket)) rmSync(socket);
  } catch (cause) {
    throw cannot(cause as Error);
  }
  const server = createServer((request, response) => void answer(store, request, response));
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannot(cause)));
    server.listen(socket, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), closingMs);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const bytes = await answerTo(store, request);
    response.writeHead(200).end(bytes);
  } catch (error) {
    const { name, message } = error as Error;
    if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
    response.end(JSON.stringify({ name, message }));
  }
}

const anything = z.unknown();

async function answerTo(store: Store, request: IncomingMessage): Promise<Uint8Array | string> {
  const body = await bodyOf(request);
  switch (request.url) {
    case lendingRoutes.hello:
      return JSON.stringify({ processId: process.pid, schemaVersion: newestMigration() });
    case lendingRoutes.actions:
      await store.insertActions({ rows: Number(request.headers[rowsHeader]), chunks: [body] });
      return "";
    case lendingRoutes.records:
      await store.insertRecords({ rows: Number(request.headers[rowsHeader]), chunks: [body] });
      return "";
    case lendingRoutes.rows: {
      const { table, rows } = JSON.parse(body.toString()) as { table: RowTable; rows: object[] };
      await store.insertRows(table, rows);
      return "";
    }
    case lendingRoutes.query: {
      const { name, sql, parameters } = JSON.parse(body.toString()) as { name: string; sql: string; parameters: unknown };
      const rows = await store.query({ name, sql, parameters: anything, row: anything }, parameters);
      return JSON.stringify(rows);
    }
    case lendingRoutes.text: {
      const { sql, format } = JSON.parse(body.toString()) as { sql: string; format: OutputFormat };
      return store.queryText(sql, format);
    }
    case lendingRoutes.compact:
      await store.compact();
      return "";
    default:
      throw new TransientError(`the process that lends the store does not know ${request.url}`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > bodyLimitBytes) throw new TransientError("more was sent than a store takes at once");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, sizeBytes);
}
