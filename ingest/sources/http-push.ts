// The source of what was pushed over HTTP: reads the spool that the server (api/, by pipeline/push-intake.ts) has written before it said 2xx.
// The two meet in the folder of the source and nowhere else, so that the server takes what comes while the store is away.
import path from "node:path";
import { z } from "zod";
import type { InterningParser } from "../decode/interning-parser.ts";
import { type Message, messageBatches } from "../message-batches.ts";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, type SourceObserver, sourceType } from "../source-type.ts";
import { listSegments, spoolId } from "../spool/spool-folder.ts";
import { deleteBefore, readSpool, type SpooledMessage, type SpoolPosition } from "../spool/spool-reader.ts";
import { storedPosition } from "../stored-position.ts";
import { withLast } from "../with-last.ts";

const mebibyte = 1024 * 1024;

/** Also of those who may decide: pipeline/http-config.ts. */
export const tokenSchema = z.strictObject({
  name: z.string().min(1, "must not be empty").describe("Who holds it, to know which one to revoke."),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits: make a token and its digest with `machinetrail token create`")
    .describe("SHA-256 of the token, as `machinetrail token create` prints it. The token itself stands nowhere here."),
});

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);

const pubsubSchema = z.strictObject({
  audience: z
    .string()
    .min(1, "must not be empty")
    .describe("Audience of the subscription's tokens, as it was given with --push-auth-token-audience."),
  service_account: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, "must be the e-mail address of a service account")
    .describe("Service account that the subscription signs in as."),
  issuer: z.string().min(1, "must not be empty").default("https://accounts.google.com").describe("Issuer of its tokens."),
  jwks_url: z
    .url({ protocol: /^https?$/, error: "must be an https URL" })
    .refine(
      (url) => !url.startsWith("http:") || isLoopback(new URL(url).hostname),
      "must be an https URL: who can change the keys on their way can sign anything",
    )
    .default("https://www.googleapis.com/oauth2/v3/certs")
    .describe("Where the issuer's public keys are."),
});

export const httpPushSettings = z.strictObject({
  tokens: z.array(tokenSchema).default([]).describe("Ingest tokens of this source; no other source's count here."),
  pubsub: pubsubSchema.optional().describe("Whose Pub/Sub push messages are taken; without it none are."),
  max_spool_bytes: z
    .int()
    .min(16 * mebibyte, "must be at least 16 MiB")
    .default(4096 * mebibyte)
    .describe("Most that may wait on disk while the store is away; what comes above is answered with 503 and comes again."),
  min_free_bytes: z
    .int()
    .min(0, "must not be negative")
    .default(256 * mebibyte)
    .describe("What is left free of the disk under the spool; below it the answer is 503."),
});
export type HttpPushSettings = z.output<typeof httpPushSettings>;

export const httpPush = sourceType({
  type: "http-push",
  description: "What others send over HTTP: webhooks, push subscriptions, log shippers.",
  guarantee:
    "what was answered with 2xx is on disk and stays there until it is stored; what was refused or not answered is its sender's to send again",
  settings: httpPushSettings,
  open: (_, context) => new HttpPushSource(context),
});

/** Under the source's own folder. */
export function spoolFolder(sourceFolder: string): string {
  return path.join(sourceFolder, "spool");
}

const positionSchema = z.strictObject({ segment: z.int().min(0), offset: z.int().min(0) });

class HttpPushSource implements Source {
  readonly id: string;
  readonly #folder: string;
  readonly #parser: InterningParser;
  readonly #observer: SourceObserver;
  readonly #stop = new AbortController();

  constructor({ id, folder, parser, observer }: SourceContext) {
    this.id = id;
    this.#folder = spoolFolder(folder);
    this.#parser = parser;
    this.#observer = observer;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncIterable<SourceBatch> {
    const either = AbortSignal.any([signal, this.#stop.signal]);
    const partition = `spool:${await spoolId(this.#folder)}`;
    const stored = storedPosition(positionSchema, (await cursors([partition])).get(partition));
    const newest = (await listSegments(this.#folder)).at(-1)?.number ?? 0;
    // A folder that was restored from before has its id, and segments that are not stored under numbers that were.
    const from = stored !== undefined && stored.segment <= newest ? stored : undefined;
    if (from !== undefined) await deleteBefore(this.#folder, from.segment);
    this.#observer.onState("ready", "");
    for await (const { messages, position, damaged } of readSpool(this.#folder, from, either)) {
      for (const gap of damaged)
        this.#observer.onGap({ partition, from: textOf(gap.from), to: textOf(gap.to), reason: "a part of the spool was damaged on disk" });
      for await (const [batch, isLast] of withLast(messageBatches(messages.map(messageOf), this.#parser))) {
        if (either.aborted) return;
        // Only behind the last of them is there a place to resume.
        if (!isLast) yield { ...batch, cursors: [], ack: async () => undefined };
        else
          yield { ...batch, cursors: [{ partition, position: JSON.stringify(position) }], ack: () => deleteBefore(this.#folder, position.segment) };
      }
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
  }
}

const textOf = ({ segment, offset }: SpoolPosition): string => `${segment}:${offset}`;

function messageOf({ route, body, receivedAtMs, at }: SpooledMessage): Message {
  return { bytes: body, origin: `${route} ${textOf(at)}`, takenAtMs: receivedAtMs };
}
