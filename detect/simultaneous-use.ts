// One credential at work in two networks at the same time. It stands alone because "at the same time" has to be said once: in one and the same
// two minutes, or by turns, which a machine that moves does not do.
import type { IdentityHour } from "./evidence.ts";
import { isPlace } from "./network-place.ts";

export interface SimultaneousUse {
  readonly credential: string;
  /** The two networks, in the order of their names. */
  readonly networks: readonly [string, string];
  /** No agent was seen in both. */
  readonly isOtherAgent: boolean;
}

interface Place {
  readonly agents: Set<string>;
  slots: number;
}

const slotsOfHour = 30;
/** Pairs that are looked at: beyond, it is a fleet. */
const mostPlaces = 8;

export function simultaneousUses(rows: readonly Pick<IdentityHour, "uses" | "busy">[]): SimultaneousUse[] {
  return rows.flatMap(({ uses, busy }) => {
    const slotsByBucket = new Map(busy);
    const byCredential = new Map<string, Map<string, Place>>();
    for (const [credential, , network, agent, bucket] of uses) {
      if (credential === "" || !isPlace(network)) continue;
      const places = byCredential.get(credential) ?? new Map<string, Place>();
      byCredential.set(credential, places);
      const place = places.get(network) ?? { agents: new Set<string>(), slots: 0 };
      places.set(network, place);
      if (agent !== "") place.agents.add(agent);
      place.slots |= slotsByBucket.get(bucket) ?? 0;
    }
    return [...byCredential].flatMap(([credential, places]) => pairsAtOnce(credential, [...places]));
  });
}

function pairsAtOnce(credential: string, places: readonly [string, Place][]): SimultaneousUse[] {
  if (places.length < 2 || places.length > mostPlaces) return [];
  const found: SimultaneousUse[] = [];
  for (const [index, [network, place]] of places.entries())
    for (const [other, otherPlace] of places.slice(index + 1)) {
      if (!isAtOnce(place.slots, otherPlace.slots)) continue;
      const networks: [string, string] = network < other ? [network, other] : [other, network];
      found.push({ credential, networks, isOtherAgent: [...place.agents].every((agent) => !otherPlace.agents.has(agent)) });
    }
  return found;
}

function isAtOnce(left: number, right: number): boolean {
  if ((left & right) !== 0) return true;
  let turns = 0;
  let last = 0;
  for (let slot = 0; slot < slotsOfHour; slot++) {
    const here = (left >>> slot) & 1 ? 1 : (right >>> slot) & 1 ? 2 : 0;
    if (here === 0) continue;
    if (last !== 0 && here !== last) turns++;
    last = here;
  }
  return turns > 1;
}
