// Source of records in files, folders, globs and standard input. A file already read is known by its content and passed over;
// one that grew goes on where it ended; one that changed is read afresh.
import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { type Compression, compressionOf, DamagedInput, decompressStream, decompressWhole } from "../decode/decompress.ts";
import { InterningParser } from "../decode/interning-parser.ts";
import { RecordParser } from "../decode/record-parser.ts";
import type { Cursor, ReadOptions, RejectedBytes, Source, SourceBatch } from "../source.ts";
import { fileCursor, headBytes, partitionOf, resumePoint } from "./file-cursor.ts";
import { type ListedFile, listFiles, type SkippedPath, standardInput } from "./file-listing.ts";

export interface FilesSourceOptions {
  readonly id: string;
  readonly paths: readonly string[];
  /** Several workers share a scan: this one reads every `count`-th file, from the `index`-th on. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Where the time of a file counts, of equal files the oldest one must have been read. */
  readonly readsOlderCopies?: boolean;
}

/** Told as the scan goes on; sizes are of files as they lie on disk. */
export interface FilesObserver {
  onListed?(files: number, sizeBytes: number): void;
  onRead?(sizeBytes: number): void;
  onFile?(outcome: "read" | "already read"): void;
  onSkipped?(skipped: SkippedPath): void;
}

/** Files up to this size are read and inflated whole: half the cost of the stream. */
const wholeFileBytes = 8 * 1024 * 1024;
/** Records a batch: few enough that they die young in the collector. */
const batchRecords = 64;
/** Files of which the cursors are asked for together. */
const cursorLookupFiles = 256;
const noBytes = Buffer.alloc(0);

export class FilesSource implements Source {
  readonly id: string;
  readonly #options: FilesSourceOptions;
  readonly #observer: FilesObserver;
  #isClosed = false;

  readonly #parser: InterningParser;

  /** `parser`: shared by all files, so that what one said is known in the next. */
  constructor(options: FilesSourceOptions, observer: FilesObserver = {}, parser = new InterningParser()) {
    this.#parser = parser;
    this.id = options.id;
    this.#options = options;
    this.#observer = observer;
  }

  async *read({ cursors, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
    const files = this.#listed();
    for (let first = 0; first < files.length; first += cursorLookupFiles) {
      const group = this.#openable(files.slice(first, first + cursorLookupFiles));
      const known = await cursors(group.map(({ partition }) => partition).filter((partition) => partition !== ""));
      // While one file's records are read, the next is inflated on a thread of the pool.
      let next = this.#prepare(group[0], known);
      for (const place of group.keys()) {
        if (signal.aborted || this.#isClosed) return;
        const prepared = await next;
        next = this.#prepare(group[place + 1], known);
        if (prepared !== undefined) yield* this.#readFile(prepared, signal);
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #listed(): readonly ListedFile[] {
    const { files, skipped } = listFiles(this.#options.paths);
    const { index, count } = this.#options.shard ?? { index: 0, count: 1 };
    const own = files.filter((_, place) => place % count === index);
    if (index === 0) for (const path of skipped) this.#observer.onSkipped?.(path);
    this.#observer.onListed?.(
      own.length,
      own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    return own;
  }

  /** Reads each file's head, which names its cursor; a file that cannot be opened is reported and left out. */
  #openable(files: readonly ListedFile[]): OpenableFile[] {
    const openable: OpenableFile[] = [];
    for (const { path } of files) {
      if (path === standardInput) openable.push({ path, partition: "", head: noBytes });
      else {
        try {
          const head = readHead(path);
          openable.push({ path, partition: partitionOf(head), head });
        } catch (error) {
          this.#observer.onSkipped?.({ path, reason: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
          this.#observer.onFile?.("read");
        }
      }
    }
    return openable;
  }

  /** Never rejects before it is awaited: a file that cannot be read says so when its turn comes. */
  #prepare(file: OpenableFile | undefined, known: ReadonlyMap<string, string>): Promise<PreparedFile | undefined> {
    const prepared = file === undefined ? Promise.resolve(undefined) : this.#prepared(file, known.get(file.partition));
    prepared.catch(() => undefined);
    return prepared;
  }

  async #prepared({ path, partition, head }: OpenableFile, stored: string | undefined): Promise<PreparedFile> {
    if (path === standardInput) return { path, partition, stats: undefined };
    const descriptor = openSync(path, "r");
    try {
      const stats = fstatSync(descriptor);
      const resume = await resumePoint(path, stats, stored, this.#options.readsOlderCopies === true);
      const compression = compressionOf(head);
      if (resume === "done") return { path, partition, stats, compression, offset: "done", whole: undefined };
      const offset = resume === "fresh" || compression !== "none" ? 0 : resume.offset;
      const whole = offset === 0 && stats.size <= wholeFileBytes ? await readWhole(descriptor, stats, compression) : undefined;
      return { path, partition, stats, compression, offset, whole };
    } finally {
      closeSync(descriptor);
    }
  }

  async *#readFile(file: PreparedFile, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const { path, partition, stats } = file;
    if (stats === undefined) {
      yield* this.#readStream({ path, partition, stats, offset: 0, compression: undefined, input: process.stdin, hash: undefined }, signal);
    } else if (file.offset === "done") {
      this.#observer.onRead?.(stats.size);
      this.#observer.onFile?.("already read");
      return;
    } else if (file.whole !== undefined) {
      yield* this.#readWhole({ path, partition, stats, ...file.whole }, file.compression, signal);
    } else {
      const { offset, compression } = file;
      const hash = createHash("sha256");
      if (offset > 0) for await (const chunk of createReadStream(path, { end: offset - 1, highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
      const input = createReadStream(path, { start: offset, highWaterMark: 1 << 20 });
      yield* this.#readStream({ path, partition, stats, offset, compression, input, hash }, signal);
    }
    if (!signal.aborted) this.#observer.onFile?.("read");
  }

  async *#readWhole(
    { path, partition, stats, bytes, digest, fileBytes }: WholeFile,
    compression: Compression,
    signal: AbortSignal,
  ): AsyncGenerator<SourceBatch> {
    const parser = new RecordParser(0, this.#parser);
    parser.push(bytes, true);
    let pending: Batch | undefined;
    for (let taken = parser.take(batchRecords); taken !== undefined; taken = parser.take(batchRecords)) {
      if (pending !== undefined) yield batch(path, stats, pending, []);
      if (signal.aborted) return;
      pending = taken;
    }
    this.#observer.onRead?.(fileBytes);
    // A plain file whose last value is cut off may be growing: it is complete only up to there.
    const isCut = compression === "none" && pending !== undefined && pending.endOffset < bytes.length;
    const cursor =
      isCut && pending !== undefined
        ? fileCursor(partition, pending.endOffset, sha256(bytes.subarray(0, pending.endOffset)), false, stats)
        : fileCursor(partition, fileBytes, digest, true, stats);
    yield { ...batch(path, stats, pending, [cursor]), release: () => giveBack(bytes) };
  }

  async *#readStream(file: StreamedFile, signal: AbortSignal): AsyncGenerator<SourceBatch> {
    const { path, partition, stats, offset, input, hash } = file;
    const parser = new RecordParser(offset, this.#parser);
    const progress = new ConsumedBytes(hash, offset, file.compression === "none");
    const read = this.#counted(input, progress);
    let endOffset = offset;
    let failure: string | undefined;
    try {
      for await (const chunk of decompressStream(read, file.compression)) {
        parser.push(chunk, false);
        for (let taken = parser.take(batchRecords); taken !== undefined; taken = parser.take(batchRecords)) {
          endOffset = taken.endOffset;
          const digest = file.compression === "none" && taken.isResumable ? progress.digestAt(endOffset) : undefined;
          yield batch(
            path,
            stats,
            taken,
            digest !== undefined && stats !== undefined ? [fileCursor(partition, endOffset, digest, false, stats)] : [],
          );
          if (signal.aborted) return;
        }
      }
    } catch (error) {
      if (!(error instanceof DamagedInput)) throw error;
      failure = error.message;
    }
    parser.push(noBytes, true);
    for (let taken = parser.take(batchRecords); taken !== undefined; taken = parser.take(batchRecords)) {
      endOffset = taken.endOffset;
      yield batch(path, stats, taken, []);
    }
    const rejected: RejectedBytes[] = failure === undefined ? [] : [{ offset: endOffset, bytes: noBytes, reason: failure }];
    yield { ...batch(path, stats, undefined, this.#lastCursors(file, progress, endOffset)), rejected };
  }

  /** A damaged file is complete too: reading it again gives the same. A plain file that ends inside a value is not. */
  #lastCursors({ partition, stats, compression }: StreamedFile, progress: ConsumedBytes, endOffset: number): Cursor[] {
    if (stats === undefined) return [];
    const isCut = compression === "none" && endOffset < progress.totalBytes;
    const digest = isCut ? progress.digestAt(endOffset) : progress.digest();
    if (digest === undefined) return [];
    return [fileCursor(partition, isCut ? endOffset : progress.totalBytes, digest, !isCut, stats)];
  }

  async *#counted(input: AsyncIterable<Buffer>, progress: ConsumedBytes): AsyncGenerator<Buffer> {
    for await (const chunk of input) {
      progress.add(chunk);
      this.#observer.onRead?.(chunk.length);
      yield chunk;
    }
  }
}

interface OpenableFile {
  readonly path: string;
  readonly partition: string;
  readonly head: Buffer;
}

interface WholeFile {
  readonly path: string;
  readonly partition: string;
  readonly stats: Stats;
  /** Decompressed. */
  readonly bytes: Buffer;
  /** Of the file as it lies on disk. */
  readonly digest: string;
  readonly fileBytes: number;
}

/** What a file's turn begins with. */
type PreparedFile =
  | { readonly path: string; readonly partition: string; readonly stats: undefined }
  | {
      readonly path: string;
      readonly partition: string;
      readonly stats: Stats;
      readonly compression: Compression;
      /** Where reading begins; "done" where it was read before. */
      readonly offset: number | "done";
      readonly whole: Pick<WholeFile, "bytes" | "digest" | "fileBytes"> | undefined;
    };

interface StreamedFile {
  readonly path: string;
  readonly partition: string;
  /** Undefined for standard input, which has no cursor. */
  readonly stats: Stats | undefined;
  readonly offset: number;
  /** Undefined: to be seen from the first bytes. */
  readonly compression: Compression | undefined;
  readonly input: AsyncIterable<Buffer>;
  readonly hash: Hash | undefined;
}

type Batch = Pick<SourceBatch, "bytes" | "ranges" | "values" | "fresh" | "offset" | "rejected"> & { readonly endOffset: number };

function batch(origin: string, stats: Stats | undefined, records: Batch | undefined, cursors: readonly Cursor[]): SourceBatch {
  const { bytes, ranges, values, fresh, offset, rejected } = records ?? nothing;
  return {
    origin,
    modifiedAtMs: stats?.mtimeMs,
    bytes,
    ranges,
    values,
    fresh,
    offset,
    rejected,
    cursors,
    ack: async () => undefined,
    release: () => undefined,
  };
}

/** Small buffers lie in memory that others share. */
function giveBack({ buffer, byteLength }: Buffer): void {
  if (byteLength > Buffer.poolSize && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const nothing = { bytes: noBytes, ranges: [], values: [], fresh: [], offset: 0, rejected: [] };

// Opened and read at once, without a promise: a day of CloudTrail is thousands of files of a few records, and the pool's way costs
// 690 us for a file where this costs 30 (2.2 kB, Node 24). Whoever calls is a worker thread that would do nothing else meanwhile.
function readHead(path: string): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const head = Buffer.alloc(headBytes);
    return head.subarray(0, readSync(descriptor, head, 0, headBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** The whole of a small file, inflated; undefined where that failed and the stream must say how far it goes. */
async function readWhole(descriptor: number, stats: Stats, compression: Compression) {
  const file = Buffer.alloc(stats.size);
  const bytesRead = readSync(descriptor, file, 0, stats.size, 0);
  const fileBytes = file.subarray(0, bytesRead);
  const bytes = await decompressWhole(fileBytes, compression);
  return bytes === undefined ? undefined : { bytes, digest: sha256(fileBytes), fileBytes: bytesRead };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The running digest of what was read of a file; of a plain one also its value at a record's end a little before. */
class ConsumedBytes {
  totalBytes: number;
  readonly #hash: Hash | undefined;
  readonly #isPlain: boolean;
  #tail: Buffer = noBytes;
  #tailStart: number;

  constructor(hash: Hash | undefined, offset: number, isPlain: boolean) {
    this.#hash = hash;
    this.#isPlain = isPlain;
    this.totalBytes = offset;
    this.#tailStart = offset;
  }

  add(chunk: Buffer): void {
    this.totalBytes += chunk.length;
    if (!this.#isPlain) this.#hash?.update(chunk);
    else if (this.#hash !== undefined) this.#keep(chunk);
  }

  /** Undefined where that offset is no longer, or not yet, to be told. */
  digestAt(offset: number): string | undefined {
    const behind = offset - this.#tailStart;
    if (!this.#isPlain || behind < 0 || behind > this.#tail.length) return undefined;
    this.#hash?.update(this.#tail.subarray(0, behind));
    this.#tail = this.#tail.subarray(behind);
    this.#tailStart = offset;
    return this.#hash?.copy().digest("hex");
  }

  digest(): string | undefined {
    return this.#isPlain ? this.digestAt(this.totalBytes) : this.#hash?.copy().digest("hex");
  }

  /** Bounded: inside one array of records no cursor comes for gigabytes. */
  #keep(chunk: Buffer): void {
    this.#tail = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    if (this.#tail.length <= keptTailBytes) return;
    this.#hash?.update(this.#tail);
    this.#tailStart += this.#tail.length;
    this.#tail = noBytes;
  }
}

const keptTailBytes = 32 * 1024 * 1024;
