// A comparison at the same number of alerts, on rankings whose answer is known by hand.
import { expect, test } from "vitest";
import { atEqualAlerts } from "../../bench/detection/equal-alerts.ts";
import { precisionRecallCurve } from "../../bench/detection/measures.ts";
import { equalAlerts } from "../../bench/detection/report.ts";
import { alertOn, attackOn, runOf } from "./scored-runs.ts";

const attacks = ["a", "b"].map((uid) => attackOn(uid, 0, 10));
/** True, false, true, in the order of the scores. */
const ranked = [alertOn("a", 5, 9), alertOn("x", 5, 8), alertOn("b", 5, 7)];
const curve = (alerts: typeof ranked) => precisionRecallCurve({ attacks, alerts });

test("so many of our highest scores stand beside a detector as it has alerts, of the smallest budget that gives as many", () => {
  const ours = [
    { id: "small", curve: curve(ranked.slice(0, 2)) },
    { id: "large", curve: curve(ranked) },
  ];
  const other = (count: number) => ({ id: "other", curve: curve(Array.from({ length: count }, (_, place) => alertOn(place === 0 ? "b" : "y", 5))) });
  expect(atEqualAlerts(ours, [other(1), other(3), other(4), other(0)]).map(({ ours: at }) => at)).toEqual([
    { id: "small", alerts: 1, recall: 0.5, precision: 1 },
    { id: "large", alerts: 3, recall: 1, precision: 2 / 3 },
    { id: "large", alerts: 3, recall: 1, precision: 2 / 3 },
  ]);
  expect(atEqualAlerts(ours, [other(4)])[0]?.other).toEqual({ id: "other", alerts: 4, recall: 0.5, precision: 0.25 });
  expect(atEqualAlerts([], [other(1)])).toEqual([]);
});

test("estates are ranked together, and repeats within a day are counted once for both", () => {
  const others = [...ranked, alertOn("a", 6, 9), alertOn("a", 7, 9)];
  const { raised, collapsed } = equalAlerts(
    new Map([
      ["machinetrail", [runOf(attacks, ranked), runOf(attacks, [])]],
      ["other", [runOf(attacks, others), runOf(attacks, others)]],
    ]),
  );
  expect([raised[0]?.other.alerts, raised[0]?.ours]).toEqual([10, { id: "machinetrail", alerts: 3, recall: 0.5, precision: 2 / 3 }]);
  expect(collapsed[0]?.other).toEqual({ id: "other", alerts: 6, recall: 1, precision: 2 / 3 });
});
