// The way to an alert without calibration: narrow, and of each thing once.
import { expect, test } from "vitest";
import { Certainty } from "../../detect/certainty.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { hourOf } from "../../detect/shown-hour.ts";

const windowOf = (identity: string, hour: number) => {
  const [window] = windowsOf([hourOf({ identity, day: 1, hour })]);
  if (window === undefined) throw new Error("an hour makes a window");
  return window;
};
const reasonOf = (what: string, certainty: "mechanism" | "fact" = "mechanism") => ({
  detector: { id: "some-detector" },
  bits: 7,
  what,
  observed: "",
  baseline: "",
  certainty,
});

test("of one identity the same is told once, however often it shows; another one's is its own", () => {
  const certainty = new Certainty(10);
  const reasons = [reasonOf("key from elsewhere")];
  expect(certainty.bitsOf(windowOf("web", 1), reasons)).toBeGreaterThan(15);
  certainty.tell(windowOf("web", 1), reasons, true);
  expect(certainty.bitsOf(windowOf("web", 2), reasons)).toBeUndefined();
  expect(certainty.bitsOf(windowOf("web", 2), [...reasons, reasonOf("another key")])).toBeGreaterThan(15);
  expect(certainty.bitsOf(windowOf("mail", 2), reasons)).toBeGreaterThan(15);
});

test("within its hour it stays as certain as it was told", () => {
  const certainty = new Certainty(10);
  const reasons = [reasonOf("key from elsewhere")];
  const before = certainty.bitsOf(windowOf("web", 1), reasons);
  certainty.tell(windowOf("web", 1), reasons, true);
  expect(certainty.bitsOf(windowOf("web", 1), reasons)).toBe(before);
});

test("three in ten of a day's alerts come this way at most, one at least, and what found no room comes on the next day", () => {
  for (const { budget, most } of [
    { budget: 10, most: 3 },
    { budget: 1, most: 1 },
    { budget: 0, most: 1 },
  ]) {
    const certainty = new Certainty(budget);
    const ask = (number: number) => certainty.bitsOf(windowOf(`service-${number}`, 1), [reasonOf("key")]);
    for (let number = 0; number < most; number++) {
      expect(ask(number)).toBeDefined();
      certainty.tell(windowOf(`service-${number}`, 1), [reasonOf("key")], true);
    }
    expect(ask(most)).toBeUndefined();
    certainty.closeDay();
    expect(ask(most)).toBeDefined();
  }
});

test("a fact stands behind whatever is odd, however sure it is; what is merely odd does not come this way", () => {
  const certainty = new Certainty(10);
  expect(certainty.bitsOf(windowOf("web", 1), [reasonOf("old key", "fact")])).toBe(5);
  expect(certainty.bitsOf(windowOf("web", 1), [{ ...reasonOf("new network"), certainty: undefined }])).toBeUndefined();
});
