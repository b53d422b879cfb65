// What does this identity usually do? Its most regular values of each dimension, by the number of days they were seen on.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

const dimensions = z.enum([
  "action",
  "denied_action",
  "resource",
  "resource_scope",
  "account",
  "region",
  "network",
  "agent",
  "credential",
  "workload",
  "issuer",
  "target",
  "slot",
]);

export const identitySummary = defineQuery(
  "identity-summary",
  z.strictObject({
    identity_uid: z.string(),
    dimensions: z.array(dimensions).default(["action", "denied_action", "resource", "network", "agent"]),
    limit: pageLimit(10),
  }),
  z.strictObject({ dimension: dimensions, value: z.string(), days: z.number(), first_seen_ms: timeMs, last_seen_ms: timeMs }),
);
