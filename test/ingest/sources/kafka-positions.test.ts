// What is missing between two positions of a partition, and what is not: the cases that a broker shows seldom or in a race only.
import { describe, expect, test } from "vitest";
import { begunAnew, deletedUnread, gapBefore, TopicPositions } from "../../../ingest/sources/kafka-positions.ts";

const nothing = { expected: undefined, committed: undefined, stored: undefined };
const bounds = (low: bigint, high: bigint) => async () => ({ low, high });

describe("a gap", () => {
  test("is what the broker deleted between what was expected and what came", async () => {
    const gap = await gapBefore(150n, { ...nothing, expected: 100n, committed: 100n }, bounds(150n, 200n));
    expect(gap).toEqual({ from: "100", to: "150", reason: deletedUnread });
  });

  test("is a topic that begins below what its group has finished, though it has grown beyond it since", async () => {
    const gap = await gapBefore(0n, { ...nothing, expected: 100n, committed: 100n }, bounds(0n, 500n));
    expect(gap).toEqual({ from: "100", to: "0", reason: begunAnew });
  });

  test("is told by what the store remembers where the group's memory went with the topic", async () => {
    expect(await gapBefore(0n, { ...nothing, stored: 100n }, bounds(0n, 20n))).toEqual({ from: "100", to: "0", reason: begunAnew });
    expect(await gapBefore(150n, { ...nothing, stored: 100n }, bounds(150n, 200n))).toEqual({ from: "100", to: "150", reason: deletedUnread });
  });

  test("is none where what was read, or stored and not committed, comes again", async () => {
    expect(await gapBefore(100n, { expected: 160n, committed: 100n, stored: 150n }, bounds(0n, 200n))).toBeUndefined();
    expect(await gapBefore(100n, { expected: 100n, committed: 100n, stored: 150n }, bounds(0n, 200n))).toBeUndefined();
  });

  test("is none where compaction or a transaction left positions without a record", async () => {
    expect(await gapBefore(150n, { ...nothing, expected: 100n, committed: 100n }, bounds(0n, 200n))).toBeUndefined();
  });

  test("is none where the group's memory is too old to be kept and the broker still has what was stored", async () => {
    expect(await gapBefore(0n, { ...nothing, stored: 100n }, bounds(0n, 200n))).toBeUndefined();
  });

  test("is none where nothing is known", async () => {
    expect(await gapBefore(7n, nothing, bounds(7n, 20n))).toBeUndefined();
  });
});

test("what was acknowledged before the group shared itself out anew is not committed after it", () => {
  const positions = new TopicPositions();
  positions.learnCommitted(new Map([[0, 10n]]));
  const position = positions.of(0);
  position.durable = 20n;
  expect(positions.uncommitted()).toEqual([0]);
  positions.beginEpoch();
  expect(positions.uncommitted()).toEqual([]);
  expect(positions.of(0)).toMatchObject({ epoch: 1, next: undefined, committed: 10n });
});

test("a broker that knows nothing of a partition any more changes nothing of what was known: a topic made anew would not be noticed", () => {
  const positions = new TopicPositions();
  positions.learnCommitted(new Map([[0, 10n]]));
  positions.learnCommitted(new Map());
  expect(positions.of(0).committed).toBe(10n);
});
