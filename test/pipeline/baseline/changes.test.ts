// What counts as a change: what chance does often must not be shown as one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountChange, changeOf } from "../../../pipeline/baseline/changes.ts";

const active = { before: 20, since: 7 };

describe("a value", () => {
  test.each([
    ["never before", { before: 0, since: 1 }, "new"],
    ["daily before and not since", { before: 20, since: 0 }, "gone"],
    ["of one day in twenty and not since", { before: 1, since: 0 }, undefined],
    ["daily, as ever", { before: 20, since: 7 }, undefined],
    ["of two days in twenty, then of every day", { before: 2, since: 7 }, "more"],
    ["of nearly every day, then of one", { before: 19, since: 1 }, "less"],
    ["of half of the days, then of four in seven", { before: 10, since: 4 }, undefined],
  ])("%s", (_, days, change) => {
    expect(changeOf(days, active)).toBe(change);
  });

  test("is not gone where the identity itself was not active since, and all is new where it was not before", () => {
    expect(changeOf({ before: 20, since: 0 }, { before: 20, since: 0 })).toBeUndefined();
    expect(changeOf({ before: 0, since: 3 }, { before: 0, since: 3 })).toBe("new");
  });

  test("of the same share before and since has not changed, however long both are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (days, extra, factor) => {
        const whole = days + extra;
        expect(changeOf({ before: days * factor, since: days }, { before: whole * factor, since: whole })).toBeUndefined();
      }),
    );
  });
});

test("an amount changes by a factor of two a day, where it is more than a handful", () => {
  expect(amountChange({ before: 200, since: 140 }, active)).toBe("more");
  expect(amountChange({ before: 200, since: 35 }, active)).toBe("less");
  expect(amountChange({ before: 200, since: 100 }, active)).toBeUndefined();
  expect(amountChange({ before: 20, since: 21 }, active)).toBeUndefined();
  expect(amountChange({ before: 0, since: 1 }, active)).toBe("new");
  expect(amountChange({ before: 10, since: 0 }, { before: 1, since: 0 })).toBeUndefined();
});
