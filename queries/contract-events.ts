// Which actions of this identity showed one of these values, how many, and when?
import { z } from "zod";
import { behaviourDimensions } from "./baseline-values.ts";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const contractEvents = defineQuery(
  "contract-events",
  z.strictObject({
    identity_uid: z.string(),
    dimension: z.enum([...behaviourDimensions, "credential_type"]),
    /** At most 128 KiB in all: a server takes no more as one parameter. */
    values: z.array(z.string()).min(1),
    from_ms: timeMs.default(0),
  }),
  z.strictObject({
    value: z.string(),
    events: z.number().int().positive(),
    first_ms: timeMs,
    last_ms: timeMs,
    last_event_uid: z.string(),
  }),
);
