// Which findings, or revisions of them, were not planned for alerts yet?
import { z } from "zod";
import { severities } from "../model/finding.ts";
import { findingStates } from "../model/finding-state.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const unplannedFindings = defineQuery(
  "unplanned-findings",
  z.strictObject({ now_ms: timeMs, limit: pageLimit(2_000) }),
  z.strictObject({
    finding_uid: z.string(),
    /** Names finding and revision. */
    subject: z.string(),
    identity_uid: z.string(),
    identity_uids: z.array(z.string()),
    provider: z.string(),
    severity: z.enum(severities),
    detectors: z.array(z.string()),
    raised_ms: timeMs,
    state: z.enum(findingStates),
  }),
);

export type UnplannedFinding = z.output<(typeof unplannedFindings)["row"]>;
