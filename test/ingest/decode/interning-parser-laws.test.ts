// The interning parser against JSON.parse once more, on what interning-parser.test.ts has not: text from the whole grammar, spaces
// and repeated keys included, bytes that are no UTF-8, the bounds of what is kept, and memory that fills up.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import type { JsonValue } from "../../../model/json.ts";
import { anyKey } from "./json-arbitraries.ts";

/** What JSON.parse makes of the bytes; undefined where it refuses them or they are no object. */
function expected(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Stands between other bytes, as a record does, and is read by its range. */
function parse(parser: InterningParser, bytes: Buffer): { value: unknown; fresh: readonly string[] | undefined } {
  const around = Buffer.concat([Buffer.from('{"b":1},'), bytes, Buffer.from(',{"a":2}')]);
  const parsed = parser.parse(around, 8, 8 + bytes.length);
  return { value: parsed?.value, fresh: parsed?.fresh };
}

function expectSame(parser: InterningParser, bytes: Buffer): void {
  const { value } = parse(parser, bytes);
  const wanted = expected(bytes);
  // Node's, which takes no member named "constructor" for a class and tells -0 from 0.
  assert.deepStrictEqual(value, wanted);
  expect(JSON.stringify(value), "the order of members").toBe(JSON.stringify(wanted));
}

const names = fc.oneof(
  fc.constantFrom("a", "eventID", "userIdentity", "__proto__", "constructor", "toString", "", "é", "a b", "\u0000", "\ud800", "10", "2"),
  anyKey({ maxLength: 6 }),
);
const numbers = fc.constantFrom("1e400", "-1e400", "18446744073709551616", "9007199254740993", "-0", "0", "1E+2", "0.1e-7", "1e-400", "-1");
const wrongNumbers = fc.constantFrom("01", "+1", "1.", ".5", "-", "1e", "--1", "1-1", "NaN", "0x10", "1e+", "1.e1");
const strings = fc.oneof(
  fc.string({ unit: "binary", maxLength: 130 }).map((text) => JSON.stringify(text)),
  fc.string({ maxLength: 64 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0041"',
    '"\\/"',
    '"\\u0000"',
    '"é\\n"',
    '"\u007f"',
    `"${"x".repeat(63)}"`,
    `"${"x".repeat(64)}"`,
  ),
);
const space = fc.constantFrom("", "", "", " ", "\n", "\t \r\n");

/** JSON text with all that its grammar allows and JSON.stringify never writes: spaces, repeated keys, escapes. */
const { value: valueText } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    numbers,
    fc.constantFrom("true", "false", "null"),
    strings,
    tie("object"),
    tie("array"),
  ),
  array: fc.tuple(fc.array(tie("value"), { maxLength: 4 }), space).map(([values, gap]) => `[${gap}${values.join(`${gap},${gap}`)}${gap}]`),
  object: members(tie("value")),
}));

function members(value: fc.Arbitrary<string>, maxLength = 4): fc.Arbitrary<string> {
  const member = fc.tuple(names, value, space).map(([name, text, gap]) => `${JSON.stringify(name)}${gap}:${gap}${text}`);
  return fc.tuple(fc.array(member, { maxLength }), space).map(([all, gap]) => `{${gap}${all.join(`${gap},${gap}`)}${gap}}`);
}

const recordText = members(valueText, 8);

/** A record as logs repeat it: the same members, most of their values among a few, some longer than the probe and alike at first. */
const repeatedText = fc
  .record({
    identity: fc.integer({ min: 0, max: 12 }),
    tail: fc.integer({ min: 0, max: 3 }),
    id: fc.integer({ min: 0, max: 1e6 }),
    extra: fc.oneof({ weight: 5, arbitrary: fc.constant('"plain"') }, { weight: 1, arbitrary: valueText }),
    gap: fc.oneof({ weight: 6, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constant(" ") }),
    end: fc.constantFrom("}", "}", "}", "}", ',"eventName":"Again"}', ',"__proto__":{"x":1}}', ',"é":1}', ",}", "}}"),
  })
  .map(({ identity, tail, id, extra, gap, end }) => {
    const alike = "y".repeat(120);
    const caller = `{"type":"AssumedRole","arn":"${alike}","n":${identity % 4},"x":[${"7,".repeat(identity)}${tail}]}`;
    const parts = [
      `"eventVersion":"1.${tail}"`,
      `"userIdentity":${gap}${caller}`,
      `"eventID":"${id}"`,
      `"agent":"${alike}${tail}"`,
      `"list":["${alike}",${tail}]`,
    ];
    return `{${gap}${[...parts, `"extra":${extra}`].join(`,${gap}`)}${end}`;
  });

const mutations = fc.array(
  fc.record({
    at: fc.nat(),
    byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...'{}[]",:\\0 e-'.split("").map((c) => c.charCodeAt(0)))),
  }),
  {
    minLength: 1,
    maxLength: 2,
  },
);

function mutated(text: string, changes: readonly { at: number; byte: number }[]): Buffer {
  const bytes = Buffer.from(text);
  for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
  return bytes;
}

/** A parser that has read thousands of such records, so that kept values, volatile members and expected orders are all in play. */
function experienced(): InterningParser {
  const parser = new InterningParser();
  for (const text of fc.sample(repeatedText, { numRuns: 3000, seed: 7 })) parser.parse(Buffer.from(text), 0, Buffer.byteLength(text));
  return parser;
}

describe("it gives exactly what JSON.parse gives", () => {
  test("for any JSON text, read first", () => {
    fc.assert(
      fc.property(recordText, (text) => expectSame(new InterningParser(), Buffer.from(text))),
      { numRuns: 1500 },
    );
  });

  test("for any JSON text, after thousands of others", () => {
    const parser = experienced();
    fc.assert(
      fc.property(fc.oneof(recordText, repeatedText), (text) => expectSame(parser, Buffer.from(text))),
      { numRuns: 3000 },
    );
  });

  test("with one or two bytes changed, read first and after thousands of others", () => {
    const parser = experienced();
    fc.assert(
      fc.property(fc.oneof(recordText, repeatedText), mutations, (text, changes) => {
        const bytes = mutated(text, changes);
        expectSame(new InterningParser(), bytes);
        expectSame(parser, bytes);
        expectSame(parser, Buffer.from(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("cut off anywhere, or with more behind it", () => {
    const parser = experienced();
    fc.assert(
      fc.property(repeatedText, fc.nat(), fc.constantFrom("", "}", " ", "x", ",", '"'), (text, at, more) => {
        expectSame(parser, Buffer.from(text).subarray(0, at % text.length));
        expectSame(parser, Buffer.from(text + more));
      }),
      { numRuns: 600 },
    );
  });

  test("for numbers that are none, and values that are no object", () => {
    const parser = experienced();
    fc.assert(
      fc.property(fc.oneof(wrongNumbers, numbers), fc.constantFrom("", " ", "x"), (number, behind) => {
        for (const text of [
          `{"eventVersion":${number}${behind}}`,
          `${number}${behind}`,
          `[${number}]`,
          "",
          "{",
          "}",
          "null",
          "{}",
          "{,}",
          '{"a"}',
          '{"a":}',
          "{1:2}",
        ])
          expectSame(parser, Buffer.from(text));
      }),
    );
  });

  test("for bytes that are no UTF-8, which read as replacement characters in keys, short and long texts alike", () => {
    const parser = experienced();
    for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
      const part = Buffer.from(wrong).toString("latin1");
      for (const text of [`{"${part}":1}`, `{"a":"${part}"}`, `{"a":"${"x".repeat(200)}${part}"}`, `{"a":{"b":"${part}"}}`, `{"a":1${part}}`]) {
        expectSame(parser, Buffer.from(text, "latin1"));
        expectSame(parser, Buffer.from(text, "latin1"));
      }
    }
  });

  test("for a member whose literal is misspelt or cut", () => {
    const parser = experienced();
    for (const literal of ["tru", "trux", "truee", "nul", "nulll", "falsy", "True", "t"])
      expectSame(parser, Buffer.from(`{"eventVersion":${literal}}`));
  });
});

test("of a repeated member the last counts, known before or not, and __proto__ is data", () => {
  const parser = new InterningParser();
  const long = (mark: string) => `{"x":"${"y".repeat(200)}${mark}"}`;
  for (const text of [
    `{"a":${long("1")},"a":${long("2")}}`,
    `{"a":${long("2")},"a":${long("1")}}`,
    `{"a":${long("1")},"b":1,"a":"short"}`,
    `{"__proto__":${long("1")},"a":1}`,
    '{"\\u005f_proto__":{"polluted":1}}',
  ])
    for (let round = 0; round < 3; round++) expectSame(parser, Buffer.from(text));
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test("values that begin and end alike are never taken for one another, however many there are", () => {
  const parser = new InterningParser();
  const texts = Array.from(
    { length: 400 },
    (_, index) => `{"caller":{"head":"${"h".repeat(150)}","n":${index % 40},"tail":"${"t".repeat(150)}"},"id":"${index % 7}"}`,
  );
  for (let round = 0; round < 5; round++) for (const text of texts) expectSame(parser, Buffer.from(text));
});

test("a value is right at each size around the bounds of what is kept", () => {
  const parser = new InterningParser();
  for (const size of [0, 1, 62, 63, 64, 65, 90, 91, 92, 93, 94, 95, 96, 97, 98, 8180, 8188, 8189, 8190, 8191, 8192, 8193, 9000]) {
    const fill = "z".repeat(size);
    for (const value of [`"${fill}"`, `["${fill}"]`, `{"a":"${fill}"}`]) {
      for (let round = 0; round < 3; round++) {
        expectSame(parser, Buffer.from(`{"m":${value}}`));
        expectSame(parser, Buffer.from(`{"m":${value.replace(/z(?="?[\]}]?$)/, "w")}}`));
        expectSame(parser, Buffer.from(`{"m":${value},"next":"${"n".repeat(120)}"}`));
      }
    }
  }
});

test("thousands of different names, and texts that share a slot, change nothing", () => {
  const parser = new InterningParser();
  for (let index = 0; index < 5000; index++)
    expectSame(parser, Buffer.from(`{"name-${index}":"value-${index}","name-${index % 50}":"value-${index % 3}"}`));
});

test("once kept values fill their memory they are let go, and all is still right", () => {
  const parser = new InterningParser();
  const fill = "f".repeat(8000);
  for (let index = 0; index < 4000; index++) {
    const bytes = Buffer.from(`{"big":"${index % 3900}${fill}"}`);
    expect(parser.parse(bytes, 0, bytes.length)?.value).toEqual({ big: `${index % 3900}${fill}` });
  }
});

describe("what nobody vouched for is named as fresh", () => {
  const isTold = (value: JsonValue) => JSON.stringify(value).includes("MARK");
  const part = fc.oneof(
    fc.constantFrom(
      '"MARK"',
      `"${"m".repeat(100)}MARK"`,
      `{"deep":["MARK",{"x":"${"m".repeat(100)}"}]}`,
      `["${"m".repeat(8300)}","MARK"]`,
      '"é MARK"',
      '"\\u004dARK"',
      '["MARK"]',
    ),
    fc.constantFrom('"plain"', `"${"m".repeat(120)}"`, `{"deep":["${"m".repeat(120)}"]}`, "1", "null", "true"),
  );
  const record = fc
    .uniqueArray(fc.constantFrom("a", "b", "c", "d", "MARKED"), { minLength: 1, maxLength: 5 })
    .chain((keys) =>
      fc.tuple(
        fc.constant(keys),
        fc.array(part, { minLength: keys.length, maxLength: keys.length }),
        fc.constantFrom("", "", "", ',"a":"plain"', ',"a":"MARK"', ',"é":1'),
      ),
    )
    .map(([keys, values, more]) => `{${keys.map((key, index) => `"${key}":${values[index]}`).join(",")}${more}}`);

  test("a member whose value may not be kept is fresh each time, whatever came before", () => {
    const asked: [string, JsonValue][] = [];
    const parser = new InterningParser({
      mayKeep: (name, value) => {
        asked.push([name, value]);
        return !isTold(value);
      },
    });
    fc.assert(
      fc.property(record, (text) => {
        const parsed = parser.parse(Buffer.from(text), 0, Buffer.byteLength(text));
        const told = Object.entries(parsed?.value ?? {}).flatMap(([name, value]) => (isTold(value) ? [name] : []));
        for (const name of told) expect(parsed?.fresh === undefined || parsed.fresh.includes(name)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(asked.length).toBeGreaterThan(100);
  });

  test("what is vouched for under one name is not vouched for under another", () => {
    const parser = new InterningParser({ mayKeep: (name) => name !== "password" });
    for (const value of ['"hunter22"', `"${"h".repeat(200)}"`, `{"x":"${"h".repeat(200)}"}`]) {
      const bytes = Buffer.from(`{"note":${value},"password":${value}}`);
      for (let round = 0; round < 4; round++) expect(parser.parse(bytes, 0, bytes.length)?.fresh).toContain("password");
    }
  });

  test("records that repeat themselves have nothing fresh the second time, so that the test above is not all there is", () => {
    const parser = new InterningParser();
    const bytes = Buffer.from(`{"short":"text","long":{"x":"${"h".repeat(200)}"},"count":3}`);
    expect(parser.parse(bytes, 0, bytes.length)?.value).toBeDefined();
    const again = parser.parse(bytes, 0, bytes.length);
    expect(again?.fresh).toEqual([]);
    expect(again?.value.long).toBe(parser.parse(bytes, 0, bytes.length)?.value.long);
  });
});
