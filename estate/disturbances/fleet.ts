// Machines that something happens to together, all of a persona or all of a product; and what then is different with all of them.
import { from } from "../altered-act.ts";
import type { OccurrencePlanning } from "../disturbance.ts";
import type { Access } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { World } from "../world.ts";

export interface Fleet {
  /** For prose: "12 machines of checkout". */
  readonly says: string;
  /** A product's or a persona's. */
  readonly name: string;
  readonly residents: readonly Resident[];
}

/** Undefined where nobody but people is there. */
export function pickFleet({ residents, world, random }: OccurrencePlanning, by: "product" | "persona"): Fleet | undefined {
  const machines = residents.filter(isMachine);
  const one = random.pick(machines);
  if (one === undefined) return undefined;
  const nameOf = (resident: Resident): string => (by === "persona" ? resident.persona.id : (productOf(resident, world) ?? resident.id));
  const name = nameOf(one);
  const fleet = machines.filter((resident) => nameOf(resident) === name);
  return { says: `${fleet.length} ${fleet.length === 1 ? "machine" : "machines"} of ${name}`, name, residents: fleet };
}

export function isMachine({ machine: { identities } }: Resident): boolean {
  return identities.length > 0 && identities.every((identity) => identity.isMachine);
}

/** The product that its names are made of. */
export function productOf({ machine: { identities } }: Resident, { products }: World): string | undefined {
  return products.find((product) => identities.some(({ name }) => name === product || name.startsWith(`${product}-`)));
}

/** Whatever a machine's own identities present or open sessions with is changed so, from that moment on. */
export function amendAll(
  { machine: { identities, ways } }: Resident,
  fromMs: number,
  change: (access: Access) => Partial<Pick<Access, "address" | "userAgent">>,
): void {
  for (const way of ways) {
    way.amend({
      fromMs,
      presented: (access) => ({ ...access, ...change(access) }),
      opening: (act) => (identities.some(({ uid }) => uid === act.access.identity.uid) ? from(act, change(act.access)) : act),
    });
  }
}

export function idsOf(residents: readonly Resident[]): ReadonlySet<string> {
  return new Set(residents.map(({ id }) => id));
}

export function identityUids(residents: readonly Resident[]): string[] {
  return residents.flatMap(({ machine }) => machine.identities.map(({ uid }) => uid));
}
