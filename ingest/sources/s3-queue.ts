// Objects of S3 by their notifications in a queue of SQS. A message is deleted when all rows of all its objects are stored; what cannot be read is
// left to the queue's redrive policy.
import { z } from "zod";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, sourceType } from "../source-type.ts";
import { withLast } from "../with-last.ts";
import { awsSettings } from "./aws-client.ts";
import { type ObjectReference, readNotification } from "./s3-notification.ts";
import { isSetAside, ObjectReader, objectSettings, originOf, type PreparedObject, s3Client, UnreadableObject } from "./s3-objects.ts";
import { type HeldMessage, Queue } from "./sqs-queue.ts";

const settings = z.strictObject({
  queue_url: z.url({ protocol: /^https?$/ }).describe("URL of the queue that the bucket's notifications go to; requests go to its host."),
  ...awsSettings,
  buckets: z
    .array(z.string().min(1, "must not be empty"))
    .min(1, "needs at least one bucket")
    .optional()
    .describe("Buckets that messages may name; whoever may write to the queue could name others. Default: any that the credentials can read."),
  ...objectSettings,
  visibility_seconds: z
    .int()
    .min(1)
    .max(43_200)
    .default(120)
    .describe("How long a message stays hidden from others after a crash; while it is worked on it is hidden on. Default: 120."),
  wait_seconds: z.int().min(0).max(20).default(20).describe("How long one request waits for messages. Default: 20, the longest."),
});

type S3QueueSettings = z.output<typeof settings>;

/** The queue is asked how many wait so often. */
const stateIntervalMs = 30_000;
/** Messages whose trouble was told: they come again, and are not told again. */
const rememberedTroubles = 1000;

export const s3Queue = sourceType({
  type: "s3-queue",
  description: "Objects of Amazon S3, such as CloudTrail's log files, by their notifications in an SQS queue.",
  guarantee:
    "a message is deleted once every row of its objects is stored, hidden while it is worked on, and seen again after visibility_seconds where that is cut short; SQS forgets what nobody read within its retention (4 days unless set)",
  settings,
  open: (given, context) => new S3QueueSource(given, context),
});

/** A message, and how many of its objects are not stored yet. */
interface OpenMessage {
  readonly message: HeldMessage;
  open: number;
  isLeft: boolean;
}

interface AheadObject {
  readonly of: OpenMessage;
  readonly object: ObjectReference;
  prepared?: Promise<PreparedObject>;
}

class S3QueueSource implements Source {
  readonly id: string;
  readonly #settings: S3QueueSettings;
  readonly #context: SourceContext;
  readonly #closed = new AbortController();
  readonly #queueName: string;
  #queue: Queue | undefined;
  #hasFailed = false;
  /** Told of, and not read yet. */
  readonly #ahead: AheadObject[] = [];
  #hasReceived = false;
  #stateAskedAtMs = Number.NEGATIVE_INFINITY;
  readonly #troubles = new Set<string>();
  #isTroubled = false;

  constructor(given: S3QueueSettings, context: SourceContext) {
    this.id = context.id;
    this.#settings = given;
    this.#context = context;
    this.#queueName = new URL(given.queue_url).pathname.split("/").at(-1) ?? "";
  }

  async *read({ signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    if (stopped.aborted) return;
    this.#context.observer.onState("connecting", "");
    try {
      const client = await s3Client(this.#settings, this.#context);
      const queue = await Queue.open(this.#settings, this.#context);
      this.#queue = queue;
      try {
        yield* this.#read(queue, new ObjectReader(client, this.#context, stopped), stopped);
      } finally {
        client.destroy();
      }
    } catch (error) {
      if (stopped.aborted) return;
      this.#hasFailed = true;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const queue = this.#queue;
    this.#queue = undefined;
    await queue?.close({ givesBack: !this.#hasFailed });
  }

  async *#read(queue: Queue, reader: ObjectReader, stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { parallel_objects: parallel } = this.#settings;
    let receiving: Promise<void> | undefined;
    const receive = async () => {
      for (const message of await queue.receive(stopped)) this.#take(queue, message);
      receiving = undefined;
      if (!this.#hasReceived && !this.#isTroubled) this.#context.observer.onState("ready", "");
      this.#askState(queue, stopped, !this.#hasReceived);
      this.#hasReceived = true;
    };
    while (!stopped.aborted) {
      if (receiving === undefined && this.#ahead.length < parallel) {
        receiving = receive();
        // Met when nothing is left to be read.
        receiving.catch(() => undefined);
      }
      for (const object of this.#ahead.slice(0, parallel)) object.prepared ??= prepared(reader, object.object);
      const next = this.#ahead.shift();
      if (next === undefined) await receiving;
      else yield* this.#readObject(queue, reader, next, stopped);
    }
  }

  #take(queue: Queue, message: HeldMessage): void {
    const notification = readNotification(message.body);
    if (notification.kind === "unreadable") {
      this.#leave(queue, { message, open: 0, isLeft: false }, "", notification.reason);
      return;
    }
    const objects = notification.objects.filter((object) => !isSetAside(object, this.#settings.skip));
    const of: OpenMessage = { message, open: objects.length, isLeft: false };
    const foreign = objects.find(({ bucket }) => this.#settings.buckets?.includes(bucket) === false);
    if (foreign !== undefined) this.#leave(queue, of, originOf(foreign), "a bucket that is not among `buckets`");
    else if (objects.length === 0) queue.delete(message);
    else this.#ahead.push(...objects.map((object) => ({ of, object })));
  }

  async *#readObject(queue: Queue, reader: ObjectReader, ahead: AheadObject, stopped: AbortSignal): AsyncGenerator<SourceBatch> {
    const { of, object } = ahead;
    try {
      for await (const [batch, isLast] of withLast(reader.batches(await (ahead.prepared ?? prepared(reader, object))))) {
        if (stopped.aborted) return;
        if (isLast && this.#isTroubled) this.#context.observer.onState("ready", "");
        if (isLast) this.#isTroubled = false;
        yield { ...batch, cursors: [], ack: isLast ? async () => this.#stored(queue, of) : nothing };
      }
    } catch (error) {
      if (!(error instanceof UnreadableObject)) throw error;
      this.#leave(queue, of, originOf(object), error.reason, error);
    }
  }

  #stored(queue: Queue, of: OpenMessage): void {
    of.open--;
    if (of.open === 0 && !of.isLeft) queue.delete(of.message);
  }

  /** `origin`: of the object that was the trouble; empty where the message itself was. */
  #leave(queue: Queue, of: OpenMessage, origin: string, reason: string, error?: Error): void {
    of.isLeft = true;
    queue.leave(of.message);
    const isFailing = reason === "denied" || reason === "refused" || reason === "archived";
    const key = `${of.message.id} ${origin}`;
    if (this.#troubles.has(key)) return;
    if (this.#troubles.size >= rememberedTroubles) this.#troubles.clear();
    this.#troubles.add(key);
    this.#isTroubled = true;
    const what = origin === "" ? `message ${of.message.id}` : `${origin}, named by message ${of.message.id},`;
    const detail = error === undefined ? reason : `${reason} (${error.message})`;
    this.#context.observer.onState(isFailing ? "failing" : "ready", `${what} cannot be read and is left to the queue's redrive policy: ${detail}`);
    if (reason === "gone") {
      this.#context.observer.onGap({ partition: this.#queueName, from: origin, to: "", reason: "an object was gone before it was read" });
    }
  }

  /** Says how many messages wait, and once what the queue lacks. Nothing depends on it, so it may be denied. */
  #askState(queue: Queue, stopped: AbortSignal, isFirst: boolean): void {
    if (performance.now() - this.#stateAskedAtMs < stateIntervalMs) return;
    this.#stateAskedAtMs = performance.now();
    const { observer } = this.#context;
    queue.state(stopped).then(
      ({ waiting, hasRedrivePolicy }) => {
        observer.onLag(this.#queueName, waiting + this.#ahead.length);
        if (isFirst && !hasRedrivePolicy) observer.onState("ready", noRedrivePolicy);
      },
      (error: Error) => {
        if (isFirst && !stopped.aborted) observer.onState("ready", `how many messages wait is not known: ${error.message}`);
      },
    );
  }
}

const noRedrivePolicy = "the queue has no redrive policy: a message that cannot be read comes again until its retention ends";

function prepared(reader: ObjectReader, object: ObjectReference): Promise<PreparedObject> {
  const preparing = reader.prepare(object);
  // Met when its turn comes.
  preparing.catch(() => undefined);
  return preparing;
}

const nothing = async () => undefined;
