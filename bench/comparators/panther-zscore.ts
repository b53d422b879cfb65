// Panther's z-scores of a recent week against a 90-day baseline: the mean of the active hours of the last 7 days against mean and deviation
// of the active hours before, volume above 3 and one kind of diversity above 2, at least 50 events; every 6 hours. Source:
// panther-labs/panther-analysis, queries/aws_queries/vpc_flow_data_exfil_zscore_anomaly.yml and lookup_tables/okta/okta_baseline_90d.yml
// (90 days, its last 7 left out); panther.com/blog/enrichment-baselines-a-statistical-framework-for-threat-detection says it of users.
// Bytes, addresses and ports of flows are here events, actions, addresses and resources of calls. An entity alerts once a day. Ranked by the
// sum of its positive z-scores, as there.
// Blind to: what a week's mean dilutes (an hour's burst among 60 active hours), few events, identities younger than a week.
import { comparator } from "./comparator.ts";

export const pantherZscore = comparator({ id: "panther-zscore", title: "Panther z-scores of a week", ownKey: "caller_arn" });
