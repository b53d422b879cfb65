// How listings go on: whatever is written when, over old keys and new ones, between rounds, within them and around restarts, it is read.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ListingProgress } from "../../../ingest/sources/s3-listing-cursor.ts";

const minuteMs = 60_000;
const from = "2026-11-01";
const pageKeys = 3;

type Step =
  /** An object is written under this key, and shows so many minutes later. */
  | { readonly kind: "put"; readonly key: number; readonly delayMinutes: number }
  | { readonly kind: "page" }
  | { readonly kind: "wait"; readonly minutes: number }
  | { readonly kind: "restart" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), key: fc.integer({ min: 0, max: 20 }), delayMinutes: fc.constantFrom(0, 0, 5, 13) }),
  fc.record({ kind: fc.constant("page" as const) }),
  fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("restart" as const) }),
);

/** A store of which each page is asked for as the source does, and what was read of it. */
function run(steps: readonly Step[]): { written: Set<string>; reads: string[] } {
  let nowMs = 1_000_000 * minuteMs;
  let versions = 0;
  const stored = new Map<string, { key: string; version: string; modifiedMs: number; showsMs: number }>();
  const written = new Set<string>();
  const reads: string[] = [];
  let cursor: string | undefined;
  let progress = new ListingProgress(undefined, from, nowMs);
  const page = () => {
    const after = progress.round?.after ?? "";
    const keys = [...stored.values()].filter(({ key, showsMs }) => key > after && showsMs <= nowMs).sort((a, b) => (a.key < b.key ? -1 : 1));
    if (progress.round === undefined) progress.begin(nowMs, after);
    for (const object of keys.slice(0, pageKeys)) {
      if (!progress.isNew(object)) continue;
      progress.read(object);
      reads.push(object.version);
      cursor = progress.position();
    }
    const end = keys.slice(0, pageKeys).at(-1);
    if (end !== undefined) progress.passed(end.key);
    if (keys.length <= pageKeys) progress.end();
  };
  const put = (key: string, delayMinutes: number) => {
    // What is written over before it was read is gone, as in any store.
    const before = stored.get(key);
    if (before !== undefined && !reads.includes(before.version)) written.delete(before.version);
    const version = String(versions++);
    written.add(version);
    stored.set(key, { key, version, modifiedMs: nowMs, showsMs: nowMs + delayMinutes * minuteMs });
  };
  for (const each of steps) {
    if (each.kind === "wait") nowMs += each.minutes * minuteMs;
    else if (each.kind === "page") page();
    else if (each.kind === "put") put(String(each.key).padStart(2, "0"), each.delayMinutes);
    else progress = new ListingProgress(cursor, from, nowMs);
  }
  nowMs += 20 * minuteMs;
  for (let index = 0; index < 20; index++) page();
  return { written, reads };
}

test("whatever is written when, each version of an object is read", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { written, reads } = run(steps);
      expect([...written].filter((version) => !reads.includes(version))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("without a restart none is read twice", () => {
  fc.assert(
    fc.property(
      fc.array(
        step.filter(({ kind }) => kind !== "restart"),
        { maxLength: 80 },
      ),
      (steps) => {
        const { reads } = run(steps);
        expect(new Set(reads).size).toBe(reads.length);
      },
    ),
    { numRuns: 500 },
  );
});

test("a position in the future, where the store's clock was set back, loses nothing of what is written since", () => {
  const dayMs = 24 * 60 * minuteMs;
  const nowMs = 1000 * dayMs;
  const since = { key: "a", version: "1", modifiedMs: nowMs };
  const before = { key: "b", version: "1", modifiedMs: nowMs + 3 * dayMs - minuteMs };
  const progress = new ListingProgress(undefined, from, nowMs);
  progress.begin(nowMs + 3 * dayMs, "");
  progress.read(before);
  const during = progress.position();
  progress.end();
  for (const stored of [during, progress.position()]) {
    const resumed = new ListingProgress(stored, from, nowMs);
    resumed.begin(nowMs, "");
    expect(resumed.isNew(since)).toBe(true);
  }
  expect(new ListingProgress(during, from, nowMs + 3 * dayMs).isNew(before)).toBe(false);
  expect(progress.isNew(since)).toBe(false);
  progress.begin(nowMs, "");
  expect(progress.isNew(since)).toBe(true);
});

test("a position stays within 4 KiB whatever keys are called, and one that begins later than the configuration counts for nothing", () => {
  const progress = new ListingProgress(undefined, from, 0);
  progress.begin(0, "");
  for (let index = 0; index < 1000; index++) progress.read({ key: `${"\u0001".repeat(index % 1024)}${index}`, version: "", modifiedMs: index });
  expect(progress.position()).toBeUndefined();
  progress.read({ key: "k".repeat(1024), version: "", modifiedMs: 2000 });
  const position = progress.position() ?? "";
  expect(Buffer.byteLength(position)).toBeLessThanOrEqual(4096);
  expect(new ListingProgress(position, from, 0).round?.after).toBe("k".repeat(1024));
  expect(new ListingProgress(position, "2026-10-01", 0).round).toBeUndefined();
  expect(new ListingProgress("{", from, 0).round).toBeUndefined();
});
