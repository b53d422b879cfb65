// How much does this identity do, of which kind, on how many days, and how much of it before a day?
import { z } from "zod";
import { activities } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();

export const baselineActivity = defineQuery(
  "baseline-activity",
  z.strictObject({
    identity_uid: z.string(),
    /** Days (UTC) before that of this moment count as before. */
    since_ms: timeMs.default(0),
  }),
  z.strictObject({
    kind: z.enum(["all", ...activities, "denied", "issuing"]),
    events: count,
    events_before: count,
    /** Active days of the kind. */
    days: count,
    days_before: count,
    /** Of `days`: Monday to Friday, UTC. */
    working_days: count,
    first_day_ms: timeMs,
    last_day_ms: timeMs,
    /** Of the latest event in the store. */
    store_last_ms: timeMs,
  }),
);
