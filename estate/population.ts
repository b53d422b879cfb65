// Who lives in the estate: as many machines of each persona as its share says, each made from a stream of its own.
import type { Provider } from "../model/identity-action.ts";
import type { Act, Identity } from "./identity.ts";
import type { Machine, Persona, Resident } from "./persona.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** What it lives from is only the generator's to write. */
export interface Inhabitant extends Resident {
  readonly recent: Act[];
}

const mostRecent = 64;

export class Population {
  readonly residents: Inhabitant[] = [];
  readonly #world: World;
  readonly #random: Random;
  readonly #counts = new Map<string, number>();
  readonly #owners = new Map<string, string>();

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** Machines of all personas, by their shares, until there are so many identities. */
  fill(personas: readonly Persona[], identities: number): void {
    const made = new Map(personas.map(({ id }) => [id, 0]));
    let total = 0;
    while (total < identities) {
      // Whoever is furthest behind its share is next: the mix is right at every size, and the first of a persona stays the first.
      const [next] = [...personas].sort((left, right) => ahead(left, made) - ahead(right, made) || (left.id < right.id ? -1 : 1));
      if (next === undefined) return;
      const { machine } = this.settle(next);
      const count = Math.max(1, machine.identities.length);
      made.set(next.id, (made.get(next.id) ?? 0) + count);
      total += count;
    }
  }

  settle(persona: Persona, createdAtMs?: number): Inhabitant {
    const number = this.#counts.get(persona.id) ?? 0;
    this.#counts.set(persona.id, number + 1);
    const id = `${persona.id}-${number + 1}`;
    const random = this.#random.fork(id);
    const product = this.#world.products[number % this.#world.products.length] ?? persona.id;
    const round = Math.floor(number / this.#world.products.length);
    const name = (suffix: string): string => `${product}-${suffix}${round === 0 ? "" : `-${round + 1}`}`;
    const made = persona.create({ world: this.#world, random: random.fork("made"), number, name });
    const machine: Machine = createdAtMs === undefined ? made : { ...made, createdAtMs };
    for (const { uid } of machine.identities) this.#own(uid, id);
    const resident: Inhabitant = { id, persona, machine, random, recent: [] };
    this.residents.push(resident);
    return resident;
  }

  #own(uid: string, owner: string): void {
    const other = this.#owners.get(uid);
    if (other !== undefined) throw new RangeError(`${owner} and ${other} have the same identity ${uid}; give one another name`);
    this.#owners.set(uid, owner);
  }
}

/** How far a persona would be past its share with one more. */
function ahead({ id, share }: Persona, made: ReadonlyMap<string, number>): number {
  return ((made.get(id) ?? 0) + 1) / share;
}

export function remember(resident: Inhabitant, acts: readonly Act[]): void {
  resident.recent.push(...acts.slice(-mostRecent));
  if (resident.recent.length > mostRecent) resident.recent.splice(0, resident.recent.length - mostRecent);
}

/** What is made where only some clouds are asked for. */
export function within<Entry extends { readonly providers: readonly Provider[] }>(
  entries: readonly Entry[],
  providers: readonly Provider[],
): Entry[] {
  return entries.filter((entry) => entry.providers.every((provider) => providers.includes(provider)));
}

/** The identities of an estate: those of machines, and whoever else acts (a node, a cloud's service), with what was seen of them. */
export interface Seen {
  readonly identity: Identity;
  readonly owner: Resident | undefined;
  events: number;
  firstMs: number;
  lastMs: number;
}

export class Census {
  readonly #seen = new Map<string, Seen>();

  constructor(residents: readonly Resident[]) {
    for (const owner of residents) for (const identity of owner.machine.identities) this.#seen.set(identity.uid, blank(identity, owner));
  }

  count({ atMs, access: { identity } }: Act): void {
    let seen = this.#seen.get(identity.uid);
    if (seen === undefined) {
      seen = blank(identity, undefined);
      this.#seen.set(identity.uid, seen);
    }
    seen.events++;
    seen.firstMs = Math.min(seen.firstMs, atMs);
    seen.lastMs = Math.max(seen.lastMs, atMs);
  }

  all(): readonly Seen[] {
    return [...this.#seen.values()];
  }
}

function blank(identity: Identity, owner: Resident | undefined): Seen {
  return { identity, owner, events: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY };
}
