// The Activity Log of Azure subscriptions by its REST list: for the 90 days before anything was exported, and for whoever exports nothing.
// Asked by spans of time; records come late, so each question reaches back behind the one before.
import type { TokenCredential } from "@azure/identity";
import { z } from "zod";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import { parsedObject } from "../../model/json.ts";
import { pause } from "../../runtime/pause.ts";
import { retryTransient } from "../../runtime/retry.ts";
import { messageBatches } from "../message-batches.ts";
import { secretReferenceSchema } from "../secret-reference.ts";
import type { Cursor, ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import { storedPosition } from "../stored-position.ts";
import { withLast } from "../with-last.ts";
import { halves, pieces, type Span } from "./azure-activity-spans.ts";
import { applicationSchema, azureCredential, isWithoutToken } from "./azure-credentials.ts";

const settings = z.strictObject({
  subscriptions: z
    .array(z.string().regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, "must be the id of a subscription"))
    .min(1, "needs at least one subscription")
    .describe("Subscriptions, by their ids."),
  credentials: z
    .union(
      [
        z.strictObject({ application: applicationSchema }),
        z.strictObject({
          access_token: secretReferenceSchema("A token of the management interface, for a backfill by hand: it lasts about an hour."),
        }),
      ],
      { error: "must be { application } or { access_token }; without it the machine's own identity is taken" },
    )
    .optional()
    .describe(
      "Who machinetrail is there; without it what the machine has: a managed identity, a workload identity, or the variables of Azure's libraries.",
    ),
  days: z.number().positive().max(90).default(90).describe("How far back the first start reads; Azure keeps 90. Default: 90."),
  window_hours: z.number().positive().max(168).default(6).describe("How long a span is asked for at once. Default: 6."),
  overlap_minutes: z
    .number()
    .min(0)
    .max(1440)
    .default(30)
    .describe("How far each question reaches back behind the one before, for records that come late. Default: 30."),
  poll_seconds: z.number().positive().max(86_400).default(300).describe("How long it waits before it asks again. Default: 300."),
  base_url: z
    .string()
    .regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/, "must begin with https://")
    .default("https://management.azure.com")
    .describe("Another cloud's management interface. Default: https://management.azure.com."),
});

type AzureActivityListSettings = z.output<typeof settings>;

export const azureActivityList = sourceType({
  type: "azure-activity-list",
  description: "Azure Activity Log by its REST list: the last 90 days, and on.",
  guarantee: "spans of time are asked for again from where their rows were last stored, with an overlap; Azure forgets after 90 days",
  settings,
  open: (given, context) => new AzureActivityListSource(given, context),
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A little less than what Azure keeps: a question that begins earlier is refused as a whole. */
const keptMs = 90 * dayMs - 10 * minuteMs;
const apiVersion = "2015-04-01";
const answerTimeoutMs = 60_000;
const longestWaitMs = 10 * minuteMs;
const pageLimitBytes = 64 * 1024 * 1024;
const pagesLimit = 10_000;
/** So often a span is cut to come around a page that cannot be read; where more are broken, it is the service that is. */
const cutsLimit = 100;

interface Page {
  /** Where the next one is; undefined behind the last. */
  readonly next: string | undefined;
  readonly bytes: Buffer;
  readonly isEmpty: boolean;
}

class AzureActivityListSource implements Source {
  readonly id: string;
  readonly #settings: AzureActivityListSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  /** Up to when each subscription was read by this process. */
  readonly #readTo = new Map<string, number>();
  #credential: TokenCredential | undefined;

  constructor(given: AzureActivityListSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    const { observer } = this.#context;
    observer.onState("connecting", "");
    try {
      while (!stopped.aborted) {
        for (const subscription of this.#settings.subscriptions) yield* this.#readSubscription(subscription, cursors, stopped);
        await pause(this.#settings.poll_seconds * 1000, stopped);
      }
    } catch (error) {
      if (stopped.aborted) return;
      const failure = isWithoutToken(error)
        ? new PermanentError("nobody gave a token; check 'credentials', or give the machine an identity", { cause: error })
        : error;
      if (failure instanceof Error) observer.onState("failing", failure.message);
      throw failure;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async *#readSubscription(subscription: string, cursors: ReadOptions["cursors"], stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const partition = `subscription:${subscription.toLowerCase()}`;
    const nowMs = Date.now();
    const span = { fromMs: await this.#startOf(partition, cursors, nowMs), toMs: nowMs };
    const { observer } = this.#context;
    const parts = pieces(span, this.#settings.window_hours * hourMs);
    for (const [index, part] of parts.entries()) {
      observer.onLag(partition, parts.length - index - 1);
      for await (const [batch, isLast] of withLast(this.#readSpan(subscription, partition, part, stopped))) {
        if (stopped.aborted) return;
        yield isLast ? { ...batch, cursors: [cursorAt(partition, part.toMs)] } : batch;
      }
      if (stopped.aborted) return;
      this.#readTo.set(partition, part.toMs);
    }
  }

  async #startOf(partition: string, cursors: ReadOptions["cursors"], nowMs: number): Promise<number> {
    const readToMs = this.#readTo.get(partition) ?? storedPosition(positionSchema, (await cursors([partition])).get(partition))?.readToMs;
    const overlapMs = this.#settings.overlap_minutes * minuteMs;
    // A clock that was set back: what happened since the position was written is not known. All is read again, which doubles nothing.
    if (readToMs === undefined || readToMs - overlapMs > nowMs) return Math.max(nowMs - this.#settings.days * dayMs, nowMs - keptMs);
    const earliestMs = nowMs - keptMs;
    if (readToMs < earliestMs) {
      const reason = "older than what the Activity Log keeps";
      this.#context.observer.onGap({ partition, from: timeText(readToMs), to: timeText(earliestMs), reason });
    }
    return Math.max(earliestMs, readToMs - overlapMs);
  }

  /** A page that is not valid JSON hides where the next one is. So the span is cut in halves, and again, until it is alone. */
  async *#readSpan(subscription: string, partition: string, whole: Span, stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const spans = [whole];
    let cuts = 0;
    for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
      const origin = `${partition}/${timeText(span.fromMs)}/${timeText(span.toMs)}`;
      let url: string | undefined = this.#firstPage(subscription, span);
      for (let pages = 0; url !== undefined; pages++) {
        if (pages === pagesLimit) throw new TransientError("the Activity Log's list has no end; a shorter 'window_hours' may help");
        const bytes = await this.#fetched(url, stopped);
        const page = parsePage(bytes);
        if (page === undefined) {
          const parts = halves(span);
          if (parts !== undefined && cuts++ === cutsLimit) throw new TransientError("the management interface answers what is not JSON");
          if (parts !== undefined) spans.push(...parts.toReversed());
          else yield this.#unreadable(origin, partition, span, bytes);
          break;
        }
        if (!page.isEmpty) {
          for await (const batch of messageBatches([{ bytes: page.bytes, origin }], this.#context.parser)) {
            yield { ...batch, cursors: [], ack: async () => undefined };
          }
        }
        url = page.next === undefined ? undefined : this.#sameHost(page.next);
      }
    }
  }

  #unreadable(origin: string, partition: string, span: Span, bytes: Buffer): SourceBatch {
    const reason = "a page of the list is not valid JSON";
    this.#context.observer.onGap({ partition, from: timeText(span.fromMs), to: timeText(span.toMs), reason });
    const rejected = [{ offset: 0, bytes: bytes.subarray(0, 65_536), reason }];
    const nothing = { bytes: Buffer.alloc(0), ranges: [], values: [], fresh: [], offset: 0, cursors: [] };
    return { ...nothing, origin, modifiedAtMs: undefined, rejected, ack: async () => undefined, release: () => undefined };
  }

  #firstPage(subscription: string, { fromMs, toMs }: Span): string {
    const filter = `eventTimestamp ge '${timeText(fromMs)}' and eventTimestamp le '${timeText(toMs)}'`;
    const query = `api-version=${apiVersion}&$filter=${encodeURIComponent(filter)}`;
    return `${this.#baseUrl}/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?${query}`;
  }

  get #baseUrl(): string {
    return this.#settings.base_url.replace(/\/+$/, "");
  }

  /** The token goes along, so no answer may name another host. */
  #sameHost(next: string): string {
    const url = URL.canParse(next, this.#baseUrl) ? new URL(next, this.#baseUrl) : undefined;
    if (url?.origin !== new URL(this.#baseUrl).origin) throw new PermanentError("the list goes on at another host, which is not asked");
    return url.href;
  }

  #fetched(url: string, stopped: AbortSignal): Promise<Buffer> {
    const { observer } = this.#context;
    const onRetry = (error: TransientError) => observer.onState("failing", `${error.message}; it is asked again`);
    return retryTransient(
      async () => {
        const bytes = await this.#ask(url, stopped);
        observer.onState("ready", "");
        return bytes;
      },
      { signal: stopped, firstDelayMs: 500, onRetry },
    );
  }

  async #ask(url: string, stopped: AbortSignal): Promise<Buffer> {
    const { request } = await import("undici");
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(answerTimeoutMs)]);
    try {
      const authorization = `Bearer ${await this.#token(signal)}`;
      const { statusCode, headers, body } = await request(url, { headers: { authorization, accept: "application/json" }, signal });
      if (statusCode === 200 && /^application\/json\b/i.test(String(headers["content-type"]))) return await bounded(body);
      await body.dump();
      throw refusal(statusCode, String(headers["retry-after"] ?? ""));
    } catch (error) {
      const isKnown = error instanceof PermanentError || error instanceof TransientError || error instanceof ConfigError || isWithoutToken(error);
      if (isKnown || stopped.aborted) throw error;
      throw new TransientError("the management interface does not answer", { cause: error });
    }
  }

  async #token(abortSignal: AbortSignal): Promise<string> {
    const { credentials } = this.#settings;
    if (credentials !== undefined && "access_token" in credentials) return this.#context.secret(credentials.access_token).trim();
    this.#credential ??= await azureCredential(credentials?.application, this.#context);
    const token = await this.#credential.getToken(`${this.#baseUrl}/.default`, { abortSignal });
    if (token === null) throw new PermanentError("nobody gave a token; check 'credentials', or give the machine an identity");
    return token.token;
  }
}

function refusal(statusCode: number, retryAfter: string): Error {
  if (statusCode === 401) return new PermanentError("the token is refused (401); check 'credentials'");
  if (statusCode === 403) return new PermanentError("access is refused (403): grant Monitoring Reader on the subscription");
  if (statusCode === 404) return new PermanentError("there is no such subscription, or none that may be seen (404); check 'subscriptions'");
  if (statusCode === 429) return new TransientError("the management interface throttles (429)", retryOptions(retryAfter));
  if (statusCode === 200) return new TransientError("the management interface answers what is not JSON: is there a proxy between?");
  if (statusCode >= 500 || statusCode === 408) return new TransientError(`the management interface answers ${statusCode}`, retryOptions(retryAfter));
  return new PermanentError(`the management interface refuses the question (${statusCode})`);
}

/** Seconds, or a date. */
function retryOptions(retryAfter: string): { retryAfterMs?: number } {
  if (retryAfter === "") return {};
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(waitMs) ? { retryAfterMs: Math.min(Math.max(waitMs, 0), longestWaitMs) } : {};
}

async function bounded(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of body) {
    sizeBytes += part.length;
    if (sizeBytes > pageLimitBytes) throw new TransientError("a page of the list is larger than 64 MiB; a shorter 'window_hours' may help");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parsePage(bytes: Buffer): Page | undefined {
  const page = parsedObject(bytes.toString("utf8"));
  if (!Array.isArray(page?.value)) return undefined;
  const next = typeof page.nextLink === "string" && page.nextLink !== "" ? page.nextLink : undefined;
  return { next, bytes, isEmpty: page.value.length === 0 };
}

const positionSchema = z.strictObject({ readToMs: z.number() });

function cursorAt(partition: string, readToMs: number): Cursor {
  return { partition, position: JSON.stringify({ readToMs }) };
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}
