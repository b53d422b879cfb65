// Which credentials did this identity use, how old are they, who else uses them, who issued them?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const identityCredentials = defineQuery(
  "identity-credentials",
  z.strictObject({ identity_uid: z.string(), limit: pageLimit(50) }),
  z.strictObject({
    credential_uid: z.string(),
    credential_type: z.string(),
    credential_lifetime: z.string(),
    issued_at_ms: timeMs,
    first_used_ms: timeMs,
    last_used_ms: timeMs,
    other_identity_uids: z.array(z.string()),
    /** Identities whose recorded actions issued this credential. */
    issuer_uids: z.array(z.string()),
  }),
);
