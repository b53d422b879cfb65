// What does this identity show in each dimension, on how many days, and how many of them before a day?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const behaviourDimensions = [
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
] as const;
const dimension = z.enum(behaviourDimensions);
export type BehaviourDimension = z.infer<typeof dimension>;

export const baselineValues = defineQuery(
  "baseline-values",
  z.strictObject({
    identity_uid: z.string(),
    dimensions: z.array(dimension),
    /** Days (UTC) before that of this moment count as `days_before`. */
    since_ms: timeMs.default(0),
    /** Only values seen at that moment or later. */
    seen_from_ms: timeMs.default(0),
    order: z.enum(["regularity", "change"]).default("regularity"),
    /** Of each dimension. */
    limit: pageLimit(10),
  }),
  z.strictObject({
    dimension,
    /** Of `slot`: 0 to 23 an hour of a working day (UTC), 24 to 47 one of a weekend. */
    value: z.string(),
    days: z.number().int().positive(),
    days_before: z.number().int().nonnegative(),
    first_seen_ms: timeMs,
    last_seen_ms: timeMs,
    /** Values of the dimension. */
    total: z.number().int().positive(),
  }),
);
