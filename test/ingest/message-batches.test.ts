// Messages become records one by one: whatever stands in one, its neighbours come out whole, and each is named by itself.
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../ingest/decode/interning-parser.ts";
import { type Message, type MessageBatch, messageBatches } from "../../ingest/message-batches.ts";

async function read(messages: readonly Message[]): Promise<MessageBatch[]> {
  const batches: MessageBatch[] = [];
  for await (const batch of messageBatches(messages, new InterningParser())) batches.push(batch);
  return batches;
}

const message = (bytes: Buffer | string, origin: string): Message => ({ bytes: Buffer.from(bytes), origin });
const json = (number: number): string => JSON.stringify({ number, text: "é".repeat(number % 7) });
const valuesOf = (batches: readonly MessageBatch[]) => batches.flatMap(({ values }) => [...values]);
const originsOfRejected = (batches: readonly MessageBatch[]) =>
  batches.flatMap((batch) => batch.rejected.map(({ offset }) => batch.messageAt?.(offset).origin ?? batch.origin));

const packings: Readonly<Record<string, (records: readonly string[]) => Buffer>> = {
  lines: (records) => Buffer.from(records.join("\n")),
  "an array": (records) => Buffer.from(`[${records.join(",")}]`),
  "an envelope": (records) => Buffer.from(`{"Records":[${records.join(",")}]}`),
  gzip: (records) => gzipSync(records.join("\n")),
  zstd: (records) => zstdCompressSync(`{"records":[${records.join(",")}]}`),
};

describe.each(Object.entries(packings))("as %s", (_, pack) => {
  test("any numbers of records in any number of messages come out in order, with their own bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 150 }), async (sizes) => {
        let next = 0;
        const messages = sizes.map((size, index) => message(pack(Array.from({ length: size }, () => json(next++))), `m${index}`));
        const batches = await read(messages);
        expect(valuesOf(batches).map(({ number }) => number)).toEqual(Array.from({ length: next }, (__, number) => number));
        expect(batches.flatMap(({ rejected }) => [...rejected])).toEqual([]);
        for (const { bytes, ranges, values } of batches)
          for (const [index, value] of values.entries())
            expect(JSON.parse(bytes.toString("utf8", ranges[index * 2], ranges[index * 2 + 1]))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });
});

test("garbage of any kind takes no neighbour along, and each message with something unreadable is named", async () => {
  const hostile = [
    "",
    "  \n",
    "null",
    "[[[",
    '{"a":',
    '{"Records":[{"number":1},',
    "\u0000",
    '"text"',
    gzipSync("{}").subarray(0, 12),
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 9]),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.constantFrom(...hostile), { freq: 2, nil: undefined }), { minLength: 1, maxLength: 100 }),
      async (kinds) => {
        const messages = kinds.map((kind, index) => message(kind ?? json(index), kind === undefined ? "good" : `bad ${index}`));
        const batches = await read(messages);
        const good = kinds.flatMap((kind, index) => (kind === undefined ? [index] : []));
        expect(
          valuesOf(batches)
            .filter(({ text }) => text !== undefined)
            .map(({ number }) => number),
        ).toEqual(good);
        expect(new Set(originsOfRejected(batches))).toEqual(new Set(messages.map(({ origin }) => origin).filter((origin) => origin !== "good")));
      },
    ),
    { numRuns: 100 },
  );
});

test("an offset in a batch of several messages is told as message and place in it", async () => {
  const [batch] = await read([message(json(1), "first"), message(`${json(2)}\nnonsense`, "second")]);
  const [rejected] = batch?.rejected ?? [];
  const place = batch?.messageAt?.(rejected?.offset ?? 0);
  expect(place?.origin).toBe("second");
  expect((rejected?.offset ?? 0) - (place?.start ?? 0)).toBe(Buffer.byteLength(json(2)) + 1);
});

test("messages that lie in the memory of one fetch come out as those that each have their own, and are copied nowhere", async () => {
  const texts = [json(1), `${json(2)}\n${json(3)}`, "nonsense", `{"Records":[${json(4)}]}`, json(5), " ".repeat(20_000), json(6)];
  const header = "x".repeat(20);
  const fetched = Buffer.from(texts.map((text) => header + text).join(""));
  let end = 0;
  const inFetch = texts.map((text, index) => {
    const start = end + header.length;
    end = start + Buffer.byteLength(text);
    return { bytes: fetched.subarray(start, end), origin: `m${index}` };
  });
  const seen = (batches: readonly MessageBatch[]) =>
    batches.flatMap(({ bytes, ranges, values, rejected, messageAt }) => [
      ...values.map((value, index) => {
        const [from = 0, to = 0] = ranges.slice(index * 2);
        return [value, bytes.toString("utf8", from, to), messageAt?.(from).origin, from - (messageAt?.(from).start ?? 0)];
      }),
      ...rejected.map(({ offset, reason }) => [reason, messageAt?.(offset).origin, offset - (messageAt?.(offset).start ?? 0)]),
    ]);
  const together = await read(inFetch);
  expect(seen(together)).toEqual(
    seen(await read(texts.map((text, index) => ({ bytes: Buffer.from(Uint8Array.from(Buffer.from(text))), origin: `m${index}` })))),
  );
  expect(together.filter(({ values }) => values.length > 0).map(({ bytes }) => bytes.buffer)).toEqual([fetched.buffer, fetched.buffer]);
});

test("no messages are no batch; one without records is one, so that it can be acknowledged", async () => {
  expect(await read([])).toEqual([]);
  for (const empty of ["", " ".repeat(100_000), gzipSync("  \n")])
    expect((await read([message(empty, "empty")])).at(-1)).toMatchObject({ values: [], rejected: [{ reason: "a message without records" }] });
});

test("as many records as fit into messages, of three bytes each, come in batches of the size that the port promises", async () => {
  const messages = Array.from({ length: 100 }, (_, index) => message("{}\n".repeat(5000), `m${index}`));
  const batches = await read(messages);
  expect(batches.reduce((sum, { values }) => sum + values.length, 0)).toBe(500_000);
  for (const { values } of batches) expect(values.length).toBeLessThanOrEqual(10_000);
});
