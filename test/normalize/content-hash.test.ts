// A record without an id is known again by its content: read twice it must be one event, changed by a character it must be two.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { contentHash } from "../../normalize/content-hash.ts";

function reversedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, JsonValue] => [key, reversedKeys(inner)])
      .toReversed(),
  );
}

const parsed = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;
const records = fc.dictionary(fc.string(), fc.jsonValue()).map(parsed);

test("the same content has the same hash, in any order of keys", () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(contentHash(reversedKeys(record) as JsonObject)).toBe(contentHash(record));
    }),
  );
});

test("two records have one hash exactly if they hold the same", () => {
  const small = fc
    .dictionary(fc.constantFrom("a", "b", "ab"), fc.oneof(fc.constantFrom("", "a", "1", 1, null), fc.jsonValue({ maxDepth: 2 })))
    .map(parsed);
  fc.assert(
    fc.property(small, small, (one, other) => {
      expect(contentHash(one) === contentHash(other)).toBe(isDeepStrictEqual(one, other));
    }),
  );
});

test.each<[JsonObject, JsonObject]>([
  [{ a: "1" }, { a: 1 }],
  [{ a: null }, {}],
  [{ a: ["b", "c"] }, { a: ["bc"] }],
  [{ a: [] }, { a: {} }],
  [
    { a: "b", c: "d" },
    { a: "bc", d: "" },
  ],
  [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }],
])("%j and %j differ", (one, other) => expect(contentHash(one)).not.toBe(contentHash(other)));

test("a record of any depth gets one", () => {
  let record: JsonObject = {};
  for (let level = 0; level < 100_000; level++) record = { a: record };
  expect(contentHash(record)).toMatch(/^[0-9a-f]{32}$/);
});
