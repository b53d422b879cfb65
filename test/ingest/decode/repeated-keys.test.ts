// A key that comes twice in one object is found wherever it is, and nothing else is taken for one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InterningParser } from "../../../ingest/decode/interning-parser.ts";
import { hasRepeatedKeys } from "../../../ingest/decode/repeated-keys.ts";
import type { JsonValue } from "../../../model/json.ts";
import { anyJson, anyKey } from "./json-arbitraries.ts";

function repeats(text: string): boolean {
  const bytes = Buffer.from(`,${text}:`);
  return hasRepeatedKeys(bytes, 1, bytes.length - 1, JSON.parse(text) as JsonValue);
}

const long = "x".repeat(150);
const repeated: Readonly<Record<string, string>> = {
  "at the top": '{"a":1,"a":1}',
  "with other keys between": '{"a":1,"b":{},"c":2,"a":3}',
  deep: '{"a":[[{"b":{"c":1,"c":2}}]]}',
  "written in two ways": '{"a":1,"\\u0061":2}',
  "of another type": `{"a":{"b":"${long}"},"a":null}`,
  "of an empty name": '{"":1,"":2}',
  __proto__: '{"__proto__":1,"__proto__":{}}',
  "in a long value": `{"a":{"head":"${long}","b":1,"b":2,"tail":"${long}"}}`,
};

describe("a repeated key is found", () => {
  for (const [place, text] of Object.entries(repeated)) {
    test(`${place}, and the parser vouches for no member of such a record, however often it comes`, () => {
      expect(repeats(text)).toBe(true);
      const parser = new InterningParser();
      for (let round = 0; round < 3; round++) {
        const parsed = parser.parse(Buffer.from(text), 0, Buffer.byteLength(text));
        expect(parsed?.value).toEqual(JSON.parse(text));
        expect(parsed?.fresh).toBeUndefined();
      }
    });
  }
});

test("no JSON text without repeated keys is taken for one with them, colons in texts and all", () => {
  fc.assert(
    fc.property(anyJson({ maxDepth: 5 }), fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
      expect(repeats(JSON.stringify(value, null, indent))).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(repeats('{"a:b":"c:\\":","d":["e:","\\\\"]}')).toBe(false);
});

test("any object into which a key is put a second time is found", () => {
  fc.assert(
    fc.property(fc.dictionary(anyKey(), anyJson({ maxDepth: 3 }), { minKeys: 1 }), fc.nat(), anyJson(), (object, at, again) => {
      const keys = Object.keys(object);
      const key = JSON.stringify(keys[at % keys.length]);
      expect(repeats(`{${key}:${JSON.stringify(again)},${JSON.stringify(object).slice(1)}`)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("five million levels do not overflow, and count as repeating: nothing of them is vouched for", () => {
  const depth = 5_000_000;
  expect(repeats(`${"[".repeat(depth)}${"]".repeat(depth)}`)).toBe(true);
});
