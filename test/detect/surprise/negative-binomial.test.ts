// The tail of the negative binomial, against the distribution summed from nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { logGamma, negativeBinomialBits } from "../../../detect/surprise/negative-binomial.ts";

/** P(X >= count), by the recurrence of its terms. */
function tail(count: number, mean: number, size: number): number {
  const fail = mean / (mean + size);
  let term = (size / (mean + size)) ** size;
  let below = 0;
  for (let k = 0; k < count; k++) {
    below += term;
    term *= ((k + size) / (k + 1)) * fail;
  }
  return 1 - below;
}

test("above the mean it is the tail", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 20, noNaN: true }),
      fc.double({ min: 0.3, max: 20, noNaN: true }),
      fc.integer({ min: 1, max: 40 }),
      (mean, size, above) => {
        const count = Math.ceil(mean) + above;
        const expected = tail(count, mean, size);
        fc.pre(expected > 1e-6);
        expect(2 ** -negativeBinomialBits(count, mean, size) / expected).toBeCloseTo(1, 3);
      },
    ),
  );
});

test("at or below the mean nothing is odd, and no count gives no number", () => {
  expect([negativeBinomialBits(0, 5, 1), negativeBinomialBits(5, 5, 1)]).toEqual([0, 0]);
  for (const count of [1, 1000, 1_000_000])
    for (const mean of [0, 1e-9, 3]) expect(Number.isFinite(negativeBinomialBits(count, mean, 0.1))).toBe(true);
});

test("a wild identity is surprised less by the same count", () => {
  expect(negativeBinomialBits(100, 10, 1)).toBeLessThan(negativeBinomialBits(100, 10, 10));
});

test("log gamma is that of factorials and of a half", () => {
  expect(logGamma(1)).toBeCloseTo(0, 10);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 9);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 9);
});
