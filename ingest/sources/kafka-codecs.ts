// How kafkajs reads Kafka's record batches: gzip and zstd by Node, snappy and lz4 by WebAssembly, since native modules are compiled for the Node
// that ran npm, all within a measure; and no headers. It stands alone because kafkajs keeps this for the whole process.
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";

/** Audit logs are measured at 6:1 to 20:1. All batches of a fetch are decompressed before the first is read, and a broker takes a mebibyte each by default. */
const ratioLimit = 200;
const ratioFreeBytes = 64 * 1024;
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
  codecs[1] = codecOf((bytes, maxOutputLength) => gunzipAside(bytes, { maxOutputLength }));
  codecs[2] = codecOf(async (bytes, mostBytes) => unsnappy(bytes, snappyDecompress, mostBytes));
  codecs[3] = codecOf(async (bytes) => lz4Decompress(bytes));
  codecs[4] = codecOf((bytes, maxOutputLength) => unzstdAside(bytes, { maxOutputLength }));
  const { default: Decoder } = await import("kafkajs/src/protocol/decoder.js");
  // Nobody asks for headers here, and for each one kafkajs copies all those before it: 20,000 in each of three records take it 8 s. They
  // are a record's last member, and the next record begins by this one's length.
  Decoder.prototype.readVarIntArray = () => [];
}

function codecOf(decompress: (bytes: Buffer, mostBytes: number) => Promise<Buffer>): () => Codec {
  const codec: Codec = {
    compress: () => Promise.reject(new Error("nothing is written to Kafka")),
    decompress: async (bytes) => {
      const mostBytes = Math.min(limitBytes, Math.max(ratioFreeBytes, bytes.length * ratioLimit));
      const plain = await decompress(bytes, mostBytes).catch((error: unknown) => {
        throw error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? new Error(tooLarge) : error;
      });
      if (plain.length > mostBytes) throw new Error(tooLarge);
      return plain;
    },
  };
  return () => codec;
}

const tooLarge = "a record batch inflates like a decompression bomb";

const javaSnappyMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
/** Magic, and two versions of four bytes. */
const javaSnappyHeaderBytes = 16;

/** Java's clients and the broker write blocks with their lengths before them (SnappyOutputStream); librdkafka writes one bare block. */
function unsnappy(bytes: Buffer, decompress: (block: Buffer) => Buffer, mostBytes: number): Buffer {
  const inflate = (block: Buffer) => {
    if (statedSnappySize(block) > mostBytes) throw new Error(tooLarge);
    return decompress(block);
  };
  if (!bytes.subarray(0, javaSnappyMagic.length).equals(javaSnappyMagic)) return inflate(bytes);
  const blocks: Buffer[] = [];
  for (let start = javaSnappyHeaderBytes; start < bytes.length; ) {
    const end = start + 4 + bytes.readUInt32BE(start);
    if (end > bytes.length) throw new Error("a snappy block is cut off");
    blocks.push(inflate(bytes.subarray(start + 4, end)));
    start = end;
  }
  return Buffer.concat(blocks);
}

/** A block begins with what it inflates to (a varint), and memory is taken by that. */
function statedSnappySize(block: Buffer): number {
  let size = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) break;
  }
  return size;
}
