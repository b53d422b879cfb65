// Which incident does a new finding of these identities belong to?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const incidentsOf = defineQuery(
  "incidents-of",
  z.strictObject({ identity_uids: z.array(z.string()), since_ms: timeMs }),
  z.strictObject({
    identity_uid: z.string(),
    /** Of the last finding. */
    incident_uid: z.string(),
    last_raised_ms: timeMs,
    /** finding_uid and its incident, of all that were planned since. */
    findings: z.array(z.tuple([z.string(), z.string()])),
  }),
);
