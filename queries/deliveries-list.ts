// What went to which sink, and what became of it?
import { z } from "zod";
import { deliveryStates } from "../model/delivery.ts";
import { defineQuery } from "./define-query.ts";
import { deliveryRow } from "./deliveries-due.ts";
import { pageLimit } from "./fields.ts";

/** Lists and texts that are empty leave nothing out. */
export const deliveriesList = defineQuery(
  "deliveries-list",
  z.strictObject({
    uid_prefix: z.string().default(""),
    sink: z.string().default(""),
    states: z.array(z.enum(deliveryStates)).default([]),
    finding_uid: z.string().default(""),
    folded_into: z.string().default(""),
    limit: pageLimit(50),
  }),
  deliveryRow.extend({
    /** Of all that fit, with those beyond the limit. */
    total: z.number().int(),
  }),
);
