// The hours that were received in a time, in the order of reception. It stands alone because an as-of view answers part by part, and whoever
// folds them needs all of a moment before the next one, and keeps them until their hour is over.
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
  const { narrow, forget } = narrowing();
  const rows = await view.query({ ...identityHours, row: identityHours.row.transform(narrow) }, { from_ms: fromMs, to_ms: toMs, step_ms: stepMs });
  // The schema outlives the question: zod keeps the last one that was made.
  forget();
  // Parts follow each other by identity, and within one the order is the question's own.
  return rows.sort((left, right) => left.moment_ms - right.moment_ms);
}

/**
 * The same row in a quarter of the memory (docs/performance.md): each text and each entry of a list once, and lists with no room to grow, which
 * those that the schema makes have (17 places for one). A backlog has a row for each event.
 */
function narrowing(): { readonly narrow: (row: IdentityHour) => IdentityHour; readonly forget: () => void } {
  const all: Map<string, unknown>[] = [];
  /** Of values with the same key the first one, for all. Keys must be different where values are. */
  const once = <Value>(keyOf: (value: Value) => string, narrowed: (value: Value) => Value): ((value: Value) => Value) => {
    const known = new Map<string, Value>();
    all.push(known);
    return (value) => {
      const key = keyOf(value);
      const first = known.get(key) ?? narrowed(value);
      known.set(key, first);
      return first;
    };
  };
  const none: never[] = [];
  const list = <Item>(items: readonly Item[], each: (item: Item) => Item): Item[] => (items.length === 0 ? none : items.map(each));
  const text = once(
    (value: string) => value,
    (value) => value,
  );
  const pair = once(
    ([first, second]: [string, string]) => `${first.length} ${first}${second}`,
    ([first, second]): [string, string] => [text(first), text(second)],
  );
  const triple = once(
    ([first, second, third]: [string, string, string]) => `${first.length} ${second.length} ${first}${second}${third}`,
    ([first, second, third]): [string, string, string] => [text(first), text(second), text(third)],
  );
  const use = once(
    ([credential, lifetime, network, agent]: IdentityHour["uses"][number]) =>
      `${credential.length} ${lifetime.length} ${network.length} ${credential}${lifetime}${network}${agent}`,
    ([credential, lifetime, network, agent, bucket]): IdentityHour["uses"][number] => [
      text(credential),
      text(lifetime),
      text(network),
      text(agent),
      bucket,
    ],
  );
  const narrow = (row: IdentityHour): IdentityHour => ({
    ...row,
    identity_uid: text(row.identity_uid),
    provider: text(row.provider),
    principal_type: text(row.principal_type),
    workload_types: list(row.workload_types, text),
    deeds: list(row.deeds, triple),
    uses: list(row.uses, use),
    busy: list(row.busy, ([bucket, slots]) => [bucket, slots]),
    holders: list(row.holders, pair),
    desks: list(row.desks, triple),
    typed: list(row.typed, (second) => second),
    handed_out: list(row.handed_out, triple),
    issue_dates: list(row.issue_dates, ([credential, issuedMs]) => [text(credential), issuedMs]),
    pod_addresses: list(row.pod_addresses, pair),
    things: list(row.things, pair),
    places: list(row.places, pair),
    issuers: list(row.issuers, text),
    targets: list(row.targets, text),
  });
  const forget = () => {
    for (const known of all) known.clear();
  };
  return { narrow, forget };
}
