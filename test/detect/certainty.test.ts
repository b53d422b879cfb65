// The way to an alert without calibration: narrow, and of each thing once.
import { expect, test } from "vitest";
import { Certainty } from "../../detect/certainty.ts";
import type { Detector } from "../../detect/detector.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { windowsOf } from "../../detect/evidence.ts";
import { dayMs, hourOf, startDay } from "../../detect/shown-hour.ts";
import { Watch } from "../../detect/watch.ts";
import { watchParts } from "../../detect/watched-days.ts";

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

test("facts have places of their own: however many keys are old, a mechanism later in the day is told, and what is left over is counted", () => {
  const certainty = new Certainty(10);
  const keys = Array.from({ length: 20 }, (_, number) => ({ window: windowOf(`service-${number}`, 1), reasons: [reasonOf("old key", "fact")] }));
  for (const { window, reasons } of keys) {
    if (certainty.bitsOf(window, reasons) === undefined) certainty.leaveUntold(window, reasons);
    else certainty.tell(window, reasons, true);
  }
  expect(certainty.today).toEqual({ mechanism: 0, fact: 1 });
  expect(certainty.untold).toEqual({ mechanism: 0, fact: 19 });
  expect(certainty.bitsOf(windowOf("web", 9), [reasonOf("key from elsewhere"), reasonOf("old key", "fact")])).toBeGreaterThan(15);
  certainty.tell(windowOf("web", 9), [reasonOf("key from elsewhere"), reasonOf("old key", "fact")], true);
  expect(certainty.today).toEqual({ mechanism: 1, fact: 1 });
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

test("in the fold: a fleet of old keys early in the day, a mechanism late; both are told, and what found no room comes on the next day", () => {
  const [template] = detectors;
  if (template === undefined) throw new Error("no detector is registered");
  const certain: Detector = {
    ...template,
    id: "certain",
    score: ({ identityUid }) => [{ bits: 5, what: "it", observed: "", baseline: "", certainty: identityUid === "web" ? "mechanism" : "fact" }],
  };
  const watch = new Watch({ detectors: [certain], budget: 10 });
  const fleet = Array.from({ length: 10 }, (_, number) => `service-${number}`);
  const hours = [0, 1].flatMap((day) => [...fleet.map((identity) => ({ identity, day, hour: 1 })), { identity: "web", day, hour: 20 }]).map(hourOf);
  const told = [0, 1].map((day) => {
    const ofDay = hours.filter(({ moment_ms }) => Math.floor(moment_ms / dayMs) - startDay === day);
    const each = watchParts(watch, windowsOf(ofDay), Number.POSITIVE_INFINITY).map(({ raised }) => raised.window.identityUid);
    return { each, untold: watch.untold };
  });
  expect(told).toEqual([
    { each: ["service-0", "web"], untold: { mechanism: 0, fact: 9, silence: 0 } },
    { each: ["service-1"], untold: { mechanism: 0, fact: 8, silence: 0 } },
  ]);
});
