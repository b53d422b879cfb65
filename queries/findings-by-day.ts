// How many findings were told on each day, under which budget?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { endOfTimeMs, timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();

export const findingsByDay = defineQuery(
  "findings-by-day",
  z.strictObject({
    /** Raised after (without), up to (with). */
    since_ms: timeMs.default(0),
    until_ms: timeMs.default(endOfTimeMs),
  }),
  z.strictObject({ day_ms: timeMs, configuration: z.string(), budget: z.number(), raised: count }),
);
