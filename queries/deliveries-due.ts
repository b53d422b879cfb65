// Which deliveries are to be sent now?
import { z } from "zod";
import { deliverySchema } from "../model/delivery.ts";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

/** 64-bit numbers come as text: JSON has none. */
export const deliveryRow = deliverySchema.extend({ version: z.string().transform(BigInt) });

export const deliveriesDue = defineQuery(
  "deliveries-due",
  z.strictObject({
    sink_ids: z.array(z.string()),
    now_ms: timeMs,
    /** Of who asks: leases of smaller ones are over. */
    fence: z.number().int().nonnegative(),
    /** For each sink. */
    limit: z.number().int().min(1).max(1_000),
  }),
  deliveryRow,
);
