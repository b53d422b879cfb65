// Whether a detector looks ahead: it is asked the same with the future withheld, with another future, and with a shorter range, and must
// answer the same up to the cut. For the benchmark, which takes no figures from one that does, and for tests.

import type { Alert, AlertSource, Moments } from "./alert-source.ts";
import { asOfView, type QueryableStore } from "./as-of-view.ts";

export interface PeekingCheck {
  readonly store: QueryableStore;
  /** Where the rows come from, as asOfView takes it: a SELECT with the columns of `actions`. */
  readonly source: string;
  readonly moments: Moments;
  /** A moment of the range: what was received later must not show in the answers up to here. */
  readonly cutMs: number;
}

/** What the answer depended on that it must not; undefined where it holds. */
export async function findPeeking(detector: AlertSource, { store, source, moments, cutMs }: PeekingCheck): Promise<string | undefined> {
  const upToCut = async (from: string, asked: Moments) => {
    const alerts = await detector.evaluate(asOfView(store, asked.toMs, from), asked);
    return JSON.stringify(alerts.filter(({ asOfMs }) => asOfMs <= cutMs).toSorted(byPlace));
  };
  const expected = await upToCut(source, moments);
  const cut = `received_at > fromUnixTimestamp64Milli(toInt64(${cutMs}), 'UTC')`;
  const trials: readonly (readonly [what: string, from: string, asked: Moments])[] = [
    ["the range asked for", source, { ...moments, toMs: cutMs }],
    ["rows received later being there", `SELECT * FROM (${source}) WHERE NOT (${cut})`, moments],
    ["what rows received later say", anotherFuture(source, cut), moments],
  ];
  for (const [what, from, asked] of trials) if ((await upToCut(from, asked)) !== expected) return what;
  return undefined;
}

/** The same rows after the cut, by other callers who do other things from elsewhere. */
function anotherFuture(source: string, cut: string): string {
  const changed = ["identity_uid", "credential_uid", "action", "src_ip", "src_network", "user_agent", "agent_family"].map(
    (column) => `if(${cut}, concat('other ', ${column}), ${column}) AS ${column}`,
  );
  return `SELECT * REPLACE (${changed.join(", ")}) FROM (${source})`;
}

function byPlace(left: Alert, right: Alert): number {
  return left.asOfMs - right.asOfMs || (left.identity < right.identity ? -1 : left.identity > right.identity ? 1 : left.score - right.score);
}
