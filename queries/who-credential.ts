// Who used this credential, and who issued it to whom? One row for each part an identity has in it.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { identityFields, pageLimit, timeMs } from "./fields.ts";

export const whoCredential = defineQuery(
  "who-credential",
  z.strictObject({ credential_uid: z.string().min(1), limit: pageLimit(1000) }),
  z.strictObject({
    /** user: presented it. issuer: its recorded action issued it. recipient: named by that action. */
    role: z.enum(["user", "issuer", "recipient"]),
    ...identityFields,
    credential_type: z.string(),
    credential_lifetime: z.string(),
    issued_at_ms: timeMs,
    first_at_ms: timeMs,
    last_at_ms: timeMs,
    /** One event that shows it; empty for a user (see the timeline). */
    event_uid: z.string(),
  }),
);
