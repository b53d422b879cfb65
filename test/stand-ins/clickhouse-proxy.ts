// Stands between the program and a ClickHouse server, to let happen what the server itself cannot be made to: an answer that is lost after
// the rows were stored, a refusal, a slow insert; and to act at the very statement that a test names.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tableFromIPC } from "apache-arrow";

/** A statement on its way; exactly one of the calls below answers it. */
export interface Passing {
  /** Up to its data. */
  readonly statement: string;
  /** What comes behind the statement, or the statement itself. */
  readonly body: Buffer;
  /** Of the rows of an insert into `actions`. */
  eventUids(): readonly string[];
  /** The server took it, whether or not that was told already. */
  readonly isTaken: boolean;
  /** To the server, whose answer is kept back until `answer`. */
  forward(): Promise<void>;
  /** What the server said. */
  answer(): void;
  /** No answer: the connection is cut. */
  drop(): void;
  /** As the server refuses; `code` as in ClickHouse's ErrorCodes. */
  refuse(code: number, message: string): void;
  /** Success, although nothing was done: what no server should ever say. */
  lie(): void;
}

export interface ClickHouseProxy {
  readonly url: string;
  /** Where statements go: another address once the server was started anew. */
  target: string;
  /** Meets each statement; undefined lets all through. */
  rule: ((passing: Passing) => Promise<void>) | undefined;
  /** By event_uid: how often the server took such a row into `actions` since the start. */
  readonly deliveries: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startClickHouseProxy(target: string): Promise<ClickHouseProxy> {
  const deliveries = new Map<string, number>();
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const statement = new URL(request.url ?? "/", "http://proxy").searchParams.get("query") ?? body.toString("utf8", 0, 10_000);
    let answered: { ok: boolean; status: number; headers: Headers; body: Buffer } | undefined;
    let uids: readonly string[] | undefined;
    const passing: Passing = {
      statement,
      body,
      eventUids: () => {
        uids ??= [...(tableFromIPC(body).getChild("event_uid") ?? [])].map(String);
        return uids;
      },
      get isTaken() {
        return answered?.ok === true;
      },
      forward: async () => {
        const init = { method: request.method ?? "GET", headers: passed(request), ...(body.length > 0 && { body }) };
        const answer = await fetch(`${proxy.target}${request.url}`, init);
        answered = { ok: answer.ok, status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
        if (!answer.ok || !statement.startsWith("INSERT INTO actions")) return;
        for (const uid of passing.eventUids()) deliveries.set(uid, (deliveries.get(uid) ?? 0) + 1);
      },
      answer: () => {
        if (answered === undefined) throw new Error("nothing was forwarded yet");
        for (const [name, value] of answered.headers) if (!perConnection.has(name)) response.setHeader(name, value);
        response.writeHead(answered.status).end(answered.body);
      },
      drop: () => response.destroy(),
      refuse: (code, message) => {
        response.writeHead(500, { "X-ClickHouse-Exception-Code": String(code) }).end(`Code: ${code}. DB::Exception: ${message}. (REFUSED)`);
      },
      lie: () => response.writeHead(200).end(),
    };
    if (proxy.rule !== undefined) return proxy.rule(passing);
    await passing.forward();
    passing.answer();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: ClickHouseProxy = {
    url: `http://127.0.0.1:${port}`,
    target,
    rule: undefined,
    deliveries,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

const perConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length"]);

function passed(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && !perConnection.has(name) && name !== "host" && name !== "accept-encoding" && name !== "expect")
      headers.set(name, value);
  }
  return headers;
}
