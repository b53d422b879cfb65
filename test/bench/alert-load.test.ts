// What somebody has to look at, on cases whose answer is known by hand.
import { expect, test } from "vitest";
import { alertsByWeek, collapsed } from "../../bench/detection/alert-load.ts";
import { alertOn, attackOn, runOf } from "./scored-runs.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test("an identity's alerts within 24 hours after one are that one, with the highest score", () => {
  const { alerts } = collapsed(runOf([], [alertOn("a", dayMs + 1, 1), alertOn("a", dayMs, 3), alertOn("a", 0, 2), alertOn("b", hourMs)]));
  expect(alerts).toEqual([alertOn("a", 0, 3), alertOn("b", hourMs), alertOn("a", dayMs + 1, 1)]);
});

test("such an alert is true where one of them is, from then on", () => {
  const attack = attackOn("a", 2 * hourMs, 3 * hourMs);
  const { alerts } = collapsed(runOf([attack], [alertOn("a", hourMs, 9), alertOn("a", 4 * hourMs, 1), alertOn("a", 5 * hourMs, 1)]));
  expect(alerts).toEqual([alertOn("a", 4 * hourMs, 9)]);
});

test("alerts are counted in their week of the logs, over the days of it that were scored", () => {
  const run = (alerts: readonly number[], firstMs: number) => ({
    ...runOf(
      [],
      alerts.map((day) => alertOn("a", firstMs + day * dayMs)),
    ),
    span: { firstMs, fromMs: firstMs + 10 * dayMs, toMs: firstMs + 16 * dayMs },
  });
  expect(alertsByWeek([run([11, 14, 14.5], 0), run([15, 16], 5 * dayMs)])).toEqual([
    { week: 2, days: 8, alerts: 2 },
    { week: 3, days: 4, alerts: 3 },
  ]);
  expect(alertsByWeek([])).toEqual([]);
});
