// Which static credentials are used? Oldest first: by the date of issue where a record says it, else by the first use seen.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { identityFields, pageLimit, timeMs } from "./fields.ts";

export const staticKeysInUse = defineQuery(
  "static-keys-in-use",
  z.strictObject({ used_since_ms: timeMs.default(0), limit: pageLimit(100) }),
  z.strictObject({
    ...identityFields,
    credential_uid: z.string(),
    credential_type: z.string(),
    issued_at_ms: timeMs,
    first_used_ms: timeMs,
    last_used_ms: timeMs,
  }),
);
