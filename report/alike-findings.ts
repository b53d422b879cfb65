// Findings of several identities that are one story: the same new thing, taken up by many within an hour. They are told as one, and stay findings of
// their own in the store, since each identity may be decided upon differently.
import type { Finding } from "../model/finding.ts";

/** Findings about so many identities, at least, are told as one. */
const fewestIdentities = 3;
/** What counts of a finding is its rarest reasons: that two identities share a minor one makes them no story. */
const tellingReasons = 3;
const hourMs = 3_600_000;

export interface AlikeFindings<Each extends Finding> {
  /** The first in the order that was given. */
  readonly first: Each;
  /** The others, in that order. */
  readonly others: readonly Each[];
  /** What they have in common, in words; empty where there are no others. */
  readonly shared: string;
}

/** In the order of their first ones. Each finding is in one of them: in that of most identities, where it fits several. */
export function alikeFindings<Each extends Finding>(findings: readonly Each[]): AlikeFindings<Each>[] {
  const byThing = new Map<string, Each[]>();
  for (const finding of findings)
    for (const [key] of sharedThings(finding)) {
      const same = byThing.get(key) ?? [];
      same.push(finding);
      byThing.set(key, same);
    }
  const groups = [...byThing].sort(([left, one], [right, other]) => identitiesOf(other) - identitiesOf(one) || (left < right ? -1 : 1));
  const groupOf = new Map<Each, { readonly members: readonly Each[]; readonly shared: string }>();
  for (const [key, candidates] of groups) {
    const members = candidates.filter((finding) => !groupOf.has(finding));
    const [first] = members;
    if (first === undefined || identitiesOf(members) < fewestIdentities) continue;
    const shared = sharedThings(first).get(key) ?? "";
    for (const finding of members) groupOf.set(finding, { members, shared });
  }
  return findings.flatMap((finding) => {
    const group = groupOf.get(finding);
    if (group === undefined) return { first: finding, others: [], shared: "" };
    return group.members[0] === finding ? { first: finding, others: group.members.slice(1), shared: group.shared } : [];
  });
}

/** New things of the hour: key to words. */
function sharedThings({ reasons, window_start_ms }: Finding): Map<string, string> {
  const isNovelty = ({ detector }: Finding["reasons"][number]) => detector.startsWith("new-");
  const hour = Math.floor(window_start_ms / hourMs);
  const told = reasons.filter(isNovelty).slice(0, tellingReasons);
  return new Map(told.map(({ detector, what, observed }) => [JSON.stringify([hour, detector, what]), observed]));
}

function identitiesOf(findings: readonly Finding[]): number {
  return new Set(findings.flatMap(({ identity_uids }) => identity_uids)).size;
}
