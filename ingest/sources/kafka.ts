// Source of messages in Kafka's topics: a consumer a topic in a group, which commits only what is stored. Azure Event Hubs is the same
// with other settings (event-hubs.ts).
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { TransientError } from "../../model/errors.ts";
import { type MessageBatch, messageBatches } from "../message-batches.ts";
import type { ReadOptions, Source, SourceBatch } from "../source.ts";
import { type SourceContext, type SourceGap, type SourceState, sourceType } from "../source-type.ts";
import { withLast } from "../with-last.ts";
import { kafkaSaslSchema, kafkaTlsSchema, saslOptions, tlsOptions } from "./kafka-authentication.ts";
import { gapBefore, TopicPositions } from "./kafka-positions.ts";
import { fetchedBytes, ReadAhead } from "./kafka-read-ahead.ts";
import { KafkaSupervisor } from "./kafka-supervisor.ts";
import {
  type ConsumerSession,
  consumeTopic,
  type FetchedMessages,
  type KafkaConnection,
  type KafkaTuning,
  type TopicHandler,
} from "./kafka-transport.ts";

export interface KafkaSourceOptions extends KafkaTuning {
  readonly topics: readonly string[];
  readonly group: string;
  /** Asked for each time a consumer is built. @throws ConfigError where a secret cannot be read. */
  readonly connection: () => KafkaConnection;
  /** Decompressed messages that wait to be parsed; one fetch may lie above it. */
  readonly readAheadBytes: number;
  /** How long an acknowledgement waits for its commit: a stored block waits for nothing else. And how long commits may fail before it is told. */
  readonly commitTimeoutMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const kafkaDefaults = {
  maxWaitTimeMs: 500,
  partitionFetchBytes: 2 * 1024 * 1024,
  fetchBytes: 8 * 1024 * 1024,
  sessionTimeoutMs: 30_000,
  rebalanceTimeoutMs: 30_000,
  heartbeatIntervalMs: 3_000,
  metadataMaxAgeMs: 60_000,
  requestTimeoutMs: 30_000,
  connectionTimeoutMs: 10_000,
  silenceMs: 45_000,
  readAheadBytes: 16 * 1024 * 1024,
  commitTimeoutMs: 5_000,
  firstDelayMs: 500,
  longestDelayMs: 30_000,
};

/** What was fetched of one partition at once. */
interface Chunk extends FetchedMessages {
  readonly consumer: TopicConsumer;
  readonly epoch: number;
  readonly sizeBytes: number;
  readonly isOver: () => boolean;
}

const noBytes = Buffer.alloc(0);

export class KafkaSource implements Source {
  readonly id: string;
  readonly #options: KafkaSourceOptions;
  readonly #context: SourceContext;
  readonly #readAhead: ReadAhead<Chunk>;
  readonly #stop = new AbortController();
  #consuming: Promise<unknown> = Promise.resolve();

  constructor(options: KafkaSourceOptions, context: SourceContext) {
    this.id = context.id;
    this.#options = options;
    this.#context = context;
    this.#readAhead = new ReadAhead(options.readAheadBytes);
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    if (signal.aborted || this.#stop.signal.aborted) return;
    const onState = sharedState(this.#options.topics, this.#context.observer.onState);
    const consumers = this.#options.topics.map(
      (topic) => new TopicConsumer({ topic, options: this.#options, context: this.#context, cursors, readAhead: this.#readAhead, onState }),
    );
    this.#consuming = Promise.all(consumers.map((consumer) => consumer.run(this.#stop.signal)));
    // Consumers live on until `close`: what was yielded may still be acknowledged.
    const stopReading = () => this.#readAhead.close();
    signal.addEventListener("abort", stopReading, { once: true });
    try {
      for (let chunk = await this.#readAhead.next(); chunk !== undefined; chunk = await this.#readAhead.next()) {
        for await (const batch of this.#batchesOf(chunk)) {
          if (signal.aborted) return;
          yield batch;
        }
        // Parsing never waits, and heartbeats and the next fetch need their turn.
        await turn();
      }
    } finally {
      signal.removeEventListener("abort", stopReading);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#readAhead.close();
    await this.#consuming;
  }

  /** The last batch carries the acknowledgement of the whole chunk; a chunk of nothing but tombstones is one batch without records. */
  async *#batchesOf({ consumer, partition, epoch, nextOffset, messages }: Chunk): AsyncGenerator<SourceBatch> {
    const origin = consumer.partitionName(partition);
    const records = messages.flatMap(({ offset, value, timestamp }) =>
      value === null || value.length === 0 ? [] : [{ bytes: value, origin: `${origin}@${offset}`, takenAtMs: Number(timestamp) }],
    );
    const last = {
      cursors: [{ partition: origin, position: String(nextOffset) }],
      ack: () => consumer.acknowledge(partition, epoch, nextOffset),
    };
    let isEmpty = true;
    for await (const [batch, isLast] of withLast(messageBatches(records, this.#context.parser))) {
      isEmpty = false;
      yield isLast ? { ...batch, ...last } : { ...batch, cursors: [], ack: async () => undefined };
    }
    if (isEmpty) yield { ...emptyBatch(origin), ...last };
  }
}

function emptyBatch(origin: string): MessageBatch {
  return {
    ...{ origin, modifiedAtMs: undefined, bytes: noBytes, ranges: [], values: [], fresh: [], offset: 0, rejected: [] },
    release: () => undefined,
  };
}

interface TopicConsumerOptions {
  readonly topic: string;
  readonly options: KafkaSourceOptions;
  readonly context: SourceContext;
  readonly cursors: ReadOptions["cursors"];
  readonly readAhead: ReadAhead<Chunk>;
  readonly onState: (topic: string, state: SourceState, detail: string) => void;
}

/** One topic: a deleted one would halt the others of the same consumer. */
class TopicConsumer {
  readonly #with: TopicConsumerOptions;
  readonly #positions = new TopicPositions();
  readonly #supervisor: KafkaSupervisor;
  #session: ConsumerSession | undefined;
  #assigned: readonly number[] = [];
  /** What the group has finished, asked for when it shared itself out; asked again by whoever finds that it failed. */
  #committed: Promise<void> | undefined;
  readonly #committing = new Map<number, Promise<void>>();
  /** Whether the last commit that was waited for came to an end. */
  #isAnswered = true;
  /** Since when no commit came through, by performance.now(). */
  #commitsFailSinceMs: number | undefined;
  /** Of the partitions that are the reader's, by the store's own account. */
  #stored: ReadonlyMap<string, string> = new Map();

  constructor(options: TopicConsumerOptions) {
    this.#with = options;
    const { topic, onState } = options;
    const { firstDelayMs, longestDelayMs } = options.options;
    this.#supervisor = new KafkaSupervisor({ firstDelayMs, longestDelayMs, onState: (state, detail) => onState(topic, state, detail) });
  }

  partitionName(partition: number): string {
    return `${this.#with.topic}/${partition}`;
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#supervisor.run(() => this.#consume(signal), signal);
  }

  /** Waits for the commit, but once only for a broker that does not answer: what is not committed comes again. */
  async acknowledge(partition: number, epoch: number, offset: bigint): Promise<void> {
    this.#supervisor.progressed();
    const position = this.#positions.of(partition);
    if (position.epoch !== epoch) return;
    position.durable = offset;
    const committed = this.#commit(partition).then(() => {
      this.#isAnswered = true;
    });
    if (!this.#isAnswered) return;
    this.#isAnswered = false;
    await Promise.race([committed, wait(this.#with.options.commitTimeoutMs, undefined, { ref: false })]);
  }

  async #consume(signal: AbortSignal): Promise<void> {
    const { topic, options } = this.#with;
    let isOver = false;
    const handler: TopicHandler = {
      onStarting: async (session) => this.#positions.learnCommitted(await session.committed()),
      onAssigned: (partitions, session) => this.#assign(partitions, session),
      onFetched: () => this.#supervisor.ready(),
      onMessages: (fetched, session) => this.#take(fetched, session, () => isOver),
    };
    const again = setInterval(() => {
      for (const partition of this.#positions.uncommitted()) void this.#commit(partition);
    }, options.heartbeatIntervalMs);
    try {
      // One group a topic: within a group kafkajs shares one member's topics out to all of them.
      const group = `${options.group}.${topic}`;
      await consumeTopic({ connection: options.connection(), group, topic, tuning: options }, handler, signal);
    } finally {
      clearInterval(again);
      isOver = true;
      this.#session = undefined;
      this.#commitsFailSinceMs = undefined;
      this.#positions.beginEpoch();
    }
  }

  #assign(partitions: readonly number[], session: ConsumerSession): void {
    this.#positions.beginEpoch();
    // Whoever has the partitions now commits them.
    this.#commitsGoOn();
    this.#session = session;
    // Whoever has them now tells how far behind they are.
    for (const partition of this.#assigned) if (!partitions.includes(partition)) this.#with.context.observer.onLag(this.partitionName(partition), 0);
    this.#assigned = partitions;
    this.#committed = this.#learn(session);
    this.#committed.catch(() => undefined);
  }

  async #learn(session: ConsumerSession): Promise<void> {
    this.#stored = await this.#with.cursors(this.#assigned.map((partition) => this.partitionName(partition)));
    this.#positions.learnCommitted(await session.committed());
  }

  /** One at a time of a partition, so that none overtakes another. Never rejects: a lost membership shows at the next heartbeat. */
  #commit(partition: number): Promise<void> {
    const commit = async () => {
      const position = this.#positions.of(partition);
      const { epoch, durable, committed } = position;
      const session = this.#session;
      if (session === undefined || durable === undefined || durable === committed) return;
      await session.commit(partition, durable);
      this.#commitsGoOn();
      if (position.epoch === epoch) position.committed = durable;
    };
    const committing = (this.#committing.get(partition) ?? Promise.resolve()).then(commit).catch((error: unknown) => this.#commitFailed(error));
    this.#committing.set(partition, committing);
    return committing;
  }

  #commitsGoOn(): void {
    this.#commitsFailSinceMs = undefined;
    this.#supervisor.cured();
  }

  #commitFailed(error: unknown): void {
    this.#commitsFailSinceMs ??= performance.now();
    if (performance.now() - this.#commitsFailSinceMs < this.#with.options.commitTimeoutMs) return;
    this.#supervisor.troubled("what is stored is not committed, and would come again", error);
  }

  /** @throws TransientError where the group shared itself out meanwhile: what was fetched before that is fetched again. */
  async #take(fetched: FetchedMessages, session: ConsumerSession, isOver: () => boolean): Promise<void> {
    const { partition, firstOffset, nextOffset, highWatermark, messages } = fetched;
    const { observer } = this.#with.context;
    const name = this.partitionName(partition);
    const position = this.#positions.of(partition);
    const { epoch } = position;
    const assigned = this.#assigned;
    if (position.next !== firstOffset) {
      const gap = await this.#gapBefore(fetched, session);
      if (position.epoch !== epoch || isOver()) throw new TransientError("the group was shared out anew");
      if (gap !== undefined) {
        observer.onGap({ partition: name, ...gap });
        this.#positions.beginAnew(partition);
      }
    }
    position.next = nextOffset;
    observer.onLag(name, Number(highWatermark - nextOffset));
    await this.#with.readAhead.push({
      ...{ ...fetched, consumer: this, epoch: position.epoch, sizeBytes: fetchedBytes(messages) },
      // What is fetched again where the group is shared out anew; behind a gap nothing comes again.
      isOver: () => isOver() || this.#assigned !== assigned,
    });
  }

  async #gapBefore({ partition, firstOffset }: FetchedMessages, session: ConsumerSession): Promise<Omit<SourceGap, "partition"> | undefined> {
    await this.#committed?.catch(() => {
      this.#committed = this.#learn(session);
      return this.#committed;
    });
    const { committed, next } = this.#positions.of(partition);
    const stored = storedOffset(this.#stored.get(this.partitionName(partition)));
    return gapBefore(firstOffset, { expected: next ?? committed, committed, stored }, () => session.bounds(partition));
  }
}

function storedOffset(position: string | undefined): bigint | undefined {
  return position !== undefined && /^\d{1,19}$/.test(position) ? BigInt(position) : undefined;
}

/** The worst of the topics: one that fails is not hidden by another that reads. */
function sharedState(
  topics: readonly string[],
  tell: (state: SourceState, detail: string) => void,
): (topic: string, state: SourceState, detail: string) => void {
  const states = new Map<string, { readonly state: SourceState; readonly detail: string }>(
    topics.map((topic) => [topic, { state: "connecting", detail: "" }]),
  );
  return (topic, state, detail) => {
    states.set(topic, { state, detail: detail === "" ? "" : `${topic}: ${detail}` });
    const worst = [...states.values()].find((each) => each.state === "failing") ?? [...states.values()].find((each) => each.state === "connecting");
    tell(worst?.state ?? "ready", worst?.detail ?? "");
  };
}

const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, "a topic's name: letters, digits, dot, underscore, hyphen");

export const kafkaSourceType = sourceType({
  type: "kafka",
  description: "Topics of Apache Kafka, or of what speaks its protocol (Redpanda, Amazon MSK, Confluent).",
  guarantee:
    "a message is committed once its records are stored; one that is not comes again after a restart or when the group shares itself out, as long as the topic keeps it",
  settings: z.strictObject({
    brokers: z
      .array(z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, "HOST:PORT"))
      .min(1)
      .describe("Some of the brokers, each as HOST:PORT; the others are learned from them."),
    topics: z
      .array(topicName)
      .min(1)
      .describe("Each is read by a consumer group of its own, named GROUP.TOPIC. All that a topic still holds is read."),
    group: z
      .string()
      .min(1)
      .max(200)
      .default("machinetrail")
      .describe("Beginning of the consumer groups' names. Processes with the same group share the work."),
    tls: kafkaTlsSchema.optional(),
    sasl: kafkaSaslSchema.optional(),
    session_timeout_seconds: z
      .number()
      .min(1)
      .max(300)
      .default(kafkaDefaults.sessionTimeoutMs / 1000)
      .describe("After so long without a sign of life the broker gives a process's partitions to others; brokers take 6 s or more by default."),
  }),
  open: ({ brokers, topics, group, tls, sasl, session_timeout_seconds }, context) =>
    new KafkaSource(
      {
        ...kafkaDefaults,
        sessionTimeoutMs: session_timeout_seconds * 1000,
        heartbeatIntervalMs: Math.min(kafkaDefaults.heartbeatIntervalMs, session_timeout_seconds * 200),
        topics: [...new Set(topics)],
        group,
        connection: () => ({
          brokers,
          tls: tls === undefined ? undefined : tlsOptions(tls, context.secret),
          sasl: sasl === undefined ? undefined : saslOptions(sasl, context.secret),
        }),
      },
      context,
    ),
});
