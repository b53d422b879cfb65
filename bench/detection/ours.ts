// Our own detection as the benchmark scores it: all detectors, with the budget that stands in the report.
import { detectors } from "../../detect/detectors/registry.ts";
import { watchAlerts } from "../../detect/watched-days.ts";

const budget = 10;

export const ours = watchAlerts("machinetrail", `machinetrail, ${budget} alerts a day`, { detectors, budget });
