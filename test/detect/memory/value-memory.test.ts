// What is remembered of values: days are counted once, however and in whatever order they come.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ValueMemory } from "../../../detect/memory/value-memory.ts";

const day = 20_000;
const shown = fc.record({ value: fc.constantFrom("a", "b", "c", "d"), day: fc.integer({ min: day, max: day + 25 }) });

function facts(memory: ValueMemory): object {
  const values = ["a", "b", "c", "d"].map((value) => [value, memory.daysOf(value), memory.firstDayOf(value), memory.lastDayOf(value)]);
  return { values, valueDays: memory.valueDays, singletons: memory.singletons, shares: [1, 2, 3, 30].map((days) => memory.shareOfRarer(days)) };
}

function learned(all: readonly { value: string; day: number }[]): ValueMemory {
  const memory = new ValueMemory();
  for (const each of all) memory.learn(each.value, each.day);
  return memory;
}

test("within a month, any order and any repeats give the same memory", () => {
  fc.assert(
    fc.property(fc.array(shown, { maxLength: 60 }), fc.array(fc.nat()), (all, seeds) => {
      const shuffled = all
        .map((each, index) => ({ each, key: seeds[index % Math.max(1, seeds.length)] ?? index }))
        .sort((left, right) => left.key - right.key);
      expect(facts(learned([...shuffled.map(({ each }) => each), ...all]))).toEqual(facts(learned(all)));
    }),
  );
});

test("the first day is told where each day since is kept, and not guessed where it is not", () => {
  const [late, old] = [
    learned([3, 30, 0].map((after) => ({ value: "a", day: day + after }))),
    learned([0, 31].map((after) => ({ value: "a", day: day + after }))),
  ];
  expect([late.firstDayOf("a"), old.firstDayOf("a"), old.firstDayOf("never")]).toEqual([day, undefined, undefined]);
});

test("days are distinct days, value-days are distinct pairs, and the share of the rare is by value-days", () => {
  const memory = learned([
    { value: "daily", day },
    { value: "daily", day: day + 1 },
    { value: "daily", day: day + 2 },
    { value: "daily", day: day + 2 },
    { value: "once", day: day + 1 },
  ]);
  expect([memory.daysOf("daily"), memory.daysOf("once"), memory.daysOf("never")]).toEqual([3, 1, 0]);
  expect([memory.valueDays, memory.singletons, memory.size]).toEqual([4, 1, 2]);
  expect([memory.shareOfRarer(1), memory.shareOfRarer(2), memory.shareOfRarer(3)]).toEqual([0.25, 0.25, 1]);
});

test("what is endless is bounded: the values seen longest ago go, and the counts with them", () => {
  const memory = new ValueMemory();
  for (let number = 0; number < 12_000; number++) memory.learn(`object-${number}`, day + Math.floor(number / 100));
  expect(memory.size).toBeLessThanOrEqual(5000);
  expect(memory.has("object-11999")).toBe(true);
  expect(memory.has("object-0")).toBe(false);
  expect(memory.valueDays).toBe(memory.size);
  expect(memory.singletons).toBe(memory.size);
});
