// Messages of a queue or topic, as batches of records: each message stands for itself, so that a broken or hostile one takes no
// neighbour along, and small ones go together, so that a record costs no batch of its own.
import { compressionOf, DamagedInput, decompressStream, decompressWhole } from "./decode/decompress.ts";
import type { InterningParser } from "./decode/interning-parser.ts";
import { RecordParser } from "./decode/record-parser.ts";
import type { RejectedBytes, SourceBatch } from "./source.ts";

export interface Message {
  /** Plain, gzip or zstd; one record, lines of them, an array or an envelope. */
  readonly bytes: Buffer;
  /** Names this message for quarantine: topic, partition and offset; message id; bucket and key. */
  readonly origin: string;
  /** When the provider took it, in milliseconds; undefined where it does not say. */
  readonly takenAtMs?: number | undefined;
}

/** A batch without what only the source knows: cursors and acknowledgement. */
export type MessageBatch = Omit<SourceBatch, "cursors" | "ack">;

/** Records a batch: few enough that they die young in the collector. */
const batchRecords = 64;
/** A message up to this size goes together with others. */
const smallMessageBytes = 65_536;
const noBytes = Buffer.alloc(0);
const separator = Buffer.from("\n");

/** Yields nothing for no messages; otherwise at least one batch, so that there is one to hang the acknowledgement on. */
export async function* messageBatches(messages: readonly Message[], parser: InterningParser): AsyncGenerator<MessageBatch> {
  let small: Message[] = [];
  let isEmpty = messages.length > 0;
  for (const message of messages) {
    const isSmall = message.bytes.length <= smallMessageBytes && compressionOf(message.bytes) === "none";
    if (isSmall) small.push(message);
    if (small.length > 0 && (!isSmall || small.length === batchRecords)) {
      yield batchOf(small, parser);
      small = [];
      isEmpty = false;
    }
    if (isSmall) continue;
    for await (const batch of largeMessage(message, parser)) {
      yield batch;
      isEmpty = false;
    }
  }
  if (small.length > 0 || isEmpty) yield batchOf(small, parser);
}

function batchOf(messages: readonly Message[], parser: InterningParser): MessageBatch {
  const [first] = messages;
  // A byte between them, so that an empty one has a place of its own.
  const bytes = messages.length === 1 && first !== undefined ? first.bytes : Buffer.concat(messages.flatMap((message) => [message.bytes, separator]));
  const starts: number[] = [];
  const ranges: number[] = [];
  const values: SourceBatch["values"][number][] = [];
  const fresh: SourceBatch["fresh"][number][] = [];
  const rejected: RejectedBytes[] = [];
  let start = 0;
  for (const message of messages) {
    const end = start + message.bytes.length;
    starts.push(start);
    const records = new RecordParser(start, parser);
    records.push(bytes.subarray(start, end), true);
    let isEmpty = true;
    for (let taken = records.take(batchRecords); taken !== undefined; taken = records.take(batchRecords)) {
      isEmpty &&= taken.values.length === 0 && taken.rejected.length === 0;
      for (const range of taken.ranges) ranges.push(range + start);
      values.push(...taken.values);
      fresh.push(...taken.fresh);
      rejected.push(...taken.rejected);
    }
    if (isEmpty) rejected.push({ offset: start, bytes: noBytes, reason: "a message without records" });
    start = end + separator.length;
  }
  return {
    origin: first?.origin ?? "",
    modifiedAtMs: first?.takenAtMs,
    ...{ bytes, ranges, values, fresh, rejected, offset: 0 },
    messageAt: (offset) => {
      const index = Math.max(
        0,
        starts.findLastIndex((begin) => begin <= offset),
      );
      return { origin: messages[index]?.origin ?? "", start: starts[index] ?? 0 };
    },
    release: () => undefined,
  };
}

async function* largeMessage({ bytes, origin, takenAtMs }: Message, parser: InterningParser): AsyncGenerator<MessageBatch> {
  const compression = compressionOf(bytes);
  const whole = compression === "none" ? bytes : await decompressWhole(bytes, compression);
  if (whole === undefined) {
    yield* streamBatches({ input: once(bytes), origin, takenAtMs }, parser);
    return;
  }
  const records = new RecordParser(0, parser);
  records.push(whole, true);
  yield* taken(records, { origin, takenAtMs });
}

/** One message of which the bytes do not fit into memory, or come bit by bit. */
export interface MessageStream extends Omit<Message, "bytes"> {
  /** Its own errors pass through, behind what came before them. */
  readonly input: AsyncIterable<Buffer>;
}

/** Yields at least one batch, so that there is one to hang the acknowledgement on. */
export async function* streamBatches(message: MessageStream, parser: InterningParser): AsyncGenerator<MessageBatch> {
  const records = new RecordParser(0, parser);
  let failure: string | undefined;
  let readBytes = 0;
  let isEmpty = true;
  const take = function* (): Generator<MessageBatch> {
    for (const batch of taken(records, message)) {
      yield batch;
      isEmpty = false;
    }
  };
  try {
    for await (const chunk of decompressStream(message.input, undefined)) {
      readBytes += chunk.length;
      records.push(chunk, false);
      yield* take();
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    failure = error.message;
  }
  records.push(noBytes, true);
  yield* take();
  if (failure === undefined && !isEmpty) return;
  const rejected = failure === undefined ? [] : [{ offset: readBytes, bytes: noBytes, reason: failure }];
  yield batchOfOne(message, { bytes: noBytes, ranges: [], values: [], fresh: [], offset: 0, rejected });
}

function* taken(records: RecordParser, message: Pick<Message, "origin" | "takenAtMs">): Generator<MessageBatch> {
  for (let part = records.take(batchRecords); part !== undefined; part = records.take(batchRecords)) yield batchOfOne(message, part);
}

function batchOfOne(
  { origin, takenAtMs }: Pick<Message, "origin" | "takenAtMs">,
  { bytes, ranges, values, fresh, offset, rejected }: Pick<MessageBatch, "bytes" | "ranges" | "values" | "fresh" | "offset" | "rejected">,
): MessageBatch {
  return { origin, modifiedAtMs: takenAtMs, bytes, ranges, values, fresh, offset, rejected, release: () => undefined };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
