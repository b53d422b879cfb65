// A body as it came over HTTP: inflated within measure, and looked through for records, so that what cannot be read at all is refused while
// its sender still knows it. What can be read in part is taken whole: the rest goes to quarantine with its reason, and takes no neighbour along.
import { setImmediate as breathe } from "node:timers/promises";
import { type Compression, compressionOf, DamagedInput, decompressStream } from "../ingest/decode/decompress.ts";
import { InterningParser } from "../ingest/decode/interning-parser.ts";
import { RecordParser } from "../ingest/decode/record-parser.ts";

export interface InflateLimits {
  readonly sizeBytes: number;
  /** Asked before more of it is kept; false where memory is short. */
  readonly reserve: (moreBytes: number) => boolean;
}

/** The same measure as in reading: audit logs are 6:1 to 20:1. */
const ratioLimit = 200;
const ratioFreeBytes = 16 * 1024 * 1024;

/** `encoding`: as the sender states it; without a statement the first bytes tell. */
export async function inflateBody(
  body: Buffer,
  encoding: Compression | undefined,
  { sizeBytes, reserve }: InflateLimits,
): Promise<Buffer | "damaged" | "too large" | "no memory"> {
  const compression = compressionOf(body);
  if (encoding !== undefined && encoding !== compression) return "damaged";
  if (compression === "none") return body.length > sizeBytes ? "too large" : body;
  const chunks: Buffer[] = [];
  let inflatedBytes = 0;
  const noLimits = { sizeBytes: Number.POSITIVE_INFINITY, ratio: Number.POSITIVE_INFINITY, ratioFreeBytes: Number.POSITIVE_INFINITY };
  try {
    for await (const chunk of decompressStream(once(body), compression, noLimits)) {
      inflatedBytes += chunk.length;
      if (inflatedBytes > sizeBytes || (inflatedBytes > ratioFreeBytes && inflatedBytes > body.length * ratioLimit)) return "too large";
      if (!reserve(chunk.length)) return "no memory";
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof DamagedInput) return "damaged";
    throw error;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

export interface RecordCensus {
  readonly readable: number;
  readonly unreadable: number;
  /** The first that cannot be read: its place among all, from 1, its offset in the inflated body, and why. */
  readonly first: { readonly record: number; readonly offset: number; readonly reason: string } | undefined;
}

/** Records at once, before others have their turn. */
const recordsAtOnce = 500;

/** Kept from body to body: records repeat themselves, and what is known is not parsed again. */
export class RecordCensusTaker {
  readonly #parser = new InterningParser();

  async count(body: Buffer): Promise<RecordCensus> {
    const records = new RecordParser(0, this.#parser);
    records.push(body, true);
    let readable = 0;
    let unreadable = 0;
    let first: RecordCensus["first"];
    for (;;) {
      const taken = records.take(recordsAtOnce);
      if (taken === undefined) return { readable, unreadable, first };
      const [rejected] = taken.rejected;
      if (first === undefined && rejected !== undefined) {
        const before = taken.ranges.filter((start, index) => index % 2 === 0 && taken.offset + start < rejected.offset).length;
        first = { record: readable + before + 1, offset: rejected.offset, reason: rejected.reason };
      }
      readable += taken.values.length;
      unreadable += taken.rejected.length;
      if (taken.values.length + taken.rejected.length === recordsAtOnce) await breathe();
    }
  }
}
