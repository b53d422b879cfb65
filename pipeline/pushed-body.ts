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

/** Where nothing is readable: the first that is not a record, its offset in the inflated body, and why. */
interface Unreadable {
  readonly offset: number;
  readonly reason: string;
}

/** Kept from body to body: it holds a quarter of a megabyte by itself. */
const parser = new InterningParser({ mayKeep: () => false });
/** Looked at in one go, before others have their turn. */
const turnMs = 20;
/** A body may be millions of broken lines. */
const rejectionsLimit = 10_000;

/**
 * Whether any record can be read: "records", "none" where there is nothing to read (an empty list), or the first thing that is no record, once
 * there is nothing else or there are ten thousand of the kind. One is enough, since parsing is for the source's worker: all of them on this
 * thread would cost it half of what it can take.
 */
export async function lookForRecords(body: Buffer): Promise<"records" | "none" | Unreadable> {
  const records = new RecordParser(0, parser);
  records.push(body, true);
  let first: Unreadable | undefined;
  let looked = 0;
  let turnBeganMs = performance.now();
  for (let taken = records.take(1); taken !== undefined; taken = records.take(1)) {
    if (taken.values.length > 0) return "records";
    first ??= taken.rejected[0];
    if (++looked >= rejectionsLimit) break;
    if (performance.now() - turnBeganMs < turnMs) continue;
    await breathe();
    turnBeganMs = performance.now();
  }
  return first ?? "none";
}
