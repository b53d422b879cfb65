// One blob from where it was read to: an append blob goes on behind its last whole record, and a blob that was written anew is known by
// the bytes before that place, and read afresh.
import { createHash } from "node:crypto";
import type { BlobClient } from "@azure/storage-blob";
import { z } from "zod";
import { type Compression, compressionOf, DamagedInput, decompressStream } from "../decode/decompress.ts";
import type { InterningParser } from "../decode/interning-parser.ts";
import { type ParsedRecords, RecordParser } from "../decode/record-parser.ts";
import type { Cursor, RejectedBytes, SourceBatch } from "../source.ts";
import { storedPosition } from "../stored-position.ts";
import type { ListedBlob } from "./azure-blob-listing.ts";

const positionSchema = z.strictObject({
  /** Where reading goes on: behind a whole record. */
  offset: z.number().int().nonnegative(),
  /** Of the blob that was read to its end; "" while it was not. */
  etag: z.string(),
  /** What is left behind `offset`, cut off, was told as such. */
  isOver: z.boolean(),
  /** So many bytes before `offset`, by their SHA-256, are there again unless the blob was written anew. */
  tailBytes: z.number().int().nonnegative(),
  tailDigest: z.string(),
});

export type BlobPosition = z.infer<typeof positionSchema>;

export interface BlobTools {
  readonly client: BlobClient;
  readonly parser: InterningParser;
  readonly signal: AbortSignal;
  /** A last record that is cut off is no longer waited for. */
  readonly isOver: boolean;
  /** It cannot be read any more; a sentence why. */
  readonly onLost: (reason: string) => void;
}

/** Without acknowledgement, which a blob does not need. */
export interface BlobBatch {
  readonly batch: Omit<SourceBatch, "cursors" | "ack">;
  /** Undefined inside an array of records, where reading cannot be taken up. */
  readonly position: BlobPosition | undefined;
}

const batchRecords = 64;
const rangeBytes = 4 * 1024 * 1024;
const tailLimitBytes = 256;
const partitionLimit = 512;
const noBytes = Buffer.alloc(0);
const start: BlobPosition = { offset: 0, etag: "", isOver: false, tailBytes: 0, tailDigest: "" };

export function blobPartition({ container, name }: ListedBlob): string {
  const whole = `${container}/${name}`;
  return whole.length <= partitionLimit ? whole : `${container}/sha256:${createHash("sha256").update(name).digest("hex")}`;
}

export function blobCursor(blob: ListedBlob, position: BlobPosition): Cursor {
  return { partition: blobPartition(blob), position: JSON.stringify(position) };
}

export function parseBlobPosition(stored: string): BlobPosition | undefined {
  return storedPosition(positionSchema, stored);
}

/** Whether there may be something behind `position`; where there is not, nothing is asked for. */
export function isRead(blob: ListedBlob, position: BlobPosition | undefined, isOver: boolean): boolean {
  if (position === undefined || position.etag !== blob.etag) return false;
  return position.isOver || !isOver || position.offset >= blob.sizeBytes;
}

/** As if it was read, until it changes. */
export function passedOver(blob: ListedBlob, position: BlobPosition | undefined): BlobPosition {
  return { ...(position ?? start), etag: blob.etag, isOver: true };
}

/**
 * What the blob holds behind `position`, up to its size when it was listed. Returns where to go on; undefined where it changed or went
 * away meanwhile: the next listing says what became of it.
 */
export async function* readBlob(
  blob: ListedBlob,
  position: BlobPosition | undefined,
  tools: BlobTools,
): AsyncGenerator<BlobBatch, BlobPosition | undefined> {
  const from = position ?? start;
  const first = await readRange(blob, from.offset - from.tailBytes, tools);
  if (first === "changed") return undefined;
  if (digest(first.subarray(0, from.tailBytes)) !== from.tailDigest && from.tailBytes > 0) return yield* readBlob(blob, undefined, tools);
  const bytes = first.subarray(from.tailBytes);
  const compression = from.offset === 0 ? compressionOf(bytes) : "none";
  return compression === "none" ? yield* readPlain(blob, from, bytes, tools) : yield* readCompressed(blob, bytes, compression, tools);
}

async function* readPlain(
  blob: ListedBlob,
  from: BlobPosition,
  first: Buffer,
  tools: BlobTools,
): AsyncGenerator<BlobBatch, BlobPosition | undefined> {
  const records = new RecordParser(from.offset, tools.parser);
  let last = from;
  let pending: ParsedRecords | undefined;
  let readTo = from.offset;
  let chunk = first;
  for (;;) {
    readTo += chunk.length;
    const isLast = readTo >= blob.sizeBytes || chunk.length === 0;
    records.push(chunk, isLast && tools.isOver);
    for (let taken = records.take(batchRecords); taken !== undefined; taken = records.take(batchRecords)) {
      if (pending !== undefined) yield { batch: batchOf(blob, pending), position: positionBehind(pending) };
      if (tools.signal.aborted) return undefined;
      pending = taken;
      last = positionBehind(taken) ?? last;
    }
    if (isLast) break;
    const next = await readRange(blob, readTo, tools);
    if (next === "changed") {
      if (pending !== undefined) yield { batch: batchOf(blob, pending), position: positionBehind(pending) };
      return undefined;
    }
    chunk = next;
  }
  const read = { ...last, etag: blob.etag, isOver: tools.isOver };
  if (pending !== undefined) yield { batch: batchOf(blob, pending), position: read };
  return read;
}

/** Nothing of it can be taken up in the middle: it is read whole, and whole again where it changed. */
async function* readCompressed(
  blob: ListedBlob,
  first: Buffer,
  compression: Compression,
  tools: BlobTools,
): AsyncGenerator<BlobBatch, BlobPosition | undefined> {
  const records = new RecordParser(0, tools.parser);
  const progress = { isChanged: false };
  let outputBytes = 0;
  let failure: string | undefined;
  // The last one says that the whole was read, so one is kept back.
  let pending: ParsedRecords | undefined;
  const batches = function* (): Generator<BlobBatch> {
    for (let taken = records.take(batchRecords); taken !== undefined; taken = records.take(batchRecords)) {
      if (pending !== undefined) yield { batch: batchOf(blob, pending), position: undefined };
      pending = taken;
    }
  };
  try {
    for await (const chunk of decompressStream(ranges(blob, first, tools, progress), compression)) {
      outputBytes += chunk.length;
      records.push(chunk, false);
      yield* batches();
      if (tools.signal.aborted) return undefined;
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    failure = error.message;
  }
  if (progress.isChanged || tools.signal.aborted) return undefined;
  records.push(noBytes, true);
  yield* batches();
  const read = passedOver(blob, undefined);
  const rejected = failure === undefined ? [] : [{ offset: outputBytes, bytes: noBytes, reason: failure }];
  yield { batch: batchOf(blob, pending, rejected), position: read };
  return read;
}

async function* ranges(blob: ListedBlob, first: Buffer, tools: BlobTools, progress: { isChanged: boolean }): AsyncGenerator<Buffer> {
  let readTo = first.length;
  yield first;
  while (readTo < blob.sizeBytes) {
    const chunk = await readRange(blob, readTo, tools);
    progress.isChanged = chunk === "changed";
    if (chunk === "changed") return;
    readTo += chunk.length;
    yield chunk;
  }
}

/** Up to 4 MiB of what was listed. An append blob may have grown since then, another kind may not have changed. */
async function readRange(
  { sizeBytes, etag, isAppend }: ListedBlob,
  offset: number,
  { client, signal, onLost }: BlobTools,
): Promise<Buffer | "changed"> {
  const count = Math.min(rangeBytes, sizeBytes - offset);
  if (count <= 0) return noBytes;
  try {
    const conditions = isAppend ? {} : { ifMatch: etag };
    const { readableStreamBody } = await client.download(offset, count, { abortSignal: signal, conditions });
    const parts: Buffer[] = [];
    if (readableStreamBody !== undefined) for await (const part of readableStreamBody) parts.push(Buffer.from(part));
    const bytes = Buffer.concat(parts);
    return bytes.length < count ? "changed" : bytes;
  } catch (error) {
    const status = statusOf(error);
    const isArchived = status === 409 && archivedCodes.has(codeOf(error));
    if (!changedMeanwhile.has(status) && !isArchived) throw error;
    if (isArchived) onLost(archivedReason);
    // What is not there matches no condition either.
    else if (status === 404 || (status === 412 && !(await client.exists({ abortSignal: signal })))) onLost("a blob was deleted before it was read");
    return "changed";
  }
}

/** Gone, written anew, shorter than it was. */
const changedMeanwhile = new Set([404, 412, 416]);
/** Of Azure's error codes of the blob service; other conflicts (409) are of the account or the container, and may pass. */
const archivedCodes = new Set(["BlobArchived", "BlobBeingRehydrated"]);
export const archivedReason = "a blob is in the archive tier, from where it cannot be read";

export function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : 0;
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

function positionBehind({ bytes, offset, endOffset, isResumable }: ParsedRecords): BlobPosition | undefined {
  if (!isResumable) return undefined;
  const end = endOffset - offset;
  const tail = bytes.subarray(Math.max(0, end - tailLimitBytes), end);
  return { offset: endOffset, etag: "", isOver: false, tailBytes: tail.length, tailDigest: digest(tail) };
}

function digest(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : createHash("sha256").update(bytes).digest("hex");
}

const nothing = { bytes: noBytes, ranges: [], values: [], fresh: [], offset: 0, rejected: [] };

function batchOf(blob: ListedBlob, records: ParsedRecords | undefined, alsoRejected: readonly RejectedBytes[] = []): BlobBatch["batch"] {
  const { bytes, ranges, values, fresh, offset, rejected } = records ?? nothing;
  const origin = `${blob.container}/${blob.name}`;
  return {
    origin,
    modifiedAtMs: blob.modifiedAtMs,
    bytes,
    ranges,
    values,
    fresh,
    offset,
    rejected: [...rejected, ...alsoRejected],
    release: () => undefined,
  };
}
