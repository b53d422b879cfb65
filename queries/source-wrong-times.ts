// Whose records say that they happened when they cannot have?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

/** Received from `from_ms` (without) to `now_ms` (with); happened before `oldest_ms`, or later than received by more than `most_ahead_ms`. */
export const sourceWrongTimes = defineQuery(
  "source-wrong-times",
  z.strictObject({ from_ms: timeMs, now_ms: timeMs, oldest_ms: timeMs, most_ahead_ms: z.number().int() }),
  z.strictObject({
    log: z.string(),
    records: z.number().int(),
    earliest_ms: z.number().int(),
    latest_ms: z.number().int(),
  }),
);
