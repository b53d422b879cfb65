// What attackers write into the fields of a record, for the tests that every format's every field meets it.
import type { JsonObject, JsonValue } from "../../../model/json.ts";

function nested(depth: number, key: string): JsonValue {
  let value: JsonValue = "bottom";
  for (let level = 0; level < depth; level++) value = { [key]: value };
  return value;
}

function nestedList(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

export const hostileValues: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  " ",
  "\u0000",
  "\ud800",
  "\n",
  "__proto__",
  "constructor",
  "toString",
  "principal://",
  "principal://iam.googleapis.com/subject/",
  "serviceAccount:",
  "serviceAccount:[/]",
  "user:",
  "@.gserviceaccount.com",
  "system:serviceaccount:",
  "system:serviceaccount::::",
  "system:node:",
  "JTI=",
  "arn:aws:sts::111122223333:assumed-role/",
  "io.k8s.",
  "/".repeat(5000),
  "?".repeat(5000),
  "{",
  '{"__proto__": {"auditID": "x"}}',
  "9999-12-31T23:59:59Z",
  "0000-00-00T00:00:00Z",
  `${"repo:".repeat(10_000)}`,
  `${"a.".repeat(25_000)}a`,
  [],
  [[]],
  [null, 1, "x", {}, []],
  {},
  JSON.parse('{"__proto__": {"principalEmail": "root@example.com", "username": "system:admin"}}') as JsonValue,
  { toString: "x", valueOf: 1, constructor: [], length: 1e9 },
  nested(20_000, "metadata"),
  nestedList(20_000),
];

/** Paths of every field at every depth, list items too. */
export function pathsOf(value: JsonValue, prefix: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...prefix, key], ...pathsOf(child, [...prefix, key])]);
}

/** The record that the text is, with another value at the path; without the field where the value is undefined. */
export function replaced(text: string, at: readonly string[], value: JsonValue | undefined): JsonObject {
  const record = JSON.parse(text) as JsonObject;
  let parent = record;
  for (const key of at.slice(0, -1)) parent = parent[key] as JsonObject;
  const last = at.at(-1) ?? "";
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return record;
}
