// When an identity is active: hours of its days, and gaps.
import { expect, test } from "vitest";
import { RhythmMemory } from "../../../detect/memory/rhythm-memory.ts";

const monday = Date.UTC(2026, 9, 12) / 86_400_000;

function learned(days: readonly number[], hours: readonly number[]): RhythmMemory {
  const memory = new RhythmMemory();
  for (const day of days) memory.learn(monday + day, new Set(hours.map((hour) => (monday + day) * 24 + hour)));
  return memory;
}

const workdays = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18];

test("an hour of every active day is likely, one beside it is half so, one far from it is not", () => {
  const memory = learned(workdays, [2]);
  const at = (hour: number) => memory.probabilityOfHour((monday + 21) * 24 + hour);
  expect(at(2)).toBeGreaterThan(0.85);
  expect(at(3)).toBeGreaterThan(0.4);
  expect(at(14)).toBeLessThan(0.04);
});

test("of a kind of day that was never active, the hours of the other kind are all that is known", () => {
  const memory = learned(workdays, [2]);
  expect(memory.probabilityOfHour((monday + 19) * 24 + 2)).toBeGreaterThan(memory.probabilityOfHour((monday + 19) * 24 + 14));
});

test("a weekly job is not back after a week; after seven weeks it is", () => {
  const memory = learned([0, 7, 14, 21, 28, 35], [3]);
  expect(memory.probabilityOfGap(7 * 24)).toBeGreaterThan(0.5);
  expect(memory.probabilityOfGap(49 * 24)).toBeLessThan(0.01);
  expect(memory.activeDays).toBe(6);
  expect(memory.lastHour).toBe((monday + 35) * 24 + 3);
});

test("longer gaps are never likelier", () => {
  const memory = learned(workdays, [2, 9]);
  const chances = [1, 7, 17, 24, 48, 72, 200, 2000].map((gap) => memory.probabilityOfGap(gap));
  expect([...chances].sort((left, right) => right - left)).toEqual(chances);
});
