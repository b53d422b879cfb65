// How kafkajs reads record batches here: by its own decoder, of batches that its own encoder wrote.
import { createRequire } from "node:module";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { lz4Compress, snappyCompress } from "@platformatic/wasm-utils";
import kafkajs from "kafkajs";
import { beforeAll, describe, expect, test } from "vitest";
import { registerKafkaCodecs } from "../../../ingest/sources/kafka-codecs.ts";

const CompressionCodecs: Record<number, () => { decompress(bytes: Buffer): Promise<Buffer> }> = kafkajs.CompressionCodecs;
const inside = createRequire(import.meta.url);
const encodedRecord = inside("kafkajs/src/protocol/recordBatch/record/v0/index.js");
const { RecordBatch: encodedBatch } = inside("kafkajs/src/protocol/recordBatch/v0/index.js");
const decodedBatch = inside("kafkajs/src/protocol/recordBatch/v0/decoder.js");
const Decoder = inside("kafkajs/src/protocol/decoder.js");

beforeAll(() => registerKafkaCodecs(CompressionCodecs));

test("headers are not read, however many, and each record behind them is", async () => {
  const headers = { many: Array.from({ length: 1000 }, (_, index) => `${index}`), one: "a" };
  const records = [0, 1, 2].map((offsetDelta) => encodedRecord({ offsetDelta, key: "key", value: `value-${offsetDelta}`, headers }));
  const batch = await encodedBatch({ records, lastOffsetDelta: 2 });
  const decoded = await decodedBatch(new Decoder(batch.buffer));
  const told = decoded.records.map((record: { offset: string; value: Buffer; headers: unknown }) => ({ ...record, value: record.value.toString() }));
  expect(told).toMatchObject([0, 1, 2].map((number) => ({ offset: String(number), value: `value-${number}` })));
  expect(told.map((record: { headers: object }) => Object.keys(record.headers).length)).toEqual([0, 0, 0]);
});

const zstdAtItsBest = (bytes: Buffer) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });

describe("a batch inflates within a measure", () => {
  const compressors: [name: string, type: number, compress: (bytes: Buffer) => Buffer][] = [
    ["gzip", 1, gzipSync],
    ["snappy", 2, snappyCompress],
    ["lz4", 3, lz4Compress],
    ["zstd", 4, zstdAtItsBest],
  ];
  const decompress = (type: number, bytes: Buffer) => CompressionCodecs[type]?.().decompress(bytes);

  test.each(compressors)("%s of what logs look like, and a small batch whatever it holds", async (_, type, compress) => {
    const lines = Array.from({ length: 2000 }, (_, number) => JSON.stringify({ eventID: `event-${number}`, eventSource: "s3.amazonaws.com" })).join(
      "\n",
    );
    for (const plain of [Buffer.from(lines), Buffer.alloc(65_536)]) expect((await decompress(type, compress(plain)))?.equals(plain)).toBe(true);
  });

  test.each(compressors.filter(([name]) => name !== "snappy"))("%s of megabytes of nothing is refused", async (_, type, compress) => {
    await expect(decompress(type, compress(Buffer.alloc(2 ** 24)))).rejects.toThrow("inflates like a decompression bomb");
  });

  test("snappy that states four gigabytes is refused before they are taken", async () => {
    await expect(decompress(2, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]))).rejects.toThrow("inflates like a decompression bomb");
  });
});
