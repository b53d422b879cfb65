// Which credentials does this identity use, of what age, from where and with what?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const baselineCredentials = defineQuery(
  "baseline-credentials",
  z.strictObject({ identity_uid: z.string(), from_ms: timeMs.default(0), limit: pageLimit(20) }),
  z.strictObject({
    credential_type: z.string(),
    lifetime: z.string(),
    /** Empty where the row stands for all short-lived ones of a type. */
    uid: z.string(),
    /** Distinct ones that the row stands for; 0 where no record names any. */
    credentials: z.number().int().nonnegative(),
    days: z.number().int().positive(),
    events: z.number().int().positive(),
    /** The latest; 0 where no record says. */
    issued_at_ms: timeMs,
    first_used_ms: timeMs,
    last_used_ms: timeMs,
    networks: z.array(z.string()),
    agents: z.array(z.string()),
  }),
);
