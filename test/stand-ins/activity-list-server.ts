// A small loopback server that answers as Azure's management interface does for the list of a subscription's Activity Log: a filter by time,
// pages, throttling, and the token endpoint of a machine's managed identity. Nothing else stands in for it.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

export interface ActivityListServer {
  readonly url: string;
  /** What the machine's managed identity is asked by: IDENTITY_ENDPOINT and IDENTITY_HEADER. */
  readonly identity: { readonly endpoint: string; readonly header: string };
  /** Each becomes a page of its own, as it is, or the record or array of records that it is; pages are about a moment each has for itself, since `atMs` on. */
  add(subscription: string, pages: readonly Buffer[], atMs?: number): Promise<void>;
  /** Spans that were asked for: of first pages only. */
  readonly asked: { readonly fromMs: number; readonly toMs: number }[];
  /** So many of the next answers are 429. */
  throttle(answers: number, retryAfter: string): void;
  /** Written over what the next answer would be. */
  answerNext(statusCode: number, contentType: string, body: string): void;
  /** What was written over and not asked for. */
  forgetAnswers(): void;
  close(): Promise<void>;
}

export const activityToken = "token-of-the-stand-in";
const identityHeader = "header-of-the-stand-in";
/** Between two records, so that a span can be cut around one of them. */
const apartMs = 4;

export async function startActivityListServer(): Promise<ActivityListServer> {
  const records: { readonly subscription: string; readonly atMs: number; readonly page: Buffer }[] = [];
  const asked: { fromMs: number; toMs: number }[] = [];
  const throttled = { answers: 0, retryAfter: "" };
  const scripted: { statusCode: number; contentType: string; body: string }[] = [];

  const answer = (request: IncomingMessage, response: ServerResponse): unknown => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const json = (statusCode: number, body: Buffer | string, headers: Record<string, string> = {}) =>
      response.writeHead(statusCode, { "content-type": "application/json; charset=utf-8", ...headers }).end(body);
    const next = scripted.shift();
    if (next !== undefined) return response.writeHead(next.statusCode, { "content-type": next.contentType }).end(next.body);
    if (url.pathname === "/identity") {
      if (request.headers["x-identity-header"] !== identityHeader) return json(401, "{}");
      const expires_on = Math.floor(Date.now() / 1000) + 3600;
      return json(200, JSON.stringify({ access_token: activityToken, expires_on, resource: url.searchParams.get("resource"), token_type: "Bearer" }));
    }
    if (throttled.answers > 0) {
      throttled.answers--;
      return json(429, "{}", { "retry-after": throttled.retryAfter });
    }
    if (request.headers.authorization !== `Bearer ${activityToken}`)
      return json(401, JSON.stringify({ error: { code: "InvalidAuthenticationToken" } }));
    const [, subscription = ""] =
      /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Insights\/eventtypes\/management\/values$/.exec(url.pathname) ?? [];
    const filter = /^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'$/.exec(url.searchParams.get("$filter") ?? "");
    if (filter === null || url.searchParams.get("api-version") !== "2015-04-01") return json(400, "{}");
    const [fromMs = 0, toMs = 0] = [filter[1], filter[2]].map((text) => Date.parse(text ?? ""));
    if (fromMs < Date.now() - 90 * 86_400_000) return json(400, JSON.stringify({ code: "BadRequest" }));
    const token = url.searchParams.get("$skipToken");
    if (token === null) asked.push({ fromMs, toMs });
    // Newest first, as Azure lists.
    const found = records.filter((record) => record.subscription === subscription && record.atMs >= fromMs && record.atMs <= toMs).reverse();
    const place = Number(token ?? 0);
    const record = found[place];
    if (record === undefined) return json(200, JSON.stringify({ value: [] }));
    url.searchParams.set("$skipToken", String(place + 1));
    const text = record.page.toString();
    const [isRecord, isArray] = [/^\{.*\}$/s.test(text), /^\[.*\]$/s.test(text)];
    const nextLink = place + 1 < found.length ? { nextLink: url.href } : {};
    return json(200, isRecord || isArray ? JSON.stringify({ value: [JSON.parse(text)].flat(), ...nextLink }) : record.page);
  };

  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    identity: { endpoint: `${url}/identity`, header: identityHeader },
    asked,
    add: async (subscription, pages, atMs) => {
      const startMs = Math.max(atMs ?? Date.now(), atMs === undefined ? (records.at(-1)?.atMs ?? 0) + apartMs : 0);
      for (const [index, page] of pages.entries()) records.push({ subscription, atMs: startMs + index * apartMs, page });
      // Records of the future are not listed: they are there once their time has come.
      const lastMs = startMs + pages.length * apartMs;
      while (Date.now() <= lastMs) await wait(1);
    },
    throttle: (answers, retryAfter) => {
      throttled.answers = answers;
      throttled.retryAfter = retryAfter;
    },
    answerNext: (statusCode, contentType, body) => void scripted.push({ statusCode, contentType, body }),
    forgetAnswers: () => void scripted.splice(0),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
