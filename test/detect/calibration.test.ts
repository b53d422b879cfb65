// From scores to p-values: the share of past scores at least as high, a tail beyond them, a window that rolls.
import { describe, expect, test } from "vitest";
import { Calibration } from "../../detect/calibration.ts";

function calibrated(scores: readonly number[]): Calibration {
  const calibration = new Calibration();
  for (const bits of scores) calibration.add("key", bits);
  calibration.closeDay();
  return calibration;
}

test("with few scores it is the share of those at least as high, one more counted on both sides", () => {
  const calibration = calibrated([0, 0, 0, 1.5, 3.5, 7.5, 7.5, 9.5, 12.5]);
  expect(calibration.probability("key", 0)).toBe(1);
  expect(calibration.probability("key", 7.5)).toBeCloseTo(5 / 10);
  expect(calibration.probability("key", 99)).toBeCloseTo(1 / 10);
  expect(calibration.probability("another", 99)).toBe(1);
});

test("scores of the day that goes on do not count: which window came first does not matter", () => {
  const calibration = calibrated([1, 2, 3]);
  const before = calibration.probability("key", 2.5);
  for (let count = 0; count < 50; count++) calibration.add("key", 9);
  expect(calibration.probability("key", 2.5)).toBe(before);
});

describe("beyond the highest percent", () => {
  // Bits of p-values that are uniform: P(bits >= b) = 2^-b.
  const many = Array.from({ length: 20_000 }, (_, index) => -Math.log2((index + 0.5) / 20_000));
  const calibration = calibrated(many);

  test("the tail goes on where scores end: what was said of uniform p-values comes out again within a factor of three, to a millionth", () => {
    for (const bits of [8, 10, 13, 16, 20]) {
      const ratio = calibration.probability("key", bits) / 2 ** -bits;
      expect(ratio, `${bits} bits`).toBeGreaterThan(1 / 3);
      expect(ratio, `${bits} bits`).toBeLessThan(3);
    }
  });

  test("the top stays ordered", () => {
    const probabilities = [15, 20, 30, 40, 60].map((bits) => calibration.probability("key", bits));
    expect([...probabilities].sort((left, right) => right - left)).toEqual(probabilities);
    expect(new Set(probabilities).size).toBe(probabilities.length);
  });
});

describe("a cut score", () => {
  /** So many days of scores that are the bits of uniform p-values. */
  function usual(days: number): Calibration {
    const calibration = new Calibration();
    for (let day = 0; day < days; day++) {
      for (let window = 0; window < 2000; window++) calibration.add("key", -Math.log2((window + 0.5) / 2000));
      calibration.closeDay();
    }
    return calibration;
  }

  function with40Odd(calibration: Calibration, add: "add" | "addCut"): number {
    for (let count = 0; count < 40; count++) calibration[add]("key", 30);
    calibration.closeDay();
    return -Math.log2(calibration.probability("key", 35));
  }

  test("hides nothing: forty hours of an attack that was not raised cost the next one a few bits, and not a dozen", () => {
    const before = -Math.log2(usual(10).probability("key", 35));
    expect(with40Odd(usual(10), "addCut")).toBeGreaterThan(before - 5);
    expect(with40Odd(usual(10), "add")).toBeLessThan(before - 10);
  });

  test("is none before there are seven days to say what is usual", () => {
    expect(with40Odd(usual(6), "addCut")).toBe(with40Odd(usual(6), "add"));
  });

  test("becomes usual in the end: what comes every day is less and less rare", () => {
    const calibration = usual(10);
    for (let day = 0; day < 30; day++) {
      for (let window = 0; window < 2000; window++) calibration.addCut("key", window < 40 ? 30 : -Math.log2((window + 0.5) / 2000));
      calibration.closeDay();
    }
    expect(calibration.probability("key", 13)).toBeGreaterThan(2 ** -9);
    expect(calibration.probability("key", 30)).toBeLessThan(2 ** -9);
  });
});

test("after thirty days the first ones are gone", () => {
  const calibration = calibrated(Array.from({ length: 100 }, () => 9));
  for (let day = 0; day < 30; day++) {
    calibration.add("key", 1);
    calibration.closeDay();
  }
  expect(calibration.countOf("key")).toBe(30);
  expect(calibration.probability("key", 9)).toBeCloseTo(1 / 31);
});
