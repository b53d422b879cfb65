// What people decide about findings: a row of `finding_states`. Rows are only added; which one counts at a moment is decided by the rows.
import { z } from "zod";

/** benign teaches: what it showed is known from then on. confirmed: what it showed is never learned. muted: told to nobody until its end. */
export const findingStates = ["open", "acknowledged", "benign", "confirmed", "muted"] as const;
export type FindingState = (typeof findingStates)[number];

export const findingDecisionSchema = z.strictObject({
  finding_uid: z.string(),
  /** Unix epoch, milliseconds, UTC: by our clock. */
  decided_ms: z.number().int(),
  state: z.enum(findingStates),
  /** 0 but for a mute. */
  muted_until_ms: z.number().int(),
  reason: z.string(),
  decided_by: z.string(),
});
export type FindingDecision = z.infer<typeof findingDecisionSchema>;
