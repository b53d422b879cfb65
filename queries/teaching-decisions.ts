// Which decisions change what detection learns, and from which windows?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const teachingDecisions = defineQuery(
  "teaching-decisions",
  z.strictObject({ until_ms: timeMs }),
  z.strictObject({
    decided_ms: timeMs,
    state: z.enum(["benign", "confirmed"]),
    /** Start of the hour that raised the finding. */
    window_start_ms: timeMs,
    /** Identity and end of the hour of reception. */
    windows: z.array(z.tuple([z.string(), timeMs])),
  }),
);
