// What is expected of an hour and of a day: by hour of day, apart for weekends, with room for the wild, and hard to teach by one hour.
import { expect, test } from "vitest";
import { isWeekend, VolumeMemory } from "../../../detect/memory/volume-memory.ts";

const monday = Date.UTC(2026, 9, 12) / 86_400_000;

function learned(days: number, countsOf: (day: number, hour: number) => number): VolumeMemory {
  const memory = new VolumeMemory();
  for (let day = monday; day < monday + days; day++)
    memory.learn(
      day,
      Array.from({ length: 24 }, (_, hour) => countsOf(day, hour)),
    );
  return memory;
}

test("the days of the epoch have their weekdays", () => {
  expect([isWeekend(monday), isWeekend(monday + 4), isWeekend(monday + 5), isWeekend(monday + 6), isWeekend(-4)]).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test("a nightly job is expected at night, and on a weekend when it runs at weekends", () => {
  const memory = learned(42, (day, hour) => (hour === 2 ? 100 : hour === 14 && isWeekend(day) ? 40 : 0));
  const at = (day: number, hour: number) => memory.expectedInHour((monday + 42 + day) * 24 + hour).mean;
  expect(at(0, 2)).toBeGreaterThan(80);
  expect(at(0, 14)).toBeLessThan(2);
  expect(at(5, 14)).toBeGreaterThan(25);
  expect(memory.expectedInDay().mean).toBeGreaterThan(95);
});

test("of two with the same mean, the wild one has the smaller size", () => {
  const tame = learned(42, (_, hour) => (hour === 2 ? 100 : 0));
  const wild = learned(42, (day, hour) => (hour === 2 ? (day % 4 === 0 ? 400 : 0) : 0));
  const hour = (monday + 42) * 24 + 2;
  expect(wild.expectedInHour(hour).size).toBeLessThan(tame.expectedInHour(hour).size);
});

test("one hour of an attacker moves what is expected by less than a third", () => {
  const before = learned(28, (_, hour) => (hour === 2 ? 100 : 0));
  const after = learned(29, (day, hour) => (hour === 2 ? (day === monday + 28 ? 1_000_000 : 100) : 0));
  const hour = (monday + 35) * 24 + 2;
  expect(after.expectedInHour(hour).mean).toBeLessThan(before.expectedInHour(hour).mean * 1.33);
});

test("what nobody has learned expects nothing, and says so", () => {
  expect(new VolumeMemory().expectedInHour(0)).toMatchObject({ mean: 0, observations: 0 });
  expect(new VolumeMemory().expectedInDay()).toMatchObject({ mean: 0, observations: 0 });
});
