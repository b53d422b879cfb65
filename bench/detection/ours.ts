// Our own detection as the benchmark scores it: all detectors, with a budget that stands in the report.
import type { AlertSource } from "../../detect/alert-source.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import { watchAlerts } from "../../detect/watched-days.ts";

export const ourId = "machinetrail";
/** Alerts a day: what is promised where nobody says otherwise. */
export const usualBudget = 10;

export function ours(budget: number): AlertSource {
  return watchAlerts(budget === usualBudget ? ourId : `${ourId}-budget-${budget}`, `machinetrail, ${budget} alerts a day`, { detectors, budget });
}

export function isOurs(id: string): boolean {
  return id === ourId || id.startsWith(`${ourId}-budget-`);
}
