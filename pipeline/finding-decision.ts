// Decisions about findings, between the store and detection: written once whoever repeats them, read as detection hears of them.
import { createHash } from "node:crypto";
import type { Decision } from "../detect/decision.ts";
import type { FindingDecision } from "../model/finding-state.ts";
import { teachingDecisions } from "../queries/teaching-decisions.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";

const hourMs = 3_600_000;

export async function writeDecision(store: Store, decision: FindingDecision): Promise<void> {
  const { decided_ms, muted_until_ms, ...columns } = decision;
  const decision_uid = createHash("sha256").update(JSON.stringify(decision)).digest("hex").slice(0, 16);
  const times = { decided_at: timeText(decided_ms), muted_until: timeText(muted_until_ms) };
  await store.insertRows("finding_states", [{ ...columns, ...times, decision_uid }]);
}

/** Those made by then, in the order in which they were made. */
export async function decisionsUntil(store: Store, untilMs: number): Promise<Decision[]> {
  const rows = await store.query(teachingDecisions, { until_ms: untilMs });
  return rows.map(({ decided_ms, state, window_start_ms, windows }) => ({ atMs: decided_ms, state, placeMs: window_start_ms + hourMs, windows }));
}
