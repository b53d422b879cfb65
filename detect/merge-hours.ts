// Two rows of one hour of one identity as one, as if they had been asked for at once. It stands alone because an hour that is read in parts must
// be the hour that is read whole, whatever fields a row has: a field without its rule here does not compile.
import type { IdentityHour } from "./evidence.ts";

type Rule<Value> = (left: Value, right: Value) => Value;
type Text = string | number;
type Entry = Text | readonly Text[];

const same = <Value>(left: Value): Value => left;
const sum: Rule<number> = (left, right) => left + right;
const least: Rule<string> = (left, right) => (compareTexts(left, right) <= 0 ? left : right);

const rules: { readonly [Field in keyof IdentityHour]: Rule<IdentityHour[Field]> } = {
  identity_uid: same,
  moment_ms: Math.max,
  hour: same,
  provider: least,
  principal_type: least,
  workload_types: union(1000),
  events: sum,
  denied: sum,
  reads: sum,
  writes: sum,
  admin: sum,
  secret_reads: sum,
  issued: sum,
  deeds: union(1000),
  uses: union(1000),
  busy: unionOfSlots,
  holders: union(1000),
  desks: union(100),
  typed: union(200),
  handed_out: union(1000),
  issue_dates: union(100),
  pod_addresses: union(200),
  things: union(1000),
  places: union(1000),
  issuers: union(1000),
  targets: union(1000),
};

export function mergeHours(left: IdentityHour, right: IdentityHour): IdentityHour {
  const merged: IdentityHour = { ...left };
  const apply = <Field extends keyof IdentityHour>(field: Field) => {
    const rule: Rule<IdentityHour[Field]> = rules[field];
    merged[field] = rule(left[field], right[field]);
  };
  for (const field of Object.keys(rules) as (keyof IdentityHour)[]) apply(field);
  return merged;
}

/**
 * Of two sorted lists without repeats a third one; of that the first `most`, as many as the query keeps. The left one itself where it holds all:
 * an hour that goes on is merged once a minute, mostly with what it has.
 */
function union(most: number): <Item extends Entry>(left: Item[], right: Item[]) => Item[] {
  return (left, right) => {
    if (right.length === 0) return left;
    if (left.length === 0) return right;
    const merged: typeof left = [];
    let fromLeft = 0;
    let fromRight = 0;
    while (merged.length < most) {
      const first = left[fromLeft];
      const second = right[fromRight];
      if (first === undefined && second === undefined) break;
      const order = first === undefined ? 1 : second === undefined ? -1 : compare(first, second);
      if (order <= 0) fromLeft++;
      if (order >= 0) fromRight++;
      const next = order <= 0 ? first : second;
      if (next !== undefined) merged.push(next);
    }
    // A copy has no room to grow, which a list that was filled one by one has.
    return fromLeft === left.length && merged.length === left.length ? left : merged.slice();
  };
}

/** Each bucket once, with the slots of both; the left one itself where it holds all. */
function unionOfSlots(left: IdentityHour["busy"], right: IdentityHour["busy"]): IdentityHour["busy"] {
  const slots = new Map(left.map((entry) => [entry[0], entry]));
  let isMore = false;
  for (const entry of right) {
    const [bucket, more] = entry;
    const known = slots.get(bucket);
    const bits = ((known?.[1] ?? 0) | more) >>> 0;
    if (bits === known?.[1]) continue;
    slots.set(bucket, known === undefined ? entry : [bucket, bits]);
    isMore = true;
  }
  return isMore ? [...slots.values()].sort(([first], [second]) => first - second) : left;
}

function compare(left: Entry, right: Entry): number {
  if (typeof left !== "object" || typeof right !== "object")
    return typeof left === "object" || typeof right === "object" ? 0 : compareTexts(left, right);
  for (const [place, text] of left.entries()) {
    const order = compareTexts(text, right[place] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function compareTexts(left: Text, right: Text): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
