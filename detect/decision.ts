// What people decided about findings, as detection hears of it: dated, so that a replay of the past hears each decision when live detection did.

export interface Decision {
  /** By the clock that reception is dated by. */
  readonly atMs: number;
  /** benign: what was seen is usual from now on. confirmed: what was seen is never learned from. Other states teach nothing. */
  readonly state: "benign" | "confirmed";
  /** End of the hour of reception that raised the finding. */
  readonly placeMs: number;
  /** Identity and end of the hour of reception of all windows of the finding. */
  readonly windows: readonly (readonly [identityUid: string, momentMs: number])[];
}
