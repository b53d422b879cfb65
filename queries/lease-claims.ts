// Who claims the greatest fence of a lease, and has each claim run out?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const leaseClaims = defineQuery(
  "lease-claims",
  z.strictObject({ name: z.string(), lease_ms: z.number().int().positive() }),
  z.strictObject({
    fence: z.number().int(),
    holder: z.string(),
    is_released: z.boolean(),
    /** By the store's clock. */
    is_over: z.union([z.literal(0), z.literal(1)]).transform(Boolean),
  }),
);
