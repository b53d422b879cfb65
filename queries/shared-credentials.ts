// Which credentials are used by more than one identity?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const sharedCredentials = defineQuery(
  "shared-credentials",
  z.strictObject({ limit: pageLimit(100) }),
  z.strictObject({
    credential_uid: z.string(),
    credential_type: z.string(),
    credential_lifetime: z.string(),
    identity_uids: z.array(z.string()),
    first_used_ms: timeMs,
    last_used_ms: timeMs,
  }),
);
