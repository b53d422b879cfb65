// Which findings that this sink was sent are open, of these incidents?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const openFindings = defineQuery(
  "open-findings",
  z.strictObject({ incident_uids: z.array(z.string()), sink_id: z.string(), now_ms: timeMs }),
  z.strictObject({ incident_uid: z.string(), finding_uids: z.array(z.string()) }),
);
