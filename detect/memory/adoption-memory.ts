// Who takes up today what is new to him, and who are his peers: a deployment reaches many at once, an intruder one of them. It stands apart from the
// estate's memory because it knows of the day that goes on, and forgets it when it is over.
import type { Dimension } from "../evidence.ts";

/** What roll-outs change for many kinds of machines at once. Networks, agents and credentials that several take up are one intruder's as well. */
const rolledOut: ReadonlySet<Dimension> = new Set(["action", "secret", "resource", "resource-scope", "account", "region"]);
/** So many others who take a value up on the same day make it as likely as not that all have the same reason. */
const othersDoubted = 3;
const fewestPeers = 3;

export class AdoptionMemory {
  readonly #groups = new Map<string, string>();
  readonly #groupSizes = new Map<string, number>();
  /** `dimension value` to identities. */
  #adopters = new Map<string, Set<string>>();
  /** Of those, how many of each group; it stands while no adopter is new (there is no other change within a day) and nobody's group has changed. */
  readonly #counted = new Map<string, { readonly adopters: number; readonly moves: number; readonly byGroup: ReadonlyMap<string, number> }>();
  #moves = 0;

  /** Of peers: those that do the same, whatever they are called. */
  groupOf(uid: string): string | undefined {
    return this.#groups.get(uid);
  }

  move(uid: string, group: string): void {
    const before = this.#groups.get(uid);
    if (before === group) return;
    this.#moves++;
    if (before !== undefined) addTo(this.#groupSizes, before, -1);
    addTo(this.#groupSizes, group, 1);
    this.#groups.set(uid, group);
  }

  forget(uid: string): void {
    const group = this.#groups.get(uid);
    if (group !== undefined) addTo(this.#groupSizes, group, -1);
    this.#groups.delete(uid);
  }

  adopt(dimension: Dimension, value: string, uid: string): void {
    this.adoptAgain(keyOf(dimension, value), uid);
  }

  /** As `byIdentity` told it. */
  adoptAgain(key: string, uid: string): void {
    const adopters = this.#adopters.get(key);
    if (adopters === undefined) this.#adopters.set(key, new Set([uid]));
    else adopters.add(uid);
  }

  byIdentity(): Map<string, string[]> {
    const adopted = new Map<string, string[]>();
    for (const [key, uids] of this.#adopters)
      for (const uid of uids) {
        const keys = adopted.get(uid);
        if (keys === undefined) adopted.set(uid, [key]);
        else keys.push(key);
      }
    return adopted;
  }

  /**
   * From its peers the share of them that take it up, itself included, from three on; of an object or an action that others of any kind take up, by
   * how many they are. 0 where it is alone.
   */
  share(uid: string, dimension: Dimension, value: string): number {
    const key = keyOf(dimension, value);
    const adopters = this.#adopters.get(key);
    if (adopters === undefined) return 0;
    const group = this.#groups.get(uid) ?? "";
    const peers = this.#byGroup(key, adopters).get(group) ?? 0;
    const ofPeers = peers < fewestPeers ? 0 : Math.min(1, peers / (this.#groupSizes.get(group) ?? peers));
    if (!rolledOut.has(dimension)) return ofPeers;
    const others = adopters.size - 1;
    return Math.max(ofPeers, others / (others + othersDoubted));
  }

  /** Counted once for all who ask: a thousand of a kind that do the same would else look through each other, each for each. */
  #byGroup(key: string, adopters: ReadonlySet<string>): ReadonlyMap<string, number> {
    const counted = this.#counted.get(key);
    if (counted !== undefined && counted.adopters === adopters.size && counted.moves === this.#moves) return counted.byGroup;
    const byGroup = new Map<string, number>();
    for (const other of adopters) {
      const group = this.#groups.get(other);
      if (group !== undefined) addTo(byGroup, group, 1);
    }
    this.#counted.set(key, { adopters: adopters.size, moves: this.#moves, byGroup });
    return byGroup;
  }

  closeDay(): void {
    this.#adopters = new Map();
    this.#counted.clear();
  }
}

function keyOf(dimension: Dimension, value: string): string {
  return `${dimension} ${value}`;
}

/** Nothing is kept of what came to nought. */
export function addTo(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
