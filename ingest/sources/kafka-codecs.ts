// Decompression of Kafka's record batches, as kafkajs wants it: gzip and zstd by Node with a limit, snappy and lz4 by WebAssembly, since
// native modules are compiled for the Node that ran npm. It stands alone because kafkajs keeps codecs for the whole process.
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";

/** What a batch may decompress to; a broker takes a mebibyte by default, and gzip makes up to 1,032 of one. LZ4 stays under 255, snappy under 22. */
const limitBytes = 256 * 1024 * 1024;

interface Codec {
  compress(): Promise<never>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

const gunzipAside = promisify(gunzip);
const unzstdAside = promisify(zstdDecompress);

/** Types are those of the protocol (record batch, attributes, bits 0 to 2). */
export async function registerKafkaCodecs(codecs: Record<number, () => unknown>): Promise<void> {
  const { snappyDecompress, lz4Decompress } = await import("@platformatic/wasm-utils");
  codecs[1] = codecOf((bytes) => gunzipAside(bytes, { maxOutputLength: limitBytes }));
  codecs[2] = codecOf(async (bytes) => unsnappy(bytes, snappyDecompress));
  codecs[3] = codecOf(async (bytes) => lz4Decompress(bytes));
  codecs[4] = codecOf((bytes) => unzstdAside(bytes, { maxOutputLength: limitBytes }));
}

function codecOf(decompress: (bytes: Buffer) => Promise<Buffer>): () => Codec {
  const codec: Codec = {
    compress: () => Promise.reject(new Error("nothing is written to Kafka")),
    decompress,
  };
  return () => codec;
}

const javaSnappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
/** Magic, and two versions of four bytes. */
const javaSnappyHeaderBytes = 16;

/** Java's clients and the broker write blocks with their lengths before them (SnappyOutputStream); librdkafka writes one bare block. */
function unsnappy(bytes: Buffer, decompress: (block: Buffer) => Buffer): Buffer {
  if (!bytes.subarray(0, javaSnappyMagic.length).equals(javaSnappyMagic)) return decompress(bytes);
  const blocks: Buffer[] = [];
  for (let start = javaSnappyHeaderBytes; start < bytes.length; ) {
    const end = start + 4 + bytes.readUInt32BE(start);
    if (end > bytes.length) throw new Error("a snappy block is cut off");
    blocks.push(decompress(bytes.subarray(start + 4, end)));
    start = end;
  }
  return Buffer.concat(blocks);
}
