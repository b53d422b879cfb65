// The words and the strip for an identity's hours: what a person reads of its rhythm must be what it did.
import { describe, expect, test } from "vitest";
import { heatStrip, hourRanges, type Rhythm, rhythmOf, rhythmWords } from "../../../pipeline/baseline/rhythm.ts";

const dayMs = 86_400_000;
/** A Monday. */
const mondayMs = Date.UTC(2026, 9, 12);
const fourWeeks = { firstMs: mondayMs, lastMs: mondayMs + 27 * dayMs };

function rhythm(workingDays: number, weekendDays: number, hours: readonly number[]): Rhythm {
  const slots = hours.flatMap((hour) => [
    { value: String(hour), days: workingDays },
    { value: String(24 + hour), days: weekendDays },
  ]);
  return rhythmOf(slots, workingDays, weekendDays);
}

describe("the words", () => {
  test.each([
    [rhythm(20, 8, [2, 3]), "every day, 02:00 to 04:00 UTC"],
    [rhythm(20, 0, [8, 9, 10, 17]), "on working days, 08:00 to 11:00 and 17:00 to 18:00 UTC"],
    [rhythm(0, 8, [23, 0]), "on weekends, 23:00 to 01:00 UTC"],
    [rhythm(4, 0, [6]), "on about 1 day a week, 06:00 to 07:00 UTC"],
    [rhythm(1, 1, [6]), "on 2 days in 28, 06:00 to 07:00 UTC"],
    [
      rhythm(
        20,
        8,
        Array.from({ length: 24 }, (_, hour) => hour),
      ),
      "every day, around the clock",
    ],
    [rhythm(20, 8, [1, 4, 7, 10]), "every day, in 4 hours of the day"],
    [
      rhythmOf(
        Array.from({ length: 20 }, (_, hour) => ({ value: String(hour), days: 1 })),
        20,
        0,
      ),
      "on working days, at no fixed hour",
    ],
    [rhythm(1, 0, [6]), "on one day so far"],
  ])("of %#: %s", (given, words) => {
    expect(rhythmWords(given, fourWeeks)).toBe(words);
  });

  test("a span without a weekend says nothing of weekends, and one before 1970 is counted as well", () => {
    expect(rhythmWords(rhythm(5, 0, [2]), { firstMs: mondayMs, lastMs: mondayMs + 4 * dayMs })).toMatch(/^every day/);
    // 1969-12-29 was a Monday.
    expect(rhythmWords(rhythm(5, 2, [2]), { firstMs: -3 * dayMs, lastMs: 3 * dayMs + 1 })).toMatch(/^every day/);
  });
});

test("the strip has 24 characters, a dot only where nothing was, and the full height only where every active day was", () => {
  const daysByHour = Array.from({ length: 24 }, (_, hour) => [0, 1, 5, 9, 10][hour] ?? 0);
  expect(heatStrip({ days: 10, daysByHour })).toBe("·▁▄██···················");
  expect(heatStrip({ days: 100, daysByHour: daysByHour.map((days) => days * 10 - (days === 10 ? 1 : 0)) }).slice(0, 5)).toBe("·▁▄██");
  expect(heatStrip({ days: 0, daysByHour: daysByHour.map(() => 0) })).toBe("·".repeat(24));
});

test("hours over midnight are one range", () => {
  expect(hourRanges([0, 1, 5, 22, 23])).toEqual([
    { from: 5, to: 5 },
    { from: 22, to: 1 },
  ]);
  expect(hourRanges([])).toEqual([]);
  expect(hourRanges([0, 23])).toEqual([{ from: 23, to: 0 }]);
  expect(hourRanges(Array.from({ length: 24 }, (_, hour) => hour))).toEqual([{ from: 0, to: 23 }]);
});
