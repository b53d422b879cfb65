// How hard it is to teach detection: what holds of poisoned days and of growth, over invented machines.
import { describe, expect, test } from "vitest";
import { growthRuns, type Poisoning, thresholdMoved } from "../../bench/teaching.ts";

const steady: Poisoning = { level: 200, variation: 0.15, share: 0.2, factor: 3, place: "last" };

describe("of a machine that varies by a sixth, in the median of runs,", () => {
  test.each([
    { share: 0.05, factor: 3 },
    { share: 0.05, factor: 20 },
    { share: 0.1, factor: 3 },
    { share: 0.1, factor: 20 },
    { share: 0.2, factor: 3 },
    { share: 0.2, factor: 20 },
  ])("the last $share of the learning window at $factor times the usual moves a threshold by at most a quarter", (poisoning) => {
    const { hour, day } = thresholdMoved({ ...steady, ...poisoning }, 15, 7);
    expect(hour.median).toBeLessThan(1.25);
    expect(day.median).toBeLessThan(1.25);
  });

  test.each([0.05, 0.1])("any %d of the days do not either", (share) => {
    const { hour, day } = thresholdMoved({ ...steady, share, place: "any" }, 15, 7);
    expect(hour.median).toBeLessThan(1.25);
    expect(day.median).toBeLessThan(1.25);
  });
});

test.each([0.05, 0.1, 0.15])("five percent more a day is raised before twice the level in nine of ten runs, where days vary by %d", (variation) => {
  const { inTime, falseDays } = growthRuns(0.05, variation, 60, 7);
  expect(inTime).toBeGreaterThanOrEqual(0.9);
  expect(falseDays).toBeLessThan(0.005);
});
