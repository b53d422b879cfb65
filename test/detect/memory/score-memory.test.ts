// How odd an identity has been before: the share of its own windows that scored at least as high, by its highest scores.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ScoreMemory } from "../../../detect/memory/score-memory.ts";

function remembered(scores: readonly number[]): ScoreMemory {
  const memory = new ScoreMemory();
  for (const score of scores) memory.add(score);
  return memory;
}

test("what is higher than everything before is not for its own past to tell", () => {
  expect(remembered([1, 5, 3]).bits(6)).toBeUndefined();
  expect(new ScoreMemory().bits(1)).toBeUndefined();
});

test("what was as high before is as rare as it was: one of 127 windows is six bits", () => {
  const scores = [9, ...Array.from({ length: 126 }, () => 0)];
  expect(remembered(scores).bits(9)).toBeCloseTo(6);
  expect(remembered(scores).bits(8)).toBeCloseTo(6);
});

test("any order gives the same memory, and more of the same is never more surprising", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (scores, asked) => {
      const bits = remembered(scores).bits(asked);
      expect(remembered(scores.toReversed()).bits(asked)).toBe(bits);
      if (bits !== undefined) expect(remembered([...scores, asked]).bits(asked)).toBeLessThanOrEqual(bits);
    }),
  );
});
