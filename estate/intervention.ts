// What disturbances and attacks have in common: for a while they make calls of their own, or change those of others. It stands alone
// because the generator treats both alike; only what an attack touches is labelled.
import type { Silence } from "./delivery.ts";
import type { Hour } from "./hour.ts";
import type { Act } from "./identity.ts";
import type { Persona, Resident } from "./persona.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

export interface Intervention {
  readonly startMs: number;
  /** Nothing of it happens at or after that moment. */
  readonly endMs: number;
  /** Residents (by id) whose calls `intercept` is asked about; absent: everyone's. */
  readonly touches?: ReadonlySet<string>;
  /** Calls of its own, in each hour that it touches. */
  act?(hour: Hour): void;
  /** What becomes of a resident's call in that time: as it is ([act]), changed, repeated, or nothing. */
  intercept?(act: Act, resident: Resident, random: Random): readonly Act[];
}

/** What a plan is made from. */
export interface Planning {
  readonly world: World;
  /** Everyone who lives in the estate, in an order that only the seed decides. */
  readonly residents: readonly Resident[];
  /** This plan's own stream. */
  readonly random: Random;
}

/** What only a disturbance may do. */
export interface EstatePlanning extends Planning {
  /** Newcomers: `count` machines of the personas, made from then on. Returns them. */
  settle(personas: readonly Persona[], count: number, createdAtMs: number): readonly Resident[];
  silence(silence: Silence): void;
}
