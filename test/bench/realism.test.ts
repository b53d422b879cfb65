// How alike generated and real records are said to be: figures by hand.
import { expect, test } from "vitest";
import { compareLog, ShapeCounts } from "../../bench/realism/compare-shapes.ts";
import { shapeOf } from "../../bench/realism/record-shape.ts";

function countsOf(records: readonly Parameters<typeof shapeOf>[0][]): Map<string, ShapeCounts> {
  const counts = new ShapeCounts();
  for (const record of records) counts.add(shapeOf(record));
  return new Map([["call", counts]]);
}

test("a record's shape names its paths and the kinds of its values, not what they say", () => {
  const shape = shapeOf({ id: "0a1b2c3d-0000-4000-8000-000000000001", at: "2026-11-09T08:00:00Z", list: [{ n: 1 }, { n: 2 }], none: null });
  expect([...shape]).toEqual([
    ["id", "UUID"],
    ["at", "time"],
    ["list", "list"],
    ["list[]", "object"],
    ["list[].n", "number"],
    ["none", "null"],
  ]);
});

test("equal sets are alike, and a field that only one of them has is told first", () => {
  const same = [{ a: "x", b: "1.2.3.4" }, { a: "y" }];
  expect(compareLog(countsOf(same), countsOf(same))).toMatchObject({ presence: 1, kinds: 1, alwaysThere: 1, differences: [] });
  const missing = compareLog(countsOf(same), countsOf([{ a: "x" }, { a: "y" }]));
  expect(missing.presence).toBeCloseTo(0.75);
  expect(missing.differences).toEqual([{ action: "call", path: "b", generated: 0, real: 0.5 }]);
  expect(compareLog(countsOf([{ a: "x" }]), countsOf([{ a: 1 }])).kinds).toBe(0);
});

test("actions that only one set has are not compared", () => {
  const others = new Map([["other", new ShapeCounts()]]);
  expect(compareLog(countsOf([{ a: 1 }]), others)).toMatchObject({ sharedActions: 0, presence: Number.NaN });
});
