// How long is each live source usually silent, and how long is it now?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const sourceGaps = defineQuery(
  "source-gaps",
  z.strictObject({ since_ms: timeMs, now_ms: timeMs }),
  z.strictObject({
    source_id: z.string(),
    /** Empty: all of the source. */
    format: z.string(),
    /** On which something came. */
    days: z.number().int(),
    /** 0 where there are fewer than two days. */
    usual_minutes: z.number().int(),
    silent_minutes: z.number().int(),
    /** Start of the last minute in which something came. */
    last_ms: timeMs,
    /** Start of the last minute in which a process looked. */
    watched_ms: timeMs,
  }),
);
