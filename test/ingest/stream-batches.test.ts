// A message that comes in pieces says what the whole one says: objects of a bucket do not fit into memory.
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InterningParser } from "../../ingest/decode/interning-parser.ts";
import { type MessageBatch, messageBatches, streamBatches } from "../../ingest/message-batches.ts";

async function read(batches: AsyncIterable<MessageBatch>) {
  const values: unknown[] = [];
  const reasons: string[] = [];
  for await (const batch of batches) {
    values.push(...batch.values);
    reasons.push(...batch.rejected.map(({ reason }) => reason));
  }
  return { values, reasons };
}

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (let piece = 0; start < bytes.length; piece++) {
    const end = start + (sizes[piece % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

test("a message that comes in pieces gives the records of the whole one, plain or compressed, cut anywhere", async () => {
  const records = fc.array(fc.record({ eventID: fc.string(), number: fc.integer() }), { maxLength: 200 });
  const pieces = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(records, pieces, fc.constantFrom("plain", "gzip", "zstd", "cut gzip"), async (values, sizes, form) => {
      const plain = Buffer.from(JSON.stringify({ Records: values }));
      const gzip = gzipSync(plain);
      const bytes = { plain, gzip, zstd: zstdCompressSync(plain), "cut gzip": gzip.subarray(0, gzip.length - 9) }[form];
      const whole = await read(messageBatches([{ bytes, origin: "whole" }], new InterningParser()));
      const streamed = await read(streamBatches({ input: inPieces(bytes, sizes), origin: "pieces" }, new InterningParser()));
      expect(streamed.values).toEqual(whole.values);
      // A message without records is told; an object, which a provider writes also when nothing happened, is not.
      expect(streamed.reasons).toEqual(whole.reasons.filter((reason) => reason !== "a message without records"));
      if (form !== "cut gzip") expect(streamed.values).toEqual(values);
    }),
    {
      numRuns: 60,
      examples: [
        [[], [1], "plain"],
        [[], [1], "gzip"],
        [[], [1], "zstd"],
      ],
    },
  );
});

test("a stream without records gives one batch, so that there is one to acknowledge", async () => {
  const batches: MessageBatch[] = [];
  for await (const batch of streamBatches({ input: inPieces(Buffer.alloc(0), [1]), origin: "empty" }, new InterningParser())) batches.push(batch);
  expect(batches).toHaveLength(1);
});
