// Activity in a slot of the week (168 of them) in which the caller was not active in the 90 days before, once it is known for two weeks.
// Panther's baselines keep the distribution of a user's active hours over 90 days (panther-labs/panther-analysis,
// lookup_tables/okta/okta_baseline_90d.yml: hour diversity, weekend ratio, hourly distribution) and compare recent activity with it; that
// file counts hours of the day and weekends apart, this hours of the week, which is the finer of the two. Ranked by how few slots the
// caller is ever active in.
// Blind to: whatever happens in usual hours; identities that are active round the clock.
import { comparator } from "./comparator.ts";

export const pantherActivitySlots = comparator({ id: "panther-activity-slots", title: "Panther activity by hour of the week", ownKey: "caller_arn" });
