// The parser that knows members by their bytes must be JSON.parse to whoever looks at what it returns, whatever it has read before.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import type { JsonObject } from "../../../model/json.ts";
import { anyJson, anyKey } from "./json-arbitraries.ts";

function parseOf(parser: InterningParser, text: string) {
  const bytes = Buffer.from(`  ${text}  `);
  return parser.parse(bytes, 2, bytes.length - 2);
}

function plainParse(text: string): JsonObject | undefined {
  try {
    // Through bytes, as the parser reads it: a lone surrogate in a text becomes U+FFFD on the way.
    const value: unknown = JSON.parse(Buffer.from(text).toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function expectSame(parser: InterningParser, text: string): void {
  const parsed = parseOf(parser, text);
  const plain = plainParse(text);
  expect(parsed === undefined).toBe(plain === undefined);
  if (plain === undefined || parsed === undefined) return;
  expect(parsed.value).toEqual(plain);
  expect(Object.keys(parsed.value).sort()).toEqual(Object.keys(plain).sort());
  expect(Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
}

const odd = [
  "1e400",
  "-0",
  "18446744073709551616",
  "1.",
  "01",
  "+1",
  "-",
  "true",
  "tru",
  "nul",
  "null",
  '"\\u0000"',
  '"\\ud800"',
  '"\\x"',
  '"a\nb"',
  '"é"',
  '"\u{1F600}"',
  '"\\""',
  '"\\\\"',
  "[]",
  "{}",
  "[1,]",
  '{"a":1,}',
  "",
  `"${"x".repeat(200)}"`,
  `{"k":"${"y".repeat(150)}"}`,
  `[${"1,".repeat(80)}1]`,
  `{"k":"${"y".repeat(150)}\\""}`,
];
const keys = ["a", "b", "eventTime", "__proto__", "constructor", "toString", "1", "", "é", 'q\\"', "a"];
const space = fc.constantFrom("", " ", "\n", "\t", "\r\n ", "\u00a0");

/** Texts that are JSON objects, nearly are, or look like one. */
const objectText = fc
  .array(
    fc.tuple(
      fc.constantFrom(...keys),
      fc.oneof(
        fc.constantFrom(...odd),
        anyJson({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
      ),
      space,
    ),
    { maxLength: 6 },
  )
  .map((members) => `{${members.map(([key, value, gap]) => `${gap}"${key}"${gap}:${gap}${value}${gap}`).join(",")}}`);

describe("agrees with JSON.parse, or refuses what it refuses", () => {
  test("on objects, near-objects and odd values, by one parser that has read all the others", () => {
    const parser = new InterningParser();
    fc.assert(
      fc.property(objectText, (text) => {
        expectSame(parser, text);
        expectSame(parser, text);
      }),
      { numRuns: 5000 },
    );
  });

  test("on good objects of which one byte was changed", () => {
    const parser = new InterningParser();
    const object = fc
      .dictionary(anyKey({ maxLength: 6 }), anyJson({ maxDepth: 2 }), { minKeys: 1, maxKeys: 6 })
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(object, fc.nat(), fc.integer({ min: 0, max: 127 }), (text, place, byte) => {
        const bytes = Buffer.from(text);
        bytes[place % bytes.length] = byte;
        expectSame(parser, bytes.toString("utf8"));
      }),
      { numRuns: 5000 },
    );
  });

  test("on records that repeat with small changes, so that kept values are hit", () => {
    const parser = new InterningParser();
    const caller = (session: number, key: number) => ({
      type: "AssumedRole",
      principalId: `AROAEXAMPLEEXAMPLE:${"s".repeat(60)}${session}`,
      accessKeyId: `ASIA${key}`,
      pad: "p".repeat(200),
    });
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.nat({ max: 20 }), fc.nat(), fc.constantFrom("x", "y"), (session, key, id, last) => {
        expectSame(
          parser,
          JSON.stringify({
            userIdentity: caller(session, key),
            eventID: String(id),
            agent: "a".repeat(120) + last,
            list: ["z".repeat(90), last],
            flag: last === "x",
          }),
        );
      }),
      { numRuns: 5000 },
    );
  });

  test("a value is never taken for a longer one that begins alike", () => {
    const parser = new InterningParser();
    const short = { a: { k: "v".repeat(120) } };
    for (let round = 0; round < 3; round++) {
      expectSame(parser, JSON.stringify(short));
      expectSame(parser, JSON.stringify({ a: { k: "v".repeat(120), more: 1 } }));
      expectSame(parser, JSON.stringify({ a: `${JSON.stringify(short.a)}` }));
    }
  });
});

describe("what nobody vouched for", () => {
  test("a value that may not be kept is among the fresh every time, and is never shared", () => {
    const parser = new InterningParser({ mayKeep: (_, value) => !JSON.stringify(value).includes("secret") });
    const text = JSON.stringify({ quiet: "q".repeat(150), loud: { note: `secret ${"s".repeat(150)}` }, short: "secret!", fine: "ok" });
    for (let round = 0; round < 5; round++) {
      const parsed = parseOf(parser, text);
      expect(parsed?.fresh).toEqual(expect.arrayContaining(["loud", "short"]));
    }
    expect(parseOf(parser, text)?.fresh).toEqual(["loud", "short"]);
  });

  test("whatever is not named fresh was asked for and allowed", () => {
    const allowed = new Set<string>();
    const parser = new InterningParser({
      mayKeep: (name, value) => {
        allowed.add(`${name} ${JSON.stringify(value)}`);
        return true;
      },
    });
    fc.assert(
      fc.property(objectText, (text) => {
        const parsed = parseOf(parser, text);
        if (parsed?.fresh === undefined) return;
        for (const [name, value] of Object.entries(parsed.value)) {
          if (typeof value !== "string" && (typeof value !== "object" || value === null)) continue;
          if (!parsed.fresh.includes(name)) expect(allowed.has(`${name} ${JSON.stringify(value)}`)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
