// CloudTrail's event history by LookupEvents: management events of one account and region, of the last 90 days, without a trail. Twice a second a
// page of fifty is what AWS allows, so it suits small accounts and first looks.
import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { CloudTrailClient, Event } from "@aws-sdk/client-cloudtrail";
import { z } from "zod";
import { TransientError } from "../../model/errors.ts";
import { pause } from "../../runtime/pause.ts";
import { type Message, messageBatches } from "../message-batches.ts";
import type { Cursor, ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import { storedPosition } from "../stored-position.ts";
import { awsClientConfig, awsError, awsSettings, describeSdkError, isPassing } from "./aws-client.ts";
import { serverClock } from "./server-clock.ts";

const settings = z.strictObject({
  ...awsSettings,
  from: z.iso
    .date("must be a day: YYYY-MM-DD")
    .optional()
    .describe("First day that is read (UTC). Default: as far back as CloudTrail remembers, 90 days."),
  requests_per_second: z
    .number()
    .positive()
    .max(2)
    .default(2)
    .describe("Of the two a second that AWS allows an account and region, whoever asks. Default: 2."),
  poll_seconds: z.number().positive().max(86_400).default(60).describe("How long it waits before it looks for new events. Default: 60."),
  overlap_minutes: z
    .number()
    .min(0)
    .max(1440)
    .default(30)
    .describe("Minutes before the last look that are looked through again, for events that show late. Default: 30."),
});

type LookupSettings = z.output<typeof settings>;

export const cloudTrailLookup = sourceType({
  type: "cloudtrail-lookup",
  description: "CloudTrail's event history of one account and region by LookupEvents: management events only, of the last 90 days.",
  guarantee:
    "an event is read if it shows within overlap_minutes of its time; after a crash the span of time that was being read, a day at most, is read again; after 90 days AWS forgets it",
  settings,
  open: (given, context) => new LookupSource(given, context),
});

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A little less than 90 days: what lies before is refused or empty. */
const rememberedMs = 90 * dayMs - 10 * minuteMs;
/** A span is read newest first and remembered when it is read whole: long where little happens, short where much does. */
const shortestSpanMs = minuteMs;
const longestSpanMs = dayMs;
const longSpanPages = 20;
const shortSpanPages = 3;
/** Ids of events that an overlap shows again. What is not remembered is read again, which doubles nothing. */
const mostKnown = 200_000;
const storedKnown = 250;
const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

const positionSchema = z.strictObject({
  /** What happened up to then is read, but for what shows late; milliseconds. */
  settledMs: z.number(),
  /** Of what happened since, and is read: what the next look would show again. */
  known: z.array(z.string()).max(storedKnown),
});

class LookupSource implements Source {
  readonly id: string;
  readonly #settings: LookupSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  readonly #partition: string;
  /** Name to when it happened, of what the next look would show again. */
  readonly #known = new Map<string, number>();
  #lastRequestMs = Number.NEGATIVE_INFINITY;
  #isReady = false;

  constructor(given: LookupSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
    this.#partition = `${given.assume_role?.arn ?? "own account"} ${given.region}`;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    if (stopped.aborted) return;
    this.#context.observer.onState("connecting", "");
    try {
      const { CloudTrailClient: Client } = await import("@aws-sdk/client-cloudtrail");
      const client = new Client({ ...(await awsClientConfig(this.#settings, this.#context)), retryMode: "adaptive" });
      try {
        const stored = (await cursors([this.#partition])).get(this.#partition);
        yield* this.#readOn(client, storedPosition(positionSchema, stored), stopped);
      } finally {
        client.destroy();
      }
    } catch (error) {
      if (!stopped.aborted) throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
  }

  async *#readOn(client: CloudTrailClient, position: z.output<typeof positionSchema> | undefined, stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { poll_seconds: pollSeconds, overlap_minutes: overlapMinutes, from } = this.#settings;
    const clock = serverClock(client);
    // Its answer sets the clock.
    await this.#look(client, { MaxResults: 1 }, stopped);
    // A position in the future is no position: to take it for one would pass over what happens until then. All is read again, which doubles nothing.
    const stored = position !== undefined && position.settledMs > clock.nowMs() ? undefined : position;
    for (const name of stored?.known ?? []) this.#known.set(name, clock.nowMs());
    let settledMs = stored?.settledMs ?? Date.parse(from ?? "1970-01-01");
    let spanMs = 60 * minuteMs;
    while (!stopped.aborted) {
      const nowMs = clock.nowMs();
      const oldestMs = nowMs - rememberedMs;
      if (settledMs < oldestMs) {
        if (stored !== undefined) this.#tellForgotten(settledMs, oldestMs);
        settledMs = oldestMs;
      }
      const endMs = settledMs + spanMs;
      const lateFromMs = nowMs - overlapMinutes * minuteMs;
      // Without an end where events still come: the clock's whole seconds would leave out the last one.
      const isLast = endMs >= lateFromMs;
      const span = { StartTime: new Date(settledMs), ...(isLast ? {} : { EndTime: new Date(endMs) }) };
      settledMs = isLast ? Math.max(settledMs, lateFromMs) : endMs;
      const pages = yield* this.#readSpan(client, span, settledMs, stopped);
      if (stopped.aborted) return;
      for (const [name, happenedMs] of this.#known) if (happenedMs < settledMs) this.#known.delete(name);
      if (pages > longSpanPages) spanMs = Math.max(shortestSpanMs, spanMs / 2);
      else if (pages <= shortSpanPages) spanMs = Math.min(longestSpanMs, spanMs * 2);
      if (!isLast) continue;
      if (!this.#isReady) this.#context.observer.onState("ready", "");
      this.#isReady = true;
      await pause(pollSeconds * 1000, stopped);
    }
  }

  /** All of a span, newest first; `settledMs` holds once all of it is stored. Returns how many pages it had. */
  async *#readSpan(
    client: CloudTrailClient,
    span: { readonly StartTime: Date; readonly EndTime?: Date },
    settledMs: number,
    stopped: AbortSignal,
  ): AsyncGenerator<SourceBatch, number> {
    let pages = 0;
    let pending: Omit<SourceBatch, "cursors" | "ack"> | undefined;
    let token: string | undefined;
    do {
      const answer = await this.#look(client, { ...span, ...(token === undefined ? {} : { NextToken: token }) }, stopped);
      pages++;
      const messages = (answer.Events ?? []).filter((event) => this.#isNew(event)).map((event) => this.#message(event));
      for await (const batch of messageBatches(messages, this.#context.parser)) {
        if (pending !== undefined) yield { ...pending, cursors: [], ack: nothing };
        if (stopped.aborted) return pages;
        pending = batch;
      }
      token = answer.NextToken;
    } while (token !== undefined && token !== "");
    if (pending !== undefined) yield { ...pending, cursors: [this.#cursor(settledMs)], ack: nothing };
    return pages;
  }

  #cursor(settledMs: number): Cursor {
    const known = [...this.#known].filter(([, happenedMs]) => happenedMs >= settledMs).map(([name]) => name);
    return {
      partition: this.#partition,
      position: JSON.stringify({ settledMs, known: known.slice(-storedKnown) } satisfies z.input<typeof positionSchema>),
    };
  }

  #isNew({ EventId: id = "", EventTime }: Event): boolean {
    if (id === "") return true;
    const name = createHash("sha256").update(id).digest("base64url").slice(0, 12);
    if (this.#known.has(name)) return false;
    this.#known.set(name, EventTime?.getTime() ?? Date.now());
    if (this.#known.size > mostKnown) {
      const [oldest = ""] = this.#known.keys();
      this.#known.delete(oldest);
    }
    return true;
  }

  /** What it says beside the record stands in the record too. */
  #message(event: Event): Message {
    const origin = `cloudtrail-lookup ${this.#settings.region} ${event.EventId ?? ""}`;
    return { bytes: Buffer.from(event.CloudTrailEvent ?? JSON.stringify(event)), origin };
  }

  /**
   * At most so often as is allowed; throttling and outages are waited for and told.
   * @throws PermanentError where it is refused.
   */
  async #look(
    client: CloudTrailClient,
    input: { readonly StartTime?: Date; readonly EndTime?: Date; readonly NextToken?: string; readonly MaxResults?: number },
    stopped: AbortSignal,
  ) {
    const { LookupEventsCommand } = await import("@aws-sdk/client-cloudtrail");
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
      const dueMs = this.#lastRequestMs + 1000 / this.#settings.requests_per_second;
      await wait(Math.max(0, dueMs - performance.now()), undefined, { signal: stopped });
      this.#lastRequestMs = performance.now();
      try {
        const answer = await client.send(new LookupEventsCommand({ MaxResults: 50, ...input }), { abortSignal: stopped });
        if (delayMs > firstDelayMs) this.#context.observer.onState("ready", "");
        return answer;
      } catch (error) {
        const what = `LookupEvents in ${this.#settings.region}`;
        // A token lives for a while only: the span is read anew.
        if (error instanceof Error && error.name === "InvalidNextTokenException")
          throw new TransientError(`${what}: ${error.message}`, { cause: error });
        if (stopped.aborted || !isPassing(error)) throw awsError(error, what);
        this.#context.observer.onState("failing", `${what}: ${describeSdkError(error)}; trying again`);
        await wait(delayMs * (1 + Math.random() / 5), undefined, { signal: stopped });
      }
    }
  }

  #tellForgotten(settledMs: number, oldestMs: number): void {
    this.#context.observer.onGap({
      partition: this.#partition,
      from: new Date(settledMs).toISOString(),
      to: new Date(oldestMs).toISOString(),
      reason: "CloudTrail's event history does not go back to what was read last",
    });
  }
}

const nothing = async () => undefined;
