// How grave was what these sinks were sent of these incidents?
import { z } from "zod";
import { severities } from "../model/finding.ts";
import { defineQuery } from "./define-query.ts";

export const toldSeverities = defineQuery(
  "told-severities",
  z.strictObject({ sink_ids: z.array(z.string()), incident_uids: z.array(z.string()) }),
  z.strictObject({
    sink_id: z.string(),
    incident_uid: z.string(),
    severity: z.enum(severities),
    /** Of this severity, to this sink, about this incident. */
    first_delivery_id: z.string(),
  }),
);
