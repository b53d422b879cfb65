// How alike generated and real records are said to be: figures by hand.
import { expect, test } from "vitest";
import { compareKinds, quantile, ShapeCounts } from "../../bench/realism/compare-shapes.ts";
import { shapeOf } from "../../bench/realism/record-shape.ts";

function countsOf(records: readonly Parameters<typeof shapeOf>[0][]): Map<string, ShapeCounts> {
  const counts = new ShapeCounts();
  for (const record of records) counts.add(shapeOf(record), JSON.stringify(record).length);
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

test("labels, ids as keys and the fields that a manager owns are data, one path for all", () => {
  const metadata = { labels: { app: "a" }, managedFields: [{ fieldsV1: { "f:spec": {} } }] };
  expect([...shapeOf({ object: { metadata }, byId: { "123": 1 } }).keys()]).toEqual([
    "object",
    "object.metadata",
    "object.metadata.labels",
    "object.metadata.labels.*",
    "object.metadata.managedFields",
    "object.metadata.managedFields[]",
    "object.metadata.managedFields[].fieldsV1",
    "byId",
    "byId.*",
  ]);
});

test("equal sets are alike, and a field that only one of them has is told first", () => {
  const same = [{ a: "x", b: "1.2.3.4" }, { a: "y" }];
  const alike = { presence: 1, kinds: 1, alwaysThere: 1, neverReal: 0, sizeRatio: 1, differences: [] };
  expect(compareKinds(countsOf(same), countsOf(same))).toMatchObject(alike);
  const missing = compareKinds(countsOf(same), countsOf([{ a: "x" }, { a: "y" }]));
  expect(missing.presence).toBeCloseTo(0.75);
  expect(missing.differences).toEqual([{ kind: "call", path: "b", generated: 0, real: 0.5 }]);
  expect(compareKinds(countsOf([{ a: "x" }]), countsOf([{ a: 1 }])).kinds).toBe(0);
});

test("a field that is always generated and never real is counted apart from one that is missing", () => {
  const { alwaysThere, neverReal } = compareKinds(countsOf([{ a: 1, b: 1 }]), countsOf([{ a: 1, c: 1, d: 1 }]));
  expect(alwaysThere).toBeCloseTo(1 / 2);
  expect(neverReal).toBeCloseTo(2 / 3);
});

test("of a record that was cut down only what stands in it counts", () => {
  const made = countsOf([{ a: 1, b: 1 }]);
  expect(compareKinds(new Map(), made, countsOf([{ a: 1 }]))).toMatchObject({ alwaysThere: 1, presence: Number.NaN, differences: [] });
  const lacking = compareKinds(new Map(), made, countsOf([{ c: 1 }]));
  expect(lacking).toMatchObject({ alwaysThere: 0, differences: [{ kind: "call", path: "c", generated: 0, real: 1 }] });
});

test("sizes are compared by kind, and a quantile is a value that was there", () => {
  const twice = compareKinds(countsOf([{ a: "12" }]), countsOf([{ a: "12".repeat(6) }]));
  expect(twice.sizeRatio).toBeCloseTo(2);
  expect([quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 0.9), quantile([], 0.5)]).toEqual([2, 3, Number.NaN]);
});

test("actions that only one set has are not compared", () => {
  const others = new Map([["other", new ShapeCounts()]]);
  expect(compareKinds(countsOf([{ a: 1 }]), others)).toMatchObject({ sharedKinds: 0, presence: Number.NaN });
});
