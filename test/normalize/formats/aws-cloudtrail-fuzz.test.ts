// Records come from attackers: whatever stands in a field, the normaliser answers, and an event keeps to the schema.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { awsCloudtrail } from "../../../normalize/formats/aws-cloudtrail.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext } from "../../../normalize/normalizer.ts";

const context: NormalizeContext = {
  defaultAccount: "000000000000",
  clusterOfIssuer: (issuer) => (issuer.startsWith("oidc.eks.") ? "cluster-a" : undefined),
  network: createNetworkClassifier([]),
};
const eventSchema = identityActionSchema.omit({ received_at: true });
const folder = path.join(import.meta.dirname, "../golden/aws-cloudtrail");
const inputs = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"))
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));

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

const hostileValues: readonly JsonValue[] = [
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
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "arn:",
  "arn:::::",
  "arn:aws:sts::111122223333:assumed-role/",
  "arn:aws:sts::111122223333:assumed-role//",
  `arn:aws:sts::${":".repeat(5000)}`,
  "9999-12-31T23:59:59Z",
  "0000-00-00T00:00:00Z",
  `${"i-".repeat(50_000)}`,
  `${"/".repeat(50_000)}arn`,
  `because ${"no ".repeat(30_000)}`,
  "Insight ",
  "https://[::1",
  [],
  [[]],
  [null, 1, "x", {}, []],
  {},
  JSON.parse('{"__proto__": {"type": "Root", "arn": "arn:aws:iam::111122223333:root"}}') as JsonValue,
  { toString: "x", valueOf: 1, constructor: [], length: 1e9 },
  nested(20_000, "content"),
  nested(20_000, "items"),
  nestedList(20_000),
];

/** Paths of every field at every depth, list items too. */
function pathsOf(value: JsonValue, prefix: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...prefix, key], ...pathsOf(child, [...prefix, key])]);
}

function replaced(text: string, at: readonly string[], value: JsonValue): JsonObject {
  const record = JSON.parse(text) as JsonObject;
  let parent = record;
  for (const key of at.slice(0, -1)) parent = parent[key] as JsonObject;
  parent[at.at(-1) ?? ""] = value;
  return record;
}

function expectAnswer(record: JsonObject): void {
  awsCloudtrail.recognizes(record);
  const result = awsCloudtrail.normalize(record, context);
  if (result.kind === "event") {
    eventSchema.parse(result.event);
    expect(result.event.resource_types.length).toBe(result.event.resource_uids.length);
    expect(result.event.resource_accounts.length).toBe(result.event.resource_uids.length);
    expect(result.event.event_uid).not.toBe("");
    expect(result.event.user_agent.length).toBeLessThanOrEqual(1024);
  } else if (result.kind !== "completion") {
    expect(result.reason).toMatch(/^[A-Za-z]/);
    expect(result.reason.length).toBeLessThan(100);
  }
}

describe("every field of every golden record, replaced by hostile values, still gets an answer", () => {
  test.each(inputs)("$name", ({ text }) => {
    for (const at of pathsOf(JSON.parse(text) as JsonValue)) for (const value of hostileValues) expectAnswer(replaced(text, at, value));
  });
});

test("a field that was taken away is rejected or read as not stated", () => {
  for (const { text } of inputs) {
    for (const at of pathsOf(JSON.parse(text) as JsonValue)) {
      const record = JSON.parse(text) as JsonObject;
      let parent = record;
      for (const key of at.slice(0, -1)) parent = parent[key] as JsonObject;
      delete parent[at.at(-1) ?? ""];
      expectAnswer(record);
    }
  }
});

test("any JSON object gets an answer", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("AssumedRole", "IAMUser", "Root", "AWSService", "arn:aws:iam::1:role/a"),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.constantFrom(null, true), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
  })).value;
  const keys = [
    "eventTime",
    "eventSource",
    "eventName",
    "userIdentity",
    "requestParameters",
    "responseElements",
    "resources",
    "addendum",
    "errorCode",
  ];
  const fields = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  fc.assert(fc.property(fields, (record) => expectAnswer({ eventTime: "2026-11-09T08:15:30Z", ...record } as JsonObject)));
});

test("the same record gives the same event, whatever was read before", () => {
  for (const { text } of inputs) {
    const first = JSON.stringify(awsCloudtrail.normalize(JSON.parse(text) as JsonObject, context));
    for (const other of inputs) awsCloudtrail.normalize(JSON.parse(other.text) as JsonObject, context);
    expect(JSON.stringify(awsCloudtrail.normalize(JSON.parse(text) as JsonObject, context))).toBe(first);
  }
});
