// The hours that were received in a time, in the order of reception. It stands alone because an as-of view answers part by part, and whoever
// folds them needs all of a moment before the next one.
import { identityHours } from "../queries/identity-hours.ts";
import type { AsOfView } from "./alert-source.ts";
import type { IdentityHour } from "./evidence.ts";

interface Reception {
  /** Without. */
  readonly fromMs: number;
  /** With. */
  readonly toMs: number;
  readonly stepMs: number;
}

/** By moment, identity and hour. */
export async function receivedHours(view: AsOfView, { fromMs, toMs, stepMs }: Reception): Promise<IdentityHour[]> {
  const rows = await view.query(identityHours, { from_ms: fromMs, to_ms: toMs, step_ms: stepMs });
  // Parts follow each other by identity, and within one the order is the question's own.
  return rows.sort((left, right) => left.moment_ms - right.moment_ms);
}
