// What people decide about findings: a row of `finding_states`. Rows are only added; which one counts at a moment is decided by the rows.

/** benign teaches: what it showed is known from then on. confirmed: what it showed is never learned. muted: told to nobody until its end. */
export const findingStates = ["open", "acknowledged", "benign", "confirmed", "muted"] as const;
export type FindingState = (typeof findingStates)[number];
