// A timeline with how its long-running operations ended. The ends are asked for by themselves, and only where there may be any: to join them to each
// page was a fifth of what a timeline cost (docs/performance.md).
import type { z } from "zod";
import type { Provider } from "../model/identity-action.ts";
import type { Query } from "../model/query.ts";
import { completionsOf } from "../queries/completions-of.ts";
import { identityPage } from "../queries/identity-page.ts";
import { identityTimeline, timelineLimit } from "../queries/identity-timeline.ts";
import type { Store } from "../storage/store.ts";

/** Whose logs tell the end of an operation in a record of its own (docs/decisions/0005-completions-are-not-actions.md). */
const toldInTwo: ReadonlySet<string> = new Set<Provider>(["gcp"]);

type Asked = typeof identityTimeline extends Query<infer Parameters, unknown> ? Parameters : never;

type StartedRow = z.output<typeof identityTimeline.row>;
type TimelineRow = StartedRow & {
  /** When a long-running operation ended; 0 where none is known. */
  readonly completed_at_ms: number;
};

/** Newest first. Outcome and error of what has ended are those of its end; a filter by outcome asks for that of the start. */
export async function readTimeline(store: Pick<Store, "query">, asked: Asked): Promise<TimelineRow[]> {
  const page = await startedRows(store, asked);
  const times = page.filter(({ provider }) => toldInTwo.has(provider)).map(({ time_ms }) => time_ms);
  const [newestMs, oldestMs] = [times[0], times.at(-1)];
  if (newestMs === undefined || oldestMs === undefined) return page.map((row) => ({ ...row, completed_at_ms: 0 }));
  const found = await store.query(completionsOf, { identity_uid: asked.identity_uid, from_ms: oldestMs, to_ms: newestMs + 1 });
  const ends = new Map(found.map((end) => [end.event_uid, end]));
  return page.map((row) => ({ ...row, completed_at_ms: 0, ...ends.get(row.event_uid) }));
}

/**
 * As the rows lie, which takes half of the CPU time (docs/performance.md), where each of them is an event: few events have a second version that is not
 * merged away yet. Where two rows are one event, or a filter asks what the highest version says, the engine merges them.
 */
async function startedRows(store: Pick<Store, "query">, asked: Asked): Promise<StartedRow[]> {
  const { service, action, outcome, limit = timelineLimit, ...range } = asked;
  if (service || action || outcome) return store.query(identityTimeline, asked);
  // One more: the last row's other version may be the first that the page leaves out.
  const rows = await store.query(identityPage, { ...range, limit: limit + 1 });
  const isTwice = rows.some(({ time_ms, event_uid }, index) => time_ms === rows[index - 1]?.time_ms && event_uid === rows[index - 1]?.event_uid);
  return isTwice ? store.query(identityTimeline, asked) : rows.slice(0, limit);
}
