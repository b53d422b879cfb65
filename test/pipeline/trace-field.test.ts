// Tracing a field to its place in the record: what `explain` shows as the origin of each value.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { leavesOf, traceText, traceTime } from "../../pipeline/trace-field.ts";

const record: JsonObject = {
  eventTime: "2026-11-12T08:17:03Z",
  userIdentity: {
    arn: "arn:aws:sts::111122223333:assumed-role/deploy/run-1",
    sessionContext: { sessionIssuer: { arn: "arn:aws:iam::111122223333:role/deploy" } },
  },
  resources: [{ ARN: "arn:aws:s3:::example-reports" }],
  "odd key": { "a.b": "value-of-odd" },
  seconds: 1794000000,
};
const leaves = leavesOf(record);

test("a value that stands in the record is traced to its path", () => {
  expect(traceText("arn:aws:iam::111122223333:role/deploy", leaves)).toBe("userIdentity.sessionContext.sessionIssuer.arn");
  expect(traceText("arn:aws:s3:::example-reports", leaves)).toBe("resources[0].ARN");
  expect(traceText("value-of-odd", leaves)).toBe('["odd key"]["a.b"]');
});

test("a value cut out of another, or built around one, says so", () => {
  expect(traceText("run-1", leaves)).toBe("part of userIdentity.arn");
  expect(traceText("arn:aws:s3:::example-reports/*", leaves)).toBe("built from resources[0].ARN");
});

test("a value of nowhere is traced to nothing", () => {
  expect(traceText("kubernetes", leaves)).toBe("");
  expect(traceText("", leaves)).toBe("");
});

test("a time is found as a date and as seconds", () => {
  expect(traceTime(Date.parse("2026-11-12T08:17:03Z"), leaves)).toBe("eventTime");
  expect(traceTime(1_794_000_000_000, leaves)).toBe("seconds");
});

test("a record nested 100,000 deep, or with a million values, is walked without harm", () => {
  let deep: JsonValue = "bottom";
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(leavesOf({ deep })).toHaveLength(1);
  expect(leavesOf({ many: Array.from({ length: 1_000_000 }, () => "x") }).length).toBeLessThanOrEqual(5_000);
});

test("whatever the record, every leaf traces to a path that holds it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      for (const leaf of leavesOf(object as JsonObject))
        if (leaf.text !== "") expect(traceText(leaf.text, leavesOf(object as JsonObject))).not.toBe("");
    }),
    { numRuns: 50 },
  );
});
