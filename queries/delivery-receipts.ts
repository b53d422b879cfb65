// What did a sink answer to the message that an incident's thread begins with?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const deliveryReceipts = defineQuery(
  "delivery-receipts",
  z.strictObject({ incident_uids: z.array(z.string()), sink_id: z.string() }),
  z.strictObject({ sink_id: z.string(), incident_uid: z.string(), thread_receipt: z.string() }),
);
