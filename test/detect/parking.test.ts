// A detector that fails ends neither detection nor its day's other detectors, and is tried again on the next day.
import { describe, expect, test } from "vitest";
import { asOfView } from "../../detect/as-of-view.ts";
import type { Detector } from "../../detect/detector.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { type IdentityHour, windowsOf } from "../../detect/evidence.ts";
import { Parking } from "../../detect/parking.ts";
import { hourOf, startDay } from "../../detect/shown-hour.ts";
import { Watch, type WatchOptions } from "../../detect/watch.ts";
import { watchedDays, watchParts } from "../../detect/watched-days.ts";
import { roleCall, storeOf } from "../bench/evidence.ts";
import { dayMs, startMs } from "../storage/action-rows.ts";
import { smallEstate } from "./small-estate.ts";

const [template] = detectors;
if (template === undefined) throw new Error("no detector is registered");

/** Well for its first calls. */
function failing(fail: (call: number) => ReturnType<Detector["score"]>): Detector & { calls: number } {
  return {
    ...template,
    id: "failing",
    calls: 0,
    score() {
      return fail(this.calls++);
    },
  } as Detector & { calls: number };
}

const lastDayMs = (startDay + 7) * dayMs;
/** A machine with two hours a day, on eight days. */
const rows = (): IdentityHour[] => Array.from({ length: 8 }, (_, day) => [hourOf({ day, hour: 2 }), hourOf({ day, hour: 4 })]).flat();

function watched(detector: Detector, more: Partial<WatchOptions> = {}): Watch {
  const watch = new Watch({ detectors: [...detectors, detector], budget: 1, ...more });
  watchParts(watch, windowsOf(rows()), Number.POSITIVE_INFINITY);
  return watch;
}

describe("parked until the day is over, and tried again then", () => {
  test("one that throws", () => {
    const thrower = failing(() => {
      throw new Error("boom\u001b[31m");
    });
    expect(watched(thrower).parked).toEqual([{ id: "failing", reason: "threw: boom [31m", dayMs: lastDayMs }]);
    expect(thrower.calls).toBe(8);
  });

  test("one that gives no number", () => {
    const none = failing(() => [{ bits: Number.NaN, what: "x", observed: "x", baseline: "y" }]);
    expect(watched(none).parked).toEqual([{ id: "failing", reason: "gave no number", dayMs: lastDayMs }]);
    expect(none.calls).toBe(8);
  });

  test("one that takes too long for one window, by a clock that the test holds", () => {
    let nowMs = 0;
    const slow = failing(() => {
      nowMs += 6_000;
      return [];
    });
    expect(watched(slow, { nowMs: () => nowMs }).parked).toEqual([{ id: "failing", reason: "took 6000 ms for one window", dayMs: lastDayMs }]);
    expect(slow.calls).toBe(8);
  });
});

test("a replay tells on which days a detector failed, and of none on a day without records", async () => {
  const { store, close } = await storeOf([0, 1, 3].map((day) => roleCall("backup", startMs + day * dayMs)));
  // A window is asked as it fills, and once more when its hour is over: the second day goes well.
  const thrower = failing((call) => {
    if (call !== 1 && call !== 2) throw new Error("boom");
    return [];
  });
  const days: (readonly string[])[] = [];
  const options = { detectors: [...detectors, thrower], budget: 1 };
  for await (const { parked } of watchedDays(asOfView(store, startMs + 4 * dayMs), options, { toMs: startMs + 4 * dayMs }))
    days.push(parked.map(({ id, reason }) => `${id} ${reason}`));
  await close();
  expect(days).toEqual([["failing threw: boom"], [], [], ["failing threw: boom"]]);
});

test("a failing detector changes nothing of what the others find", () => {
  const all = windowsOf(smallEstate(7001));
  const told = (each: readonly Detector[]) =>
    watchParts(new Watch({ detectors: each, budget: 0.5 }), all, Number.POSITIVE_INFINITY).map(({ raised }) => [raised.window.momentMs, raised.bits]);
  const thrower = failing(() => {
    throw new Error("boom");
  });
  expect(told([...detectors, thrower])).toEqual(told(detectors));
  expect(told(detectors).length).toBeGreaterThan(0);
});

test("one that is a reason of more than 5,000 raised windows of a day floods", () => {
  const parking = new Parking(() => 0);
  for (let window = 0; window < 5_000; window++) parking.countTold([template, template]);
  expect(parking.parked).toEqual([]);
  parking.countTold([template]);
  expect(parking.parked).toEqual([{ id: template.id, reason: "was a reason of more than 5000 windows of a day" }]);
});
