// Which identities hand sessions and credentials to which? Latest first.
import { z } from "zod";
import { lineageRelations } from "../model/lineage-step.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const whoAssumedWhom = defineQuery(
  "who-assumed-whom",
  z.strictObject({ limit: pageLimit(100) }),
  z.strictObject({
    issuer_uid: z.string(),
    subject_uid: z.string(),
    relations: z.array(z.enum(lineageRelations)),
    credentials: z.number(),
    first_at_ms: timeMs,
    last_at_ms: timeMs,
  }),
);
