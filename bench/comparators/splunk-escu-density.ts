// Splunk ESCU, abnormally high number of cloud infrastructure API calls: an hour's successful changes of a user against a normal density
// fitted for that user, 4-hour block of the day and weekend or not; p < 0.005, at least 16 hours in the fit, only above.
// Source: splunk/security_content, baselines/baseline_of_cloud_infrastructure_api_calls_per_user.yml (90 days up to the day before, fitted
// Sundays at 02:00) and detections/cloud/abnormally_high_number_of_cloud_infrastructure_api_calls.yml. The threshold is the area of both
// tails, so the upper bound is 2.807 deviations. The published fit replaces the counts by how many different counts there were (an
// eventstats with dc), which makes the density degenerate; the counts themselves are fitted here, which can only favour it.
// Ranked by the distance from the bound, as there. The key is the user of the Change data model: a role's name, for sessions.
// Blind to: reads, failures, a user or a block with fewer than 16 active hours, hours without calls, the first week.
import { comparator } from "./comparator.ts";

export const splunkEscuDensity = comparator({ id: "splunk-escu-density", title: "Splunk ESCU density of changes", ownKey: "caller_name" });
