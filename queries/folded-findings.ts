// What does a flood message, or a day's digest for one sink, stand for?
import { z } from "zod";
import { severities } from "../model/finding.ts";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const foldedFindings = defineQuery(
  "folded-findings",
  z.strictObject({
    /** delivery_id of a flood message; empty: a digest, of what was planned in the span and went to the sink in no message that was as grave. */
    folded_into: z.string().default(""),
    sink_id: z.string().default(""),
    from_ms: timeMs.default(0),
    to_ms: timeMs.default(0),
  }),
  z.strictObject({
    severity: z.enum(severities),
    findings: z.number().int(),
    identities: z.number().int(),
    /** finding_uid and who, by risk. */
    gravest: z.array(z.tuple([z.string(), z.string()])),
  }),
);
