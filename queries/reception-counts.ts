// How many actions were received in each hour?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

/** From `from_ms` (without) to `to_ms` (with). */
export const receptionCounts = defineQuery(
  "reception-counts",
  z.strictObject({ from_ms: timeMs, to_ms: timeMs }),
  z.strictObject({
    /** End of the hour. */
    moment_ms: timeMs,
    events: z.number().int().nonnegative(),
  }),
);
