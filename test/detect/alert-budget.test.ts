// The threshold of a budget: what the days before would have raised with it.
import { expect, test } from "vitest";
import { AlertBudget } from "../../detect/alert-budget.ts";

/** Days on each of which so many identities show the probabilities 1/n, 2/n, and so on. */
function budgetAfter(days: number, identities: number, alertsADay: number): AlertBudget {
  const budget = new AlertBudget(alertsADay);
  for (let day = 0; day < days; day++) {
    for (let number = 1; number <= identities; number++) budget.see(`${number}`, number / identities);
    budget.closeDay(identities, true);
  }
  return budget;
}

test("is that with which the last days would have raised as many identities as were promised", () => {
  expect(budgetAfter(7, 1000, 10).threshold).toBeCloseTo(10 / 1000);
  expect(budgetAfter(3, 1000, 2).threshold).toBeCloseTo(2 / 1000);
});

test("an identity that shows the same in many windows of a day counts once", () => {
  const budget = new AlertBudget(2);
  for (let window = 0; window < 50; window++) budget.see("noisy", 0.001);
  budget.see("second", 0.002);
  budget.see("third", 0.003);
  budget.closeDay(1000, true);
  expect(budget.threshold).toBe(0.002);
});

test("before there are days to go by, it is the budget's share of the windows", () => {
  const budget = new AlertBudget(10);
  budget.closeDay(2000, false);
  expect(budget.threshold).toBe(10 / 2000);
});

function addDay(budget: AlertBudget, attacked: number): void {
  for (let number = 0; number < attacked; number++) budget.see(`attacked ${number}`, 1e-6);
  for (let number = 1; number <= 1000; number++) budget.see(`${number}`, number / 1000);
  budget.closeDay(1000, true);
}

test("a day of noise buys no week of silence: it counts as three days' findings at most, and is gone after a week", () => {
  const budget = budgetAfter(6, 1000, 10);
  addDay(budget, 500);
  // Of the seven days' seventy, forty are left to the other six.
  expect(budget.threshold).toBeCloseTo(7 / 1000);
  for (let day = 0; day < 7; day++) addDay(budget, 0);
  expect(budget.threshold).toBeCloseTo(10 / 1000);
});

test("a week of noise is kept to the budget", () => {
  const budget = budgetAfter(1, 1000, 10);
  for (let day = 0; day < 7; day++) addDay(budget, 500);
  expect(budget.threshold).toBe(1e-6);
});

test("is never loose, however large the budget, and never shut, however small, but for a budget of nothing", () => {
  expect(budgetAfter(7, 10, 1000).threshold).toBe(0.05);
  expect(budgetAfter(7, 1000, 0.01).threshold).toBe(1 / 1000);
  expect(budgetAfter(7, 1000, 0).threshold).toBe(0);
});
