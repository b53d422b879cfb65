// Whose records happened after they were received?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

/** Received from `from_ms` (without) to `now_ms` (with). */
export const sourceClocks = defineQuery(
  "source-clocks",
  z.strictObject({ from_ms: timeMs, now_ms: timeMs, least_records: z.number().int().positive(), least_ahead_ms: z.number().int() }),
  z.strictObject({
    log: z.string(),
    account_uid: z.string(),
    /** Of the log, whose records do. */
    accounts: z.number().int(),
    records: z.number().int(),
    /** Of all of them. */
    most_ahead_ms: z.number().int(),
  }),
);
