// A decision about a finding, wherever it comes from: the command line, a request, a button in Slack. What is half is refused, what is whole is kept, and what
// detection learns by it is said.
import { z } from "zod";
import { PermanentError } from "../model/errors.ts";
import { type FindingDecision, findingStates } from "../model/finding-state.ts";
import { findingsList, type ListedFinding } from "../queries/findings-list.ts";
import type { Store } from "../storage/store.ts";
import { writeDecision } from "./finding-decision.ts";

const longestReason = 2_000;
const longestName = 200;
const needReason: ReadonlySet<string> = new Set(["benign", "confirmed", "muted"]);

/** What an authenticated request may hold. Who decides is known from its token, never from the body. */
export const decisionRequestSchema = z
  .strictObject({
    state: z.enum(findingStates),
    reason: z.string().trim().max(longestReason, `must have ${longestReason} characters at most`).default(""),
    muted_until: z.iso.datetime({ offset: true, error: "must be a time such as 2027-03-31T12:00:00Z" }).optional(),
  })
  .refine(({ state, reason }) => !needReason.has(state) || reason !== "", {
    path: ["reason"],
    error: "is missing: benign, confirmed and muted need one",
  })
  .refine(({ state, muted_until }) => (state === "muted") === (muted_until !== undefined), {
    path: ["muted_until"],
    error: "is the end of a mute: muted needs it, the others have none",
  });

export interface DecisionRequest {
  /** Whole. */
  readonly findingUid: string;
  readonly state: FindingDecision["state"];
  readonly reason: string;
  /** 0 but for a mute. */
  readonly mutedUntilMs: number;
  readonly by: string;
}

export interface DecidedFinding {
  readonly decision: FindingDecision;
  /** What counts as usual from now on; empty but for benign. */
  readonly taught: readonly string[];
}

/** The decision cannot be made, whoever makes it: in words for them. */
export class UndecidableError extends PermanentError {
  /** There is no such finding; otherwise the mute is over before it begins. */
  readonly isUnknown: boolean;

  constructor(message: string, { isUnknown }: { readonly isUnknown: boolean }) {
    super(message);
    this.isUnknown = isUnknown;
  }
}

/** @throws UndecidableError where there is no such finding, or the mute is over before it begins. */
export async function decideFinding(
  store: Store,
  { findingUid, state, reason, mutedUntilMs, by }: DecisionRequest,
  nowMs: number,
): Promise<DecidedFinding> {
  if (state === "muted" && mutedUntilMs <= nowMs)
    throw new UndecidableError(`finding ${findingUid}: the end of the mute is over`, { isUnknown: false });
  const [finding] = await store.query(findingsList, { now_ms: nowMs, finding_uids: [findingUid], limit: 1 });
  if (finding === undefined) throw new UndecidableError(`finding ${findingUid}: there is none of this id`, { isUnknown: true });
  const decision: FindingDecision = {
    ...{ finding_uid: findingUid, decided_ms: nowMs, state, muted_until_ms: mutedUntilMs, reason: reason.trim().slice(0, longestReason) },
    decided_by: by.slice(0, longestName),
  };
  await writeDecision(store, decision);
  return { decision, taught: state === "benign" ? taughtBy(finding) : [] };
}

/** Each new thing that it showed: detection knows it at once, and counts it as usual for that identity. */
function taughtBy({ reasons }: Pick<ListedFinding, "reasons">): string[] {
  return [...new Set(reasons.map(({ title, what }) => `${title.toLowerCase()}: ${what}`))];
}
