// The measures on cases whose answer is known by hand.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapIntervals } from "../../bench/detection/bootstrap.ts";
import {
  averagePrecision,
  type CurvePoint,
  detections,
  graceMs,
  matches,
  measure,
  ofAttack,
  ofWorkload,
  precisionRecallCurve,
  quantile,
  type Run,
  recallAt,
  summarise,
  timesOf,
} from "../../bench/detection/measures.ts";
import { alertOn, attackOn, runOf } from "./scored-runs.ts";

const minuteMs = 60_000;
describe("an alert finds an attack", () => {
  const attack = attackOn("a", 1000, 2000);
  test.each([
    ["at its start", alertOn("a", 1000), true],
    ["24 hours after its end", alertOn("a", 2000 + graceMs), true],
    ["before its start", alertOn("a", 999), false],
    ["more than 24 hours after its end", alertOn("a", 2001 + graceMs), false],
    ["about another identity", alertOn("b", 1500), false],
    ["about several identities of which one is attacked", { ...alertOn("b", 1500), identityUids: ["b", "a"] }, true],
  ])("%s", (_, alert, isFound) => {
    expect(matches({ attacks: [attack], alerts: [alert] })).toEqual([isFound ? [0] : []]);
  });

  test("and two at once, where both are on its identity", () => {
    expect(matches({ attacks: [attack, attackOn("a", 0, 5000)], alerts: [alertOn("a", 1500)] })).toEqual([[0, 1]]);
  });
});

describe("precision and recall by score", () => {
  const attacks = [attackOn("a", 0, 10), attackOn("b", 0, 10), attackOn("c", 0, 10), attackOn("d", 0, 10)];

  test("a perfect ranking has average precision 1, one that finds half of the attacks 0.5", () => {
    const perfect = attacks.map(({ identityUids }, place) => alertOn(identityUids[0] ?? "", 5, 10 - place));
    expect(averagePrecision(precisionRecallCurve({ attacks, alerts: perfect }))).toBe(1);
    expect(averagePrecision(precisionRecallCurve({ attacks, alerts: perfect.slice(0, 2) }))).toBe(0.5);
  });

  test("a known mixed ranking", () => {
    const alerts = [alertOn("a", 5, 9), alertOn("x", 5, 8), alertOn("b", 5, 7), alertOn("b", 6, 6), alertOn("y", 5, 5)];
    const curve = precisionRecallCurve({ attacks, alerts });
    expect(curve.map(({ precision, recall }) => [precision, recall])).toEqual([
      [1, 0.25],
      [1 / 2, 0.25],
      [2 / 3, 0.5],
      [3 / 4, 0.5],
      [3 / 5, 0.5],
    ]);
    expect(averagePrecision(curve)).toBeCloseTo(0.25 * 1 + 0.25 * (2 / 3), 12);
  });

  test("equal scores count together: without a ranking there is one point, whatever the order", () => {
    const alerts = [alertOn("x", 5), alertOn("a", 5), alertOn("b", 5), alertOn("y", 5)];
    const expected: CurvePoint[] = [{ score: 1, alerts: 4, trueAlerts: 2, attacksFound: 2, precision: 0.5, recall: 0.5 }];
    expect(precisionRecallCurve({ attacks, alerts })).toEqual(expected);
    expect(precisionRecallCurve({ attacks, alerts: alerts.toReversed() })).toEqual(expected);
  });

  test("without alerts or attacks nothing is invented", () => {
    expect(averagePrecision(precisionRecallCurve({ attacks, alerts: [] }))).toBe(0);
    expect(averagePrecision(precisionRecallCurve({ attacks: [], alerts: [alertOn("a", 5)] }))).toBe(0);
  });

  test("average precision lies between 0 and 1, and recall only grows", () => {
    const alert = fc.record({
      identity: fc.constantFrom("a", "b", "c", "x", "y"),
      asOfMs: fc.integer({ min: 0, max: 20 }),
      score: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 30 }), (drawn) => {
        const curve = precisionRecallCurve({ attacks, alerts: drawn.map(({ identity, asOfMs, score }) => alertOn(identity, asOfMs, score)) });
        const value = averagePrecision(curve);
        expect(value >= 0 && value <= 1).toBe(true);
        for (const [index, point] of curve.entries()) expect(point.recall).toBeGreaterThanOrEqual(curve[index - 1]?.recall ?? 0);
      }),
    );
  });
});

test("recall at so many false alerts is that of the lowest score with no more of them, and of equal scores all or none", () => {
  const attacks = [attackOn("a", 0, 10), attackOn("b", 0, 10), attackOn("c", 0, 10)];
  const alerts = [alertOn("a", 5, 9), alertOn("x", 5, 8), alertOn("b", 5, 7), alertOn("y", 5, 6), alertOn("c", 5, 6)];
  const curve = precisionRecallCurve({ attacks, alerts });
  expect([0, 0.9, 1, 1.9, 2].map((most) => recallAt(curve, most))).toEqual([1 / 3, 1 / 3, 2 / 3, 2 / 3, 1]);
  expect(recallAt([], 5)).toBe(0);
});

test("time to detect counts from the start to the first true alert, in minutes and in attacker events that had happened", () => {
  const attack = attackOn("a", 0, 100 * minuteMs, { eventTimesMs: [0, 10 * minuteMs, 30 * minuteMs, 100 * minuteMs] });
  const alerts = [alertOn("a", 60 * minuteMs), alertOn("a", 30 * minuteMs), alertOn("b", 5 * minuteMs)];
  expect(detections({ attacks: [attack], alerts })).toEqual([{ attack, minutes: 30, events: 3 }]);
});

describe("figures over runs", () => {
  const first = runOf([attackOn("a", 0, 10), attackOn("b", 0, 10)], [alertOn("a", 2 * minuteMs), alertOn("x", 5), alertOn("y", 5)], 500);
  const second = runOf([attackOn("a", 0, 10)], [alertOn("a", 4 * minuteMs)], 1500);

  test("sum counts, pool times and average the average precision", () => {
    expect(measure([first, second].map(summarise))).toEqual({
      attacks: 3,
      found: 2,
      recall: 2 / 3,
      alerts: 4,
      falseAlerts: 2,
      benignIdentityDays: 2000,
      falsePerThousandDays: 1,
      precision: 0.5,
      averagePrecision: (0.5 * (1 / 3) + 1) / 2,
      recallAtOneFalse: 0.5,
      minutesToDetect: 3,
      eventsToDetect: 2,
    });
  });

  test("have no value where there was nothing to measure", () => {
    const nothing = measure([summarise(runOf([], [], 0))]);
    expect(nothing).toMatchObject({ recall: undefined, precision: undefined, averagePrecision: undefined, falsePerThousandDays: undefined });
    expect(nothing.minutesToDetect).toBeUndefined();
  });

  test("of one kind of attack leave false alerts out; of one workload type keep what is about it", () => {
    const mixed: Run = {
      ...runOf([], []),
      attacks: [attackOn("a", 0, 10), attackOn("b", 0, 10, { attack: "mining", workloadType: "human" })],
      alerts: [alertOn("a", 5), alertOn("b", 5, 1, "human"), alertOn("x", 5, 1, "human")],
      benignIdentityDays: new Map([
        ["ci-pipeline", 10],
        ["human", 20],
      ]),
    };
    expect(measure([summarise(ofAttack(mixed, "mining"))])).toMatchObject({ attacks: 1, found: 1, falseAlerts: 0, falsePerThousandDays: undefined });
    expect(measure([summarise(ofWorkload(mixed, "human"))])).toMatchObject({
      attacks: 1,
      found: 1,
      alerts: 2,
      falseAlerts: 1,
      falsePerThousandDays: 50,
    });
    expect(measure([summarise(ofWorkload(mixed, "ci-pipeline"))])).toMatchObject({ attacks: 1, found: 1, falseAlerts: 0 });
  });
});

test("times are told apart for attacks within a day and over more than one, each against what is asked of it", () => {
  const day = 24 * 60;
  const loud = attackOn("a", 0, day * minuteMs);
  const slow = attackOn("b", 0, (day + 1) * minuteMs);
  const first = runOf([loud, slow], [alertOn("a", 15 * minuteMs), alertOn("b", 16 * minuteMs)]);
  const second = runOf([loud, slow], [alertOn("a", 17 * minuteMs), alertOn("b", (day + 1) * minuteMs)]);
  const third = runOf([loud, slow], []);
  expect(timesOf([first, second, third], "loud")).toEqual({ attacks: 3, found: 2, minutes: 16, inTime: 1 });
  expect(timesOf([first, second, third], "slow")).toEqual({ attacks: 3, found: 2, minutes: (day + 17) / 2, inTime: 1 });
  expect(timesOf([], "slow")).toEqual({ attacks: 0, found: 0, minutes: undefined, inTime: 0 });
});

describe("intervals over seeds", () => {
  const runWith = (found: number, of: number) =>
    summarise(
      runOf(
        Array.from({ length: of }, (_, place) => attackOn(`a${place}`, 0, 10)),
        Array.from({ length: found }, (_, place) => alertOn(`a${place}`, 5)),
      ),
    );

  test("are points where all seeds agree, hold the figure where they differ, and are the same every time", () => {
    expect(bootstrapIntervals([runWith(2, 4), runWith(2, 4), runWith(2, 4)]).recall).toEqual([0.5, 0.5]);
    const differing = [runWith(0, 4), runWith(1, 4), runWith(3, 4), runWith(4, 4), runWith(2, 4)];
    const [low, high] = bootstrapIntervals(differing).recall ?? [1, 0];
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(high).toBeLessThan(1);
    expect(bootstrapIntervals(differing)).toEqual(bootstrapIntervals(differing));
  });

  test("do not exist for one seed", () => {
    expect(bootstrapIntervals([runWith(2, 4)]).recall).toBeUndefined();
  });
});

test("quantiles lie between neighbours", () => {
  expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.5), quantile([5], 0.975), quantile([], 0.5), quantile([0, 10], 0.25)]).toEqual([
    2,
    1.5,
    5,
    undefined,
    2.5,
  ]);
});
