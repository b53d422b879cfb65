// The tail of Student's t with five degrees of freedom.
import { expect, test } from "vitest";
import { studentBits } from "../../../detect/surprise/student-t.ts";

// Quantiles of a printed table, five degrees of freedom.
test.each([
  [1.476, 0.1],
  [2.015, 0.05],
  [3.365, 0.01],
  [4.032, 0.005],
  [6.869, 0.0005],
])("a deviation of %d is exceeded with probability %d", (deviation, probability) => {
  expect(2 ** -studentBits(deviation)).toBeCloseTo(probability, 4);
});

test("below the middle nothing is odd", () => {
  expect(studentBits(0)).toBe(0);
  expect(studentBits(-3)).toBe(0);
});

test("far out it falls with the fifth power, without a step where the closed form ends", () => {
  expect(studentBits(200) - studentBits(100)).toBeCloseTo(5, 1);
  expect(studentBits(301) - studentBits(299)).toBeCloseTo(5 * Math.log2(301 / 299), 3);
  expect(studentBits(1e9)).toBeGreaterThan(studentBits(1e8));
});
