// kafkajs behind a thin transport: one topic read by one consumer of a group, until it is told to stop or stops by itself. Another
// client could stand here. What kafkajs does by itself and must not be left to it is said beside each setting.
import { setTimeout as wait } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import type { EachBatchPayload, SASLOptions } from "kafkajs";
import { TransientError } from "../../model/errors.ts";
import { registerKafkaCodecs } from "./kafka-codecs.ts";
import type { PartitionBounds } from "./kafka-positions.ts";

export interface KafkaConnection {
  readonly brokers: readonly string[];
  /** Undefined: not encrypted. */
  readonly tls: ConnectionOptions | undefined;
  readonly sasl: SASLOptions | undefined;
}

/** Times in milliseconds, sizes in bytes. */
export interface KafkaTuning {
  /** How long a broker holds a fetch of which nothing is there yet: every stop and every sharing out waits for it. */
  readonly maxWaitTimeMs: number;
  /** Compressed, of one partition and of all of one broker: some thousand records a fetch where there is a backlog. */
  readonly partitionFetchBytes: number;
  readonly fetchBytes: number;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** New partitions are seen after so long. */
  readonly metadataMaxAgeMs: number;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  /** No answer of any broker for so long: the consumer is built anew. More than the rebalance timeout, during which a broker may say nothing. */
  readonly silenceMs: number;
}

export interface FetchedMessages {
  readonly partition: number;
  readonly firstOffset: bigint;
  /** Behind the last, of those that are no messages (ends of transactions) too. */
  readonly nextOffset: bigint;
  /** Where the next message will be written. */
  readonly highWatermark: bigint;
  readonly messages: readonly { readonly offset: string; readonly key: Buffer | null; readonly value: Buffer | null; readonly timestamp: string }[];
}

export interface ConsumerSession {
  /** @throws whatever kept the broker from it; the consumer itself finds out by its next heartbeat. */
  commit(partition: number, offset: bigint): Promise<void>;
  /** What the group has finished; a partition of which nothing is known is left out. */
  committed(): Promise<ReadonlyMap<number, bigint>>;
  bounds(partition: number): Promise<PartitionBounds | undefined>;
}

export interface TopicHandler {
  /** Before the consumer joins the group: from then on it may set positions that are out of range back by itself. */
  onStarting(session: ConsumerSession): Promise<void>;
  /** Each time the group has shared itself out. */
  onAssigned(partitions: readonly number[], session: ConsumerSession): void;
  /** A broker has answered what was asked of the topic. */
  onFetched(): void;
  /** Resolves once more may be fetched; heartbeats go on meanwhile. */
  onMessages(fetched: FetchedMessages, session: ConsumerSession): Promise<void>;
}

interface ConsumeOptions {
  readonly connection: KafkaConnection;
  readonly group: string;
  readonly topic: string;
  readonly tuning: KafkaTuning;
}

/** Partitions whose messages are handed over at the same time. */
const partitionsAtOnce = 8;
/** Leaving the group in order must not hold a shutdown up. */
const leaveTimeoutMs = 5_000;
/** Few, and soon: whoever called builds the consumer anew, with its own patience. */
const retry = { retries: 3, initialRetryTime: 200, maxRetryTime: 2_000, factor: 0.2, multiplier: 2 };

/**
 * Reads until the signal aborts. @throws what made the consumer stop for good: kafkajs itself would only tell a listener, and a process with
 * nothing else to do would end as if all were well.
 */
export async function consumeTopic({ connection, group, topic, tuning }: ConsumeOptions, handler: TopicHandler, signal: AbortSignal): Promise<void> {
  const { Kafka, CompressionCodecs, logLevel } = (await import("kafkajs")).default;
  await registerKafkaCodecs(CompressionCodecs);
  const kafka = new Kafka({
    clientId: "machinetrail",
    brokers: [...connection.brokers],
    ...(connection.tls === undefined ? {} : { ssl: connection.tls }),
    ...(connection.sasl === undefined ? {} : { sasl: connection.sasl }),
    connectionTimeout: tuning.connectionTimeoutMs,
    requestTimeout: tuning.requestTimeoutMs,
    logLevel: logLevel.NOTHING,
    retry,
  });
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: tuning.sessionTimeoutMs,
    rebalanceTimeout: tuning.rebalanceTimeoutMs,
    heartbeatInterval: tuning.heartbeatIntervalMs,
    metadataMaxAge: tuning.metadataMaxAgeMs,
    maxBytesPerPartition: tuning.partitionFetchBytes,
    maxBytes: tuning.fetchBytes,
    maxWaitTimeInMs: tuning.maxWaitTimeMs,
    // A topic that was deleted must not come back because somebody reads it.
    allowAutoTopicCreation: false,
    // One way to begin again, and it is the caller's: kafkajs restarts after some errors and after others not.
    retry: { ...retry, restartOnFailure: async () => false },
  });
  const admin = kafka.admin();
  const failed = Promise.withResolvers<never>();
  // Whoever waits for it comes later than some of what may fail.
  failed.promise.catch(() => undefined);
  const stopped = Promise.withResolvers<void>();
  const stop = () => stopped.resolve();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  let lastAnswerAtMs = performance.now();
  let commitNow: EachBatchPayload["commitOffsetsIfNecessary"] | undefined;
  let isOver = false;
  const session: ConsumerSession = {
    commit: async (partition, offset) => {
      if (commitNow === undefined || isOver) throw new TransientError("nothing is being read");
      await commitNow({ topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] });
    },
    committed: async () => {
      const [answer] = await onceLoaded(() => admin.fetchOffsets({ groupId: group, topics: [topic] }));
      return new Map(
        answer?.partitions.flatMap(({ partition, offset }) => (BigInt(offset) < 0n ? [] : [[partition, BigInt(offset)] as const])) ?? [],
      );
    },
    bounds: async (partition) => {
      const found = (await admin.fetchTopicOffsets(topic)).find((candidate) => candidate.partition === partition);
      return found === undefined ? undefined : { low: BigInt(found.low), high: BigInt(found.high) };
    },
  };
  const { events } = consumer;
  consumer.on(events.CRASH, ({ payload }) => failed.reject(payload.error));
  consumer.on(events.REQUEST, () => {
    lastAnswerAtMs = performance.now();
  });
  consumer.on(events.FETCH, () => {
    if (!isOver) handler.onFetched();
  });
  consumer.on(events.GROUP_JOIN, ({ payload }) => {
    if (!isOver) handler.onAssigned(payload.memberAssignment[topic] ?? [], session);
  });
  const silence = setInterval(() => {
    if (performance.now() - lastAnswerAtMs > tuning.silenceMs) failed.reject(new TransientError(`no broker has answered for ${tuning.silenceMs} ms`));
  }, tuning.silenceMs / 4);

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    if (isOver) throw new TransientError("the consumer was given up");
    // Any batch's own commit will do, and only that re-joins where the membership was lost: consumer.commitOffsets() ends the consumer.
    // The newest is kept, since each holds its messages.
    commitNow = payload.commitOffsetsIfNecessary;
    const { messages, partition, highWatermark } = payload.batch;
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    const heartbeat = setInterval(() => payload.heartbeat().catch(lost.reject), tuning.heartbeatIntervalMs);
    const fetched = {
      partition,
      firstOffset: BigInt(payload.batch.firstOffset() ?? payload.batch.lastOffset()),
      nextOffset: BigInt(payload.batch.lastOffset()) + 1n,
      highWatermark: BigInt(highWatermark),
      messages,
    };
    try {
      await Promise.race([handler.onMessages(fetched, session), lost.promise, stopped.promise]);
    } finally {
      clearInterval(heartbeat);
    }
  };

  const leave = () => Promise.allSettled([consumer.disconnect(), admin.disconnect()]);
  const steps = [
    () => consumer.connect(),
    () => admin.connect(),
    // With `false` a position below the log's start would jump to its end without a word.
    () => consumer.subscribe({ topic, fromBeginning: true }),
    () => handler.onStarting(session),
    () => consumer.run({ autoCommit: false, partitionsConsumedConcurrently: partitionsAtOnce, eachBatch }),
  ];
  const start = async (): Promise<never> => {
    for (const step of steps) {
      await step();
      // Given up meanwhile, it would go on as a member of the group that nobody looks after.
      if (isOver) await leave();
      if (isOver) break;
    }
    return failed.promise;
  };
  try {
    await Promise.race([start(), failed.promise, stopped.promise]);
  } finally {
    // Acknowledgements may still come until here: whoever aborts has had them all.
    isOver = true;
    signal.removeEventListener("abort", stop);
    clearInterval(silence);
    await Promise.race([leave(), wait(leaveTimeoutMs, undefined, { ref: false })]);
  }
}

const loadingTries = 20;

/** A broker that has just started, or was never asked for a group, needs a moment: that is no failure to tell. */
async function onceLoaded<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const isLoading = error instanceof Error && "type" in error && error.type === "GROUP_LOAD_IN_PROGRESS";
      if (!isLoading || tries === loadingTries) throw error;
      await wait(retry.initialRetryTime);
    }
  }
}
