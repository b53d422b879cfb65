// What will happen in an estate beside everyday life: disturbances by their rate, attacks by order, each planned once before the
// first hour, from a stream of its own.

import { PermanentError } from "../model/errors.ts";
import type { Provider } from "../model/identity-action.ts";
import type { Attack, AttackPlan, AttackPlanning, Victim } from "./attack.ts";
import { type AttackOrder, attacks } from "./attacks/registry.ts";
import { dayMs, hourMs } from "./calendar.ts";
import type { AnyWay } from "./credentials/way.ts";
import type { Silence } from "./delivery.ts";
import type { Disturbance, Occurrence } from "./disturbance.ts";
import type { EstatePlanning, Intervention, Planning } from "./intervention.ts";
import { type Population, within } from "./population.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

interface PlannedOccurrence {
  readonly disturbance: Disturbance;
  readonly occurrence: Occurrence;
}

export interface PlannedAttack {
  /** Of the label: stolen-static-key-1. */
  readonly id: string;
  readonly attack: Attack;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly plan: AttackPlan;
}

export interface Plans {
  readonly occurrences: readonly PlannedOccurrence[];
  readonly attacks: readonly PlannedAttack[];
  /** Ordered, and nobody in the estate fitted. */
  readonly unplaced: readonly AttackOrder[];
  readonly silences: readonly Silence[];
}

interface Options {
  readonly world: World;
  readonly population: Population;
  readonly random: Random;
  readonly providers: readonly Provider[];
  readonly disturbances: readonly Disturbance[];
  readonly orders: readonly AttackOrder[];
}

export function makePlans({ world, population, random, providers, disturbances, orders }: Options): Plans {
  const silences: Silence[] = [];
  const planning = {
    world,
    residents: population.residents,
    silence: (silence: Silence) => void silences.push(silence),
  };
  const occurrences = within(disturbances, providers).flatMap((disturbance) =>
    planOccurrences(disturbance, { ...planning, population, random: random.fork(`disturbance ${disturbance.id}`) }),
  );
  const placed: PlannedAttack[] = [];
  const unplaced: AttackOrder[] = [];
  const taken = new Set<string>();
  orders.forEach((order, number) => {
    const planned = planAttack(order, { ...planning, providers, taken, random: random.fork(`attack ${number} ${order.attack}`) });
    if (planned === undefined) unplaced.push(order);
    else placed.push({ ...planned, id: `${order.attack}-${placed.filter(({ attack }) => attack.id === order.attack).length + 1}` });
  });
  return { occurrences, attacks: placed, unplaced, silences };
}

type DisturbancePlanning = Omit<EstatePlanning, "settle"> & { readonly population: Population };

function planOccurrences(disturbance: Disturbance, { population, ...planning }: DisturbancePlanning): PlannedOccurrence[] {
  const { world, random, residents } = planning;
  const months = (world.endMs - world.startMs) / (30 * dayMs);
  const identities = residents.reduce((sum, { machine }) => sum + Math.max(1, machine.identities.length), 0);
  const size = Math.max(0.1, identities / 600);
  const count = random.poisson(disturbance.perMonth * months * Math.sqrt(size));
  return Array.from({ length: count }, (_, number) => {
    const own = random.fork(`${number}`);
    const startMs = Math.floor(own.between(world.startMs, world.endMs));
    const settle: EstatePlanning["settle"] = (personas, newcomers, createdAtMs) =>
      Array.from({ length: personas.length === 0 ? 0 : newcomers }, (_each, index) => {
        const persona = personas[index % personas.length];
        if (persona === undefined) throw new RangeError("an index below the length has an element");
        return population.settle(persona, createdAtMs);
      });
    const occurrence = disturbance.plan({ ...planning, settle, startMs, random: own });
    return occurrence === undefined ? [] : [{ disturbance, occurrence }];
  }).flat();
}

type AttackSurroundings = Planning & { readonly providers: readonly Provider[]; readonly taken: Set<string> };

function planAttack(order: AttackOrder, { providers, taken, ...planning }: AttackSurroundings): Omit<PlannedAttack, "id"> | undefined {
  const { world, random, residents } = planning;
  const attack = attacks.find(({ id }) => id === order.attack);
  if (attack === undefined) throw new PermanentError(`there is no attack ${order.attack}`);
  if (within([attack], providers).length === 0) return undefined;
  const parameters = attack.parameters.parse(order.parameters) as Record<string, unknown>;
  // The second half: whoever learns, has learned something by then.
  const startMs = order.startMs ?? Math.floor(random.between(world.startMs + (world.endMs - world.startMs) * 0.5, world.endMs - 2 * hourMs));
  const victim = (fits: (way: AnyWay, resident: (typeof residents)[number]) => boolean): Victim<AnyWay> | undefined => {
    const candidates = residents
      .filter(({ id, machine }) => !taken.has(id) && (machine.createdAtMs ?? 0) < startMs - dayMs)
      .flatMap((resident) => resident.machine.ways.filter((way) => fits(way, resident)).map((way) => ({ resident, way })));
    const found = random.pick(candidates);
    if (found !== undefined) taken.add(found.resident.id);
    return found;
  };
  const plan = attack.plan({ ...planning, startMs, victim: victim as AttackPlanning["victim"] }, parameters);
  return plan === undefined ? undefined : { attack, parameters, plan };
}

/** Whether something of it happens in that hour. */
export function isDuring({ startMs, endMs }: Intervention, hourStartMs: number): boolean {
  return startMs < hourStartMs + hourMs && endMs > hourStartMs;
}
