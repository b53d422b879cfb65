// A sender that sees what a real one sees: also an answer that comes before all was sent. And what a source then reads of it.
import { createHash } from "node:crypto";
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import path from "node:path";
import { httpPush, httpPushSettings } from "../../ingest/sources/http-push.ts";
import { recordSettings } from "../../pipeline/build.ts";
import type { Config } from "../../pipeline/config.ts";
import { RecordReader } from "../../pipeline/record-reader.ts";
import { sourceContext } from "../ingest/live-source-contract.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
  readonly tls?: Pick<RequestOptions, "ca" | "cert" | "key">;
}

export const digestOf = (token: string): string => createHash("sha256").update(token).digest("hex");
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** On a connection of its own. */
export function send(url: string, { method = "POST", headers = {}, body = "", tls = {} }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: { "content-type": "application/json", ...headers }, agent: false as const, ...tls };
    const sent = url.startsWith("https:") ? httpsRequest(url, options) : httpRequest(url, options);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      const done = () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes });
      };
      response.on("end", done);
      response.on("error", done);
    });
    // After an early answer the rest cannot be sent any more.
    sent.on("error", reject);
    sent.end(body);
  });
}

interface Stored {
  /** Ids of the actions, in order of reading. */
  readonly events: readonly string[];
  /** Reasons. */
  readonly rejected: readonly string[];
}

let ends = 0;

/** What a source would store of all that was pushed to it: it posts one more record, and reads up to that. */
export async function storedOf(url: string, config: Config, source: string, token: string): Promise<Stored> {
  const end = `end-${ends++}`;
  const record = JSON.stringify({
    eventVersion: "1.11",
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    eventTime: "2026-11-02T03:04:05Z",
    eventID: end,
  });
  const { status } = await send(`${url}/push/${source}/ndjson`, {
    headers: { ...bearer(token), "content-type": "application/x-ndjson" },
    body: record,
  });
  if (status !== 200) throw new Error(`the last record was answered with ${status}`);
  const reader = new RecordReader(recordSettings(config));
  const folder = path.join(config.dataFolder, "sources", source);
  const opened = httpPush.open(httpPushSettings.parse({}), sourceContext({ id: source, folder, parser: reader.newParser() }));
  const stop = new AbortController();
  const events: string[] = [];
  const rejected: string[] = [];
  for await (const { values, fresh, bytes, ranges, rejected: unread } of opened.read({ cursors: async () => new Map(), signal: stop.signal })) {
    rejected.push(...unread.map(({ reason }) => reason));
    for (const [index, value] of values.entries())
      reader.read(value, fresh[index], bytes, ranges[index * 2] ?? 0, ranges[index * 2 + 1] ?? 0, ({ result }) => {
        if (result.kind === "event") events.push(result.event.event_uid);
        if (result.kind === "rejected") rejected.push(result.reason);
      });
    if (events.includes(end)) stop.abort();
  }
  await opened.close();
  return { events: events.filter((event) => !event.startsWith("end-")), rejected };
}
