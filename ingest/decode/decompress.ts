// File bytes to plain bytes: gzip (any number of members), zstd, or plain, told apart by their first bytes. What is damaged gives
// its valid prefix and then an error; what inflates without measure is stopped.
import { promisify } from "node:util";
import { constants, createGunzip, createZstdDecompress, gunzip, gunzipSync, type ZlibOptions, zstdDecompressSync } from "node:zlib";

export type Compression = "gzip" | "zstd" | "none";

export interface DecompressLimits {
  /** Most that one input may inflate to. */
  readonly sizeBytes: number;
  /** Most that a byte may inflate to, judged once `ratioFreeBytes` have come out. DEFLATE's own limit is 1,032. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
}

/** Audit logs are measured at 6:1 to 20:1; 200:1 is no log. */
const decompressLimits: DecompressLimits = { sizeBytes: 2 ** 34, ratio: 200, ratioFreeBytes: 2 ** 26 };

export class DamagedInput extends Error {
  override readonly name = "DamagedInput";
}

const outputChunkBytes = 1 << 20;

export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  // A skippable frame, which parallel writers put before each frame of data (RFC 8878, 3.1.2).
  return ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 ? "zstd" : "none";
}

/** Up to so many bytes of gzip the way to the pool and back costs more than inflating them (260 against 37 us for 2 kB). */
const atOnceBytes = 16 * 1024;

const gunzipAside = promisify<Buffer, ZlibOptions, Buffer>(gunzip);

/**
 * A whole small input at once, gzip on a thread of the pool: half the cost of the stream (2 against 5 us for 1.7 kB, with its
 * output in one piece). Undefined where it is damaged or too large for this: then the stream says exactly how far it goes.
 */
export async function decompressWhole(bytes: Buffer, compression: Compression): Promise<Buffer | undefined> {
  if (compression === "none") return bytes;
  const maxOutputLength = decompressLimits.ratioFreeBytes;
  try {
    if (compression === "zstd") return zstdFrames(bytes, maxOutputLength);
    const options = { chunkSize: statedGzipSize(bytes), maxOutputLength };
    return bytes.length <= atOnceBytes ? gunzipSync(bytes, options) : await gunzipAside(bytes, options);
  } catch {
    return undefined;
  }
}

/** All frames, one after the other: Node's own function stops behind the first without a word. */
function zstdFrames(bytes: Buffer, maxOutputLength: number): Buffer {
  const frames: Buffer[] = [];
  let outputBytes = 0;
  for (let start = 0; start < bytes.length; ) {
    if (frames.length >= wholeFrames) throw new DamagedInput("too many frames to be read at once");
    const options = { chunkSize: outputChunkBytes, maxOutputLength: maxOutputLength - outputBytes, info: true };
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(start), options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (engine.bytesWritten <= 0) throw new DamagedInput("the zstd stream does not go on");
    frames.push(buffer);
    outputBytes += buffer.length;
    start += engine.bytesWritten;
  }
  return frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames);
}

/** Each costs a mebibyte for a moment, and nothing else happens meanwhile; of more frames the stream reads one after the other. */
const wholeFrames = 1000;

/** The last member's size by its trailer (RFC 1952): output of one piece needs no joining. Only a hint; a lie costs memory up to the cap. */
function statedGzipSize(bytes: Buffer): number {
  const stated = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  // A mebibyte for each file of a few records would keep the collector busy; several members inflate in pieces of at least that.
  const usual = Math.min(outputChunkBytes, bytes.length * usualRatio);
  return Math.max(usual, Math.min(stated + 64, decompressLimits.ratioFreeBytes, bytes.length * decompressLimits.ratio), leastChunkBytes);
}

const usualRatio = 20;
/** zlib takes no smaller piece. */
const leastChunkBytes = 64;

/**
 * `compression`: undefined where its first bytes are to tell.
 * @throws DamagedInput after the valid prefix has been yielded: cut off, not a valid stream, or over the limits.
 */
export async function* decompressStream(
  input: AsyncIterable<Buffer>,
  compression: Compression | undefined,
  limits: DecompressLimits = decompressLimits,
): AsyncGenerator<Buffer> {
  if (compression === "none") yield* input;
  else if (compression !== undefined) yield* inflateWithin(input, compression, limits);
  else {
    const chunks = new ChunkQueue(input);
    const head = await chunks.head(longestMagicBytes);
    yield* decompressStream(chunks, compressionOf(head), limits);
  }
}

/** Of the forms that `compressionOf` tells. */
const longestMagicBytes = 4;

async function* inflateWithin(input: AsyncIterable<Buffer>, compression: Compression, limits: DecompressLimits): AsyncGenerator<Buffer> {
  let inputBytes = 0;
  let outputBytes = 0;
  const counted = countBytes(input, (sizeBytes) => {
    inputBytes += sizeBytes;
  });
  for await (const chunk of inflate(counted, compression)) {
    outputBytes += chunk.length;
    if (outputBytes > limits.sizeBytes) throw new DamagedInput("inflates to more than the limit");
    if (outputBytes > limits.ratioFreeBytes && outputBytes > inputBytes * limits.ratio) throw new DamagedInput("inflates like a decompression bomb");
    yield chunk;
  }
}

async function* countBytes(input: AsyncIterable<Buffer>, count: (sizeBytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of input) {
    count(chunk.length);
    yield chunk;
  }
}

/** Node's zstd stream ends with its first frame: each further one gets a stream of its own. Its gunzip reads all members by itself. */
async function* inflate(input: AsyncIterable<Buffer>, compression: Compression): AsyncGenerator<Buffer> {
  const chunks = new ChunkQueue(input);
  try {
    do yield* inflateOne(chunks, compression);
    while (compression === "zstd" && (await chunks.hasMore()));
  } finally {
    await chunks.close();
  }
}

/**
 * Node's zlib streams, read so that all that came out before an error is kept: an async iterator over the stream itself would
 * drop what it had buffered. Small chunks inside, since the last unfilled one is lost with an error; 1 MiB chunks outside.
 */
async function* inflateOne(chunks: ChunkQueue, compression: Compression): AsyncGenerator<Buffer> {
  const chunkSize = 16_384;
  const stream = compression === "gzip" ? createGunzip({ chunkSize, finishFlush: constants.Z_FINISH }) : createZstdDecompress({ chunkSize });
  const ready: Buffer[] = [];
  let readyBytes = 0;
  const state: { failure: unknown; isEnded: boolean; wake: () => void } = { failure: undefined, isEnded: false, wake: () => undefined };
  stream.on("data", (chunk: Buffer) => {
    ready.push(chunk);
    readyBytes += chunk.length;
    if (readyBytes < outputChunkBytes) return;
    stream.pause();
    state.wake();
  });
  stream.on("end", () => {
    state.isEnded = true;
    state.wake();
  });
  stream.on("error", (cause) => {
    state.failure = new DamagedInput(`the ${compression} stream is cut off or damaged`, { cause });
    state.wake();
  });
  const feeding = feed(chunks, stream, () => state.failure !== undefined || stream.destroyed).catch((error: unknown) => {
    state.failure ??= error;
    state.wake();
  });
  try {
    for (;;) {
      const isOver = state.failure !== undefined || state.isEnded;
      if (readyBytes >= outputChunkBytes || (isOver && readyBytes > 0)) {
        const chunk = Buffer.concat(ready.splice(0));
        readyBytes = 0;
        yield chunk;
        stream.resume();
      } else if (state.failure !== undefined) throw state.failure;
      else if (state.isEnded) return;
      else
        await new Promise<void>((resolve) => {
          state.wake = resolve;
          if (readyBytes >= outputChunkBytes || state.isEnded || state.failure !== undefined) resolve();
        });
    }
  } finally {
    stream.destroy();
    await feeding;
  }
}

/** Feeds until the input or the stream ends; what a stream that ended left of its last chunk goes back to the queue. */
async function feed(chunks: ChunkQueue, stream: NodeJS.WritableStream & { readonly bytesWritten: number }, isOver: () => boolean): Promise<void> {
  let fedBytes = 0;
  for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
    if (isOver()) return;
    await written(stream, chunk);
    fedBytes += chunk.length;
    const leftBytes = fedBytes - stream.bytesWritten;
    if (leftBytes > 0) {
      chunks.putBack(chunk.subarray(chunk.length - leftBytes));
      return;
    }
  }
  stream.end();
}

/** Once the stream has taken what it wants of the chunk, or takes nothing any more. */
function written(stream: NodeJS.WritableStream, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.removeListener("close", done);
      stream.removeListener("error", done);
      resolve();
    };
    stream.once("close", done);
    stream.once("error", done);
    stream.write(chunk, done);
  });
}

/** The input's chunks, for one stream after the other. */
class ChunkQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #returned: Buffer | undefined;

  constructor(input: AsyncIterable<Buffer>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  async next(): Promise<Buffer | undefined> {
    const chunk = this.#returned;
    this.#returned = undefined;
    if (chunk !== undefined) return chunk;
    const { done, value } = await this.#chunks.next();
    return done ? undefined : value;
  }

  /** Becomes the next one. */
  putBack(chunk: Buffer): void {
    this.#returned = chunk;
  }

  async hasMore(): Promise<boolean> {
    while (this.#returned === undefined || this.#returned.length === 0) {
      const chunk = await this.next();
      if (chunk === undefined) return false;
      this.#returned = chunk;
    }
    return true;
  }

  /** The first bytes, as many as there are of these; they stay in the queue. */
  async head(sizeBytes: number): Promise<Buffer> {
    let head = (await this.next()) ?? Buffer.alloc(0);
    while (head.length < sizeBytes) {
      const more = await this.next();
      if (more === undefined) break;
      head = Buffer.concat([head, more]);
    }
    if (head.length > 0) this.putBack(head);
    return head;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
