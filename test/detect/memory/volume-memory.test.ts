// What is expected of the hours and days on which there is anything: by hour of day, apart for weekends, with room for the wild, and hard to
// teach.
import { describe, expect, test } from "vitest";
import { isWeekend, VolumeMemory } from "../../../detect/memory/volume-memory.ts";

const monday = Date.UTC(2026, 9, 12) / 86_400_000;

/** Hours without a count are taken for hours in which nothing was done, unless `isBusy`. */
function learned(days: number, countsOf: (day: number, hour: number) => number, isBusy = false): VolumeMemory {
  const memory = new VolumeMemory();
  for (let day = monday; day < monday + days; day++) {
    const counts = Array.from({ length: 24 }, (_, hour) => countsOf(day, hour));
    memory.learn(
      day,
      counts,
      counts.map((count) => isBusy || count > 0),
    );
  }
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

test("a job of two amounts is expected with each at its hour, and on a weekend with what it does at weekends", () => {
  const memory = learned(42, (day, hour) => (hour === 2 ? 100 : hour === 14 ? (isWeekend(day) ? 400 : 10) : 0));
  const at = (day: number, hour: number) => memory.expectedInHour((monday + 42 + day) * 24 + hour).median;
  expect(at(0, 2)).toBeGreaterThan(80);
  expect(at(0, 14)).toBeLessThan(20);
  expect(at(5, 14)).toBeGreaterThan(200);
  expect(memory.expectedInDay(monday + 44).median).toBeLessThan(150);
  expect(memory.expectedInDay(monday + 48).median).toBeGreaterThan(300);
});

test("of two with the same level, the wild one has the wider spread", () => {
  const tame = learned(42, (_, hour) => (hour === 2 ? 100 : 0));
  const wild = learned(42, (day, hour) => (hour === 2 ? (day % 2 === 0 ? 400 : 25) : 0));
  const hour = (monday + 42) * 24 + 2;
  expect(wild.expectedInHour(hour).spread).toBeGreaterThan(2 * tame.expectedInHour(hour).spread);
});

test("a kind that shows on one active day in seven says so", () => {
  const { share } = learned(42, (day) => (day % 7 === 0 ? 30 : 0), true).expectedInDay(monday + 42);
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.25);
});

test("a fifth of the days at twenty times the level moves what is expected by less than a quarter", () => {
  const expectedAfter = (isPoisoned: (day: number) => boolean) =>
    learned(42, (day, hour) => (hour === 2 ? (100 + ((day * 7919) % 21) - 10) * (isPoisoned(day - monday) ? 20 : 1) : 0)).expectedInDay(monday + 42)
      .median;
  const clean = expectedAfter(() => false);
  expect(expectedAfter((day) => day % 5 === 3)).toBeLessThan(clean * 1.25);
  expect(expectedAfter((day) => day >= 34)).toBeLessThan(clean * 1.25);
});

test("however much one hour holds, it moves what is expected by less than a twentieth", () => {
  const before = learned(28, (_, hour) => (hour === 2 ? 100 : 0));
  const after = learned(29, (day, hour) => (hour === 2 ? (day === monday + 28 ? 1_000_000 : 100) : 0));
  const hour = (monday + 35) * 24 + 2;
  expect(after.expectedInHour(hour).median).toBeLessThan(before.expectedInHour(hour).median * 1.05);
});

test("three weeks of more are the new level", () => {
  const memory = learned(65, (day, hour) => (hour === 2 ? (day < monday + 40 ? 100 : 300) : 0));
  expect(memory.expectedInDay(monday + 65).median).toBeGreaterThan(250);
  expect(memory.expectedInHour((monday + 65) * 24 + 2).median).toBeGreaterThan(250);
});

test("what nobody has learned has no observations, and could be anything", () => {
  expect(new VolumeMemory().expectedInHour(0)).toMatchObject({ observations: 0, spread: 1 });
  expect(new VolumeMemory().expectedInDay(monday)).toMatchObject({ observations: 0, spread: 1 });
});

describe("growth", () => {
  const growing = (share: number) => learned(42, (day, hour) => (hour === 2 ? Math.round(200 * (1 + share) ** Math.max(0, day - monday - 30)) : 0));

  test("is none where days vary around their level", () => {
    expect(learned(42, (day, hour) => (hour === 2 ? 200 + ((day * 7919) % 41) - 20 : 0)).growth).toBeLessThan(2);
  });

  test("adds up over days that each lie a little above, the faster the more", () => {
    expect(growing(0.05).growth).toBeGreaterThan(6);
    expect(growing(0.1).growth).toBeGreaterThan(growing(0.05).growth);
  });
});

test("written down and read again, it expects the same", () => {
  const memory = learned(17, (day, hour) => (hour > 8 && hour < 18 ? 20 + ((day * hour) % 13) : 0));
  const again = VolumeMemory.restore(memory.state);
  expect(JSON.parse(JSON.stringify(memory.state))).toEqual(memory.state);
  expect(again.state).toEqual(memory.state);
  const hour = (monday + 17) * 24 + 10;
  expect(again.expectedInHour(hour)).toEqual(memory.expectedInHour(hour));
});
