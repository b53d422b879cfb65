// What could not be read, why, and where is one example?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const quarantineByReason = defineQuery(
  "quarantine-by-reason",
  z.strictObject({ limit: pageLimit(100) }),
  z.strictObject({
    source_id: z.string(),
    reason: z.string(),
    records: z.number(),
    origins: z.number(),
    example_origin: z.string(),
    /** Offset in the origin's decompressed bytes. */
    example_position: z.number(),
    first_received_ms: timeMs,
    last_received_ms: timeMs,
  }),
);
