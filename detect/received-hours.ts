// What was received in a time, as parts of windows in the order of reception. It stands alone because an as-of view answers by identity, whoever folds
// the parts needs all of a moment before the next one, and a backlog has more rows than may lie in memory as objects.
import { identityHours } from "../queries/identity-hours.ts";
import type { AsOfView } from "./alert-source.ts";
import { type IdentityHour, packed, type Window, windowsOf } from "./evidence.ts";

interface Reception {
  /** Without. */
  readonly fromMs: number;
  /** With. */
  readonly toMs: number;
  readonly stepMs: number;
}

export interface ReceivedHours {
  /** By moment, and within one by identity; packed. */
  readonly parts: readonly Window[];
  /** How many rows they were read from: identities, moments and hours. */
  readonly rows: number;
  /** Actions by moment. */
  readonly events: ReadonlyMap<number, number>;
}

export async function receivedHours(view: AsOfView, { fromMs, toMs, stepMs }: Reception): Promise<ReceivedHours> {
  const parts: Window[] = [];
  const events = new Map<number, number>();
  let rows = 0;
  /** Of one identity and moment. */
  let open: IdentityHour[] = [];
  const close = () => {
    for (const part of windowsOf(open)) parts.push(packed(part));
    open = [];
  };
  // Rows pass by one after the other, and of an answer nothing but the parts is kept.
  const take = (row: IdentityHour): undefined => {
    const [first] = open;
    if (first !== undefined && (first.identity_uid !== row.identity_uid || first.moment_ms !== row.moment_ms)) close();
    open.push(row);
    rows++;
    events.set(row.moment_ms, (events.get(row.moment_ms) ?? 0) + row.events);
  };
  await view.query({ ...identityHours, row: identityHours.row.transform(take) }, { from_ms: fromMs, to_ms: toMs, step_ms: stepMs });
  close();
  // Taken out of the list, which zod keeps with the last schema that was made. The view's own parts follow each other by identity, and within one the
  // order is the question's.
  return { parts: parts.splice(0).sort((left, right) => left.momentMs - right.momentMs), rows, events };
}
