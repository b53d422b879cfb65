// What is in the store? Distinct actions, whatever was delivered twice.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const storeTotals = defineQuery(
  "store-totals",
  z.strictObject({}),
  z.strictObject({
    actions: z.number(),
    identities: z.number(),
    credentials: z.number(),
    quarantined: z.number(),
    /** 0 in an empty store. */
    first_at_ms: timeMs,
    last_at_ms: timeMs,
  }),
);
