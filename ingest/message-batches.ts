// Messages of a queue or topic, as batches of records: each message stands for itself, so that a broken or hostile one takes no
// neighbour along, and small ones go together, so that a record costs no batch of its own.
import { compressionOf, DamagedInput, decompressStream, decompressWhole } from "./decode/decompress.ts";
import type { InterningParser } from "./decode/interning-parser.ts";
import { parseAlone, RecordParser } from "./decode/record-parser.ts";
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
const smallMessageBytes = 16_384;
/** Small messages go together up to so much: of records of three bytes each, which anybody may send, that is still a bounded batch. */
const groupBytes = 262_144;
const groupRecords = 1024;
const noBytes = Buffer.alloc(0);
const separator = Buffer.from("\n");
const withoutRecords = "a message without records";

/** Yields nothing for no messages; otherwise at least one batch, so that there is one to hang the acknowledgement on. */
export async function* messageBatches(messages: readonly Message[], parser: InterningParser): AsyncGenerator<MessageBatch> {
  let group = new MessageGroup(messages, 0);
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as Message;
    const isSmall = message.bytes.length <= smallMessageBytes && compressionOf(message.bytes) === "none";
    if (isSmall) group.add(message, parser);
    if (group.isFull || (!isSmall && !group.isEmpty)) {
      yield group.batch;
      group = new MessageGroup(messages, index + 1);
    }
    if (!isSmall) yield* largeMessage(message, parser);
  }
  if (!group.isEmpty) yield group.batch;
}

/** Messages that become one batch: where they lie one after the other in the memory of one fetch, as they lie there, else copied together. */
class MessageGroup {
  readonly #messages: Message[] = [];
  /** Where the batch begins in the memory that the messages share; undefined: they share none. */
  readonly #sharedFrom: number | undefined;
  /** Where each begins in the batch's bytes. */
  readonly #starts: number[] = [];
  readonly #ranges: number[] = [];
  readonly #values: SourceBatch["values"][number][] = [];
  readonly #fresh: SourceBatch["fresh"][number][] = [];
  readonly #rejected: RejectedBytes[] = [];
  #sizeBytes = 0;

  /** `next`: all messages, of which this one takes as many as fit from place `from` on. */
  constructor(next: readonly Message[], from: number) {
    this.#sharedFrom = lieTogether(next, from) ? next[from]?.bytes.byteOffset : undefined;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  get isFull(): boolean {
    const records = this.#values.length + this.#rejected.length;
    return this.#messages.length >= batchRecords || records >= groupRecords || this.#sizeBytes >= groupBytes;
  }

  add(message: Message, parser: InterningParser): void {
    const { bytes } = message;
    const start = this.#sharedFrom === undefined ? this.#sizeBytes : bytes.byteOffset - this.#sharedFrom;
    this.#messages.push(message);
    this.#starts.push(start);
    // A byte between them, so that an empty one has a place of its own.
    this.#sizeBytes = start + bytes.length + separator.length;
    const alone = parseAlone(bytes, parser);
    if (alone === undefined || alone === "no object") this.#addParts(bytes, new RecordParser(start, parser, alone === "no object"), start);
    else {
      this.#ranges.push(start, start + alone.end);
      this.#values.push(alone.value);
      this.#fresh.push(alone.fresh);
    }
  }

  #addParts(bytes: Buffer, records: RecordParser, start: number): void {
    records.push(bytes, true);
    const before = this.#values.length + this.#rejected.length;
    for (let part = records.take(batchRecords); part !== undefined; part = records.take(batchRecords)) {
      for (const range of part.ranges) this.#ranges.push(range + start);
      this.#values.push(...part.values);
      this.#fresh.push(...part.fresh);
      this.#rejected.push(...part.rejected);
    }
    if (this.#values.length + this.#rejected.length === before) this.#rejected.push({ offset: start, bytes: noBytes, reason: withoutRecords });
  }

  get batch(): MessageBatch {
    const [messages, starts] = [this.#messages, this.#starts];
    const [first] = messages;
    return {
      origin: first?.origin ?? "",
      modifiedAtMs: first?.takenAtMs,
      bytes: this.#bytes(),
      ...{ ranges: this.#ranges, values: this.#values, fresh: this.#fresh, rejected: this.#rejected, offset: 0 },
      messageAt: (offset) => {
        const index = starts.findLastIndex((begin) => begin <= offset);
        return { origin: messages[index]?.origin ?? "", start: starts[index] ?? 0 };
      },
      release: () => undefined,
    };
  }

  #bytes(): Buffer {
    const [first] = this.#messages;
    if (this.#sharedFrom === undefined || first === undefined) return Buffer.concat(this.#messages.flatMap(({ bytes }) => [bytes, separator]));
    return Buffer.from(first.bytes.buffer, this.#sharedFrom, this.#sizeBytes - separator.length);
  }
}

/** Whether those that a group may take lie one after the other in one piece of memory, with little between them: what a broker answered, or a body of lines. */
function lieTogether(messages: readonly Message[], from: number): boolean {
  const first = messages[from]?.bytes;
  if (first === undefined) return false;
  let end = first.byteOffset - 1;
  for (let index = from; index < messages.length && index < from + batchRecords; index++) {
    const { buffer, byteOffset, length } = (messages[index] as Message).bytes;
    if (buffer !== first.buffer || byteOffset <= end || byteOffset - end > smallMessageBytes) return false;
    end = byteOffset + length;
  }
  return true;
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
  let isEmpty = true;
  for (const batch of taken(records, { origin, takenAtMs })) {
    yield batch;
    isEmpty &&= batch.values.length + batch.rejected.length === 0;
  }
  const rejected = [{ offset: 0, bytes: noBytes, reason: withoutRecords }];
  if (isEmpty) yield batchOfOne({ origin, takenAtMs }, { bytes: noBytes, ranges: [], values: [], fresh: [], offset: 0, rejected });
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
