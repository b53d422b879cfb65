// Lineage over several hops: who stands behind an identity, or what it stands behind. It stands alone because the store answers
// one hop at a time: each is an indexed lookup, where a recursive query would join whole tables.
import type { LineageEdge, LineageStep } from "../model/lineage-step.ts";

export interface LineageWalk {
  /** Nearest first; every edge once. */
  readonly steps: readonly LineageStep[];
  /** More hops or more neighbours exist than were followed. */
  readonly isCut: boolean;
}

const maximumHops = 8;
const maximumIdentitiesAHop = 1_000;
/** A server takes at most 128 KiB as one parameter. */
const identitiesAQuestion = 200;

/** `hop` answers lineage-up or lineage-down for some identities. An identity is asked about once, so that cycles end. */
export async function walkLineage(start: string, direction: "up" | "down", hop: (uids: string[]) => Promise<LineageEdge[]>): Promise<LineageWalk> {
  const asked = new Set([start]);
  const steps: LineageStep[] = [];
  let frontier = [start];
  let isCut = false;
  for (let depth = 1; frontier.length > 0; depth++) {
    if (depth > maximumHops) return { steps, isCut: true };
    const next = new Set<string>();
    for (let first = 0; first < frontier.length; first += identitiesAQuestion) {
      for (const edge of await hop(frontier.slice(first, first + identitiesAQuestion))) {
        steps.push({ ...edge, hop: depth });
        const neighbour = direction === "up" ? edge.issuer_uid : edge.subject_uid;
        if (!asked.has(neighbour)) next.add(neighbour);
      }
    }
    isCut ||= next.size > maximumIdentitiesAHop;
    frontier = [...next].slice(0, maximumIdentitiesAHop);
    for (const uid of frontier) asked.add(uid);
  }
  return { steps, isCut };
}
