// Who is this? One row for a uid; several where a name or second id is shared.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { identityFields, timeMs } from "./fields.ts";

export const identityFacts = defineQuery(
  "identity-facts",
  z.strictObject({ identity: z.string() }),
  z.strictObject({
    ...identityFields,
    identity_alias: z.string(),
    account_uid: z.string(),
    workload_types: z.array(z.string()),
    identity_rules: z.array(z.string()),
    is_machine: z.boolean(),
    first_seen_ms: timeMs,
    last_seen_ms: timeMs,
  }),
);
