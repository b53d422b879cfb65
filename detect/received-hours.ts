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
  const narrow = narrowing();
  const rows = await view.query({ ...identityHours, row: identityHours.row.transform(narrow) }, { from_ms: fromMs, to_ms: toMs, step_ms: stepMs });
  // Parts follow each other by identity, and within one the order is the question's own.
  return rows.sort((left, right) => left.moment_ms - right.moment_ms);
}

/**
 * The same row in half of the memory: each text once, and lists with no room to grow, which those that the schema makes have (17 places for
 * one). A backlog has a row for each event.
 */
function narrowing(): (row: IdentityHour) => IdentityHour {
  const texts = new Map<string, string>();
  const none: never[] = [];
  const text = (value: string): string => {
    const known = texts.get(value);
    if (known === undefined) texts.set(value, value);
    return known ?? value;
  };
  const list = <Item>(items: readonly Item[], each: (item: Item) => Item): Item[] => (items.length === 0 ? none : items.map(each));
  const pair = ([first, second]: [string, string]): [string, string] => [text(first), text(second)];
  const triple = ([first, second, third]: [string, string, string]): [string, string, string] => [text(first), text(second), text(third)];
  return (row) => ({
    ...row,
    identity_uid: text(row.identity_uid),
    provider: text(row.provider),
    principal_type: text(row.principal_type),
    workload_types: list(row.workload_types, text),
    deeds: list(row.deeds, triple),
    uses: list(row.uses, ([credential, lifetime, network, agent, bucket]) => [text(credential), text(lifetime), text(network), text(agent), bucket]),
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
}
