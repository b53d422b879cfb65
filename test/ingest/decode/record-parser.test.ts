// Records are found by shape, whole and in order, whatever the wrapping and wherever the bytes are cut; what is broken is told
// and takes no neighbour along.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import { parseAlone, RecordParser, recordSizeLimitBytes } from "../../../ingest/decode/record-parser.ts";
import type { JsonObject } from "../../../model/json.ts";
import { anyJson, anyKey } from "./json-arbitraries.ts";

interface Read {
  readonly values: JsonObject[];
  readonly texts: string[];
  readonly rejected: { reason: string; offset: number }[];
}

function read(chunks: readonly Buffer[], limit = 1000): Read {
  const parser = new RecordParser();
  const all: Read = { values: [], texts: [], rejected: [] };
  const takeAll = () => {
    for (let taken = parser.take(limit); taken !== undefined; taken = parser.take(limit)) {
      const { bytes, ranges, values, rejected } = taken;
      all.values.push(...values);
      for (let index = 0; index < ranges.length; index += 2) all.texts.push(bytes.toString("utf8", ranges[index], ranges[index + 1]));
      all.rejected.push(...rejected.map(({ reason, offset }) => ({ reason, offset })));
    }
  };
  for (const chunk of chunks) {
    parser.push(chunk, false);
    takeAll();
  }
  parser.push(Buffer.alloc(0), true);
  takeAll();
  return all;
}

const readText = (text: string) => read([Buffer.from(text)]);

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (let index = 0; start < bytes.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1);
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return chunks;
}

const wrappings: Readonly<Record<string, (records: readonly string[]) => string>> = {
  "one a line": (records) => records.join("\n"),
  "lines ended by CRLF": (records) => records.map((record) => `${record}\r\n`).join(""),
  concatenated: (records) => records.join(" "),
  "an array": (records) => `[${records.join(",")}]`,
  "an array with white space": (records) => `[\n  ${records.join(" ,\n  ")}\n]\n`,
  Records: (records) => `{"Records":[${records.join(",")}]}`,
  "records behind other members": (records) => `{"a":{"b":[1]},"nextLink":"x\\"]}","records": [${records.join(", ")}], "count": 3}`,
  "an EventList": (records) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${records.join(",")}]}\n`,
  "a REST page": (records) => `{"value":[${records.join(",")}],"nextLink":"https://example.com/?a=1"}`,
};

/** Records as logs hold them: never with a key that makes an envelope. */
const record = fc
  .dictionary(
    anyKey({ maxLength: 8 }).filter((key) => !["Records", "records", "value", "items", "Events", "kind", "__proto__"].includes(key)),
    anyJson({ maxDepth: 3 }),
    { maxKeys: 6 },
  )
  .map((value) => JSON.stringify(value));

describe("any records, in any wrapping, cut anywhere", () => {
  for (const [name, wrap] of Object.entries(wrappings)) {
    test(`${name}: come out whole, in order, and nothing else`, () => {
      fc.assert(
        fc.property(
          fc.array(record, { minLength: 1, maxLength: 12 }),
          fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 }),
          fc.integer({ min: 1, max: 5 }),
          (records, sizes, limit) => {
            const { texts, values, rejected } = read(cut(Buffer.from(wrap(records)), sizes), limit);
            expect(rejected).toEqual([]);
            expect(texts.map((text) => text.trim())).toEqual(records);
            expect(values).toEqual(records.map((text) => JSON.parse(text)));
          },
        ),
        { numRuns: 150 },
      );
    });
  }

  test("pretty-printed over many lines: come out whole", () => {
    const records = [{ a: [{ b: 1 }, { c: "}\n{" }] }, { d: { e: null } }];
    expect(readText(records.map((value) => JSON.stringify(value, null, 2)).join("\n")).values).toEqual(records);
  });
});

describe("what is broken is told, and its neighbours go through", () => {
  const cases: readonly [name: string, text: string, values: number, reasons: string[]][] = [
    ["a broken line between lines", '{"a":1}\n{"a":\n{"a":3}\n', 2, ["not valid JSON"]],
    ["text between lines", '{"a":1}\nhello\nworld\n{"a":3}\n', 2, ["not JSON: no object or array starts here"]],
    ["a broken element of an array", '[{"a":1},{"a":,},{"a":3}]', 2, ["not valid JSON"]],
    ["an unclosed string in an array", '{"Records":[{"a":1},{"a":2},{"a":"x},{"a":4},{"a":5}]}', 4, ["not valid JSON"]],
    [
      "arrays in an array",
      '{"items":[{"a":1},[[2],{"x":[3]}],[],{"a":3}]}',
      2,
      ["an array element that is not an object", "an array element that is not an object"],
    ],
    ["numbers in an array", '[{"a":1}, 17, "x,]", null, {"a":3}]', 2, Array(3).fill("an array element that is not an object")],
    ["a value cut off at the end", '{"a":1}\n{"a":2', 1, ["cut off at the end"]],
    ["an array cut off at the end", '{"Records":[{"a":1},{"a":2', 1, ["cut off at the end"]],
    ["an array that never ends", '{"Records":[{"a":1}', 1, ["the array of records is cut off"]],
    ["nothing at all", "", 0, []],
    ["white space, NUL and a byte-order mark", '\ufeff\u0000\n \r\n{"a":1}\n\u0000', 1, []],
    ["only brackets", "]]}}", 0, ["not JSON: no object or array starts here"]],
  ];
  for (const [name, text, values, reasons] of cases) {
    test(name, () => {
      const all = readText(text);
      expect(all.rejected.map(({ reason }) => reason)).toEqual(reasons);
      expect(all.values).toHaveLength(values);
    });
  }

  test("a record above the limit is skipped without being held, on a line and in an array", () => {
    const piece = Buffer.alloc(1 << 20, "x");
    const pieces = recordSizeLimitBytes / piece.length + 8;
    for (const [open, close, kept] of [
      ['{"a":1}\n{"big":"', '"}\n{"a":3}\n', 2],
      ['[{"a":1},{"big":"', '\\"}"},{"a":3}]', 2],
    ] as const) {
      const all = read([Buffer.from(open), ...Array<Buffer>(pieces).fill(piece), Buffer.from(close)]);
      expect(all.rejected.map(({ reason }) => reason)).toEqual(["larger than 16 MiB"]);
      expect(all.values).toHaveLength(kept);
    }
  });

  test("five million brackets deep neither overflow nor stop the next record", () => {
    const depth = 5_000_000;
    const { values, rejected } = readText(`{"a":${"[".repeat(depth)}${"]".repeat(depth)}}\n{"a":3}\n`);
    expect(values.length + rejected.length).toBe(2);
    expect(values.at(-1)).toEqual({ a: 3 });
  });

  // Each of them would else be looked through to the end of the input: hours, and the test's own limit is met.
  test.each([
    ["arrays that do not end", "[1,", 0],
    ["records whose brackets do not match", '{"a":[},', 1],
  ])("of very many %s in an array none costs a scan of all the others, and good ones before them are read", (_, piece, good) => {
    const text = `[${'{"a":1},'.repeat(2 * good)}${piece.repeat(1_000_000 / (1 + 9 * good))}`;
    const { values, rejected } = readText(text);
    expect(values).toHaveLength(2 * good);
    expect(rejected.length).toBeGreaterThan(90_000);
  });

  // The same, of what is not broken and of lines: each of these took from eight minutes to hours.
  test.each([
    ["records of an array that begin otherwise than its first two", `[${'{"a":1},'.repeat(2)}${'{"b":1},'.repeat(300_000)}{"a":1}]`, 300_003, 0],
    ["objects that lines cut off", '{"a":\n'.repeat(300_000), 0, 300_000],
    ["envelopes that lines cut off", '{"Records":\n'.repeat(300_000), 0, 300_000],
    ["lists of events that lines cut off", '{"kind":"EventList","a":{\n'.repeat(300_000), 0, 300_000],
  ])("very many %s cost no look at all the others", (_, text, good, broken) => {
    const { values, rejected } = readText(text);
    expect([values.length, rejected.length]).toEqual([good, broken]);
  });

  test("a line of more than a mebibyte is read, whatever stands in the next one", () => {
    const { values, rejected } = readText(`{"a":"${"x".repeat(1_100_000)}"}\n{"a":1}\n`);
    expect([values.length, rejected]).toEqual([2, []]);
  });

  test("of a repeated key the last counts, and __proto__ is data", () => {
    const { values } = readText('{"a":1,"a":2,"__proto__":{"polluted":true}}\n');
    expect(values[0]?.a).toBe(2);
    expect(Object.hasOwn(values[0] ?? {}, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("arbitrary bytes neither throw nor hang, and all of a following good line is read", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 3 }), (garbage, sizes) => {
        const bytes = Buffer.concat([Buffer.from(garbage.filter((byte) => byte !== 91 && byte !== 123)), Buffer.from('\n{"good":1}\n')]);
        expect(read(cut(bytes, sizes)).values.at(-1)).toEqual({ good: 1 });
      }),
      { numRuns: 300 },
    );
  });
});

test("an object that stands alone is read alone as it is read in a stream, and whatever else stands there is left to the stream", () => {
  const anyRecord = fc.dictionary(anyKey({ maxLength: 8 }), anyJson({ maxDepth: 3 })).map((record) => JSON.stringify(record));
  const oneLine = fc.tuple(anyRecord, fc.constantFrom("", "\n", "\r\n", "  ")).map(([record, ending]) => record + ending);
  const wrapped = fc
    .tuple(fc.constantFrom(...Object.values(wrappings)), fc.array(anyRecord, { maxLength: 3 }))
    .map(([wrap, records]) => wrap(records));
  const broken = fc.tuple(oneLine, fc.nat({ max: 80 })).map(([text, length]) => text.slice(0, length));
  const anyText = fc.oneof(oneLine, wrapped, broken, fc.string());
  const readAll = (bytes: Buffer, parser: RecordParser) => {
    const all = [];
    parser.push(bytes, true);
    for (let taken = parser.take(10); taken !== undefined; taken = parser.take(10)) all.push(taken);
    return all;
  };
  let [alone, inVain] = [0, 0];
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = Buffer.from(text);
      const parsed = parseAlone(bytes, new InterningParser());
      if (parsed === undefined) return;
      const inStream = readAll(bytes, new RecordParser());
      if (parsed === "no object") {
        inVain++;
        expect(readAll(bytes, new RecordParser(0, new InterningParser(), true))).toEqual(inStream);
        return;
      }
      alone++;
      const { value, fresh, end } = parsed;
      expect(inStream).toMatchObject([{ values: [value], fresh: [fresh], ranges: [0, end], rejected: [] }]);
    }),
    { numRuns: 2_000 },
  );
  expect(alone).toBeGreaterThan(500);
  expect(inVain).toBeGreaterThan(100);
});
