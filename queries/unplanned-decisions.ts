// Which decisions about findings that went out were not planned for alerts yet?
import { z } from "zod";
import { severities } from "../model/finding.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit } from "./fields.ts";

export const unplannedDecisions = defineQuery(
  "unplanned-decisions",
  z.strictObject({ limit: pageLimit(500) }),
  z.strictObject({
    finding_uid: z.string(),
    /** Names finding and decision. */
    subject: z.string(),
    incident_uid: z.string(),
    severity: z.enum(severities),
    /** Those that a message about the finding went to, or will. */
    sink_ids: z.array(z.string()),
  }),
);
