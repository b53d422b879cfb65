// What is remembered of everybody: each identity, how often its kind meets something new, and which values others use. It learns once a
// day, after it, so that a window is scored against the same past however the windows of its day were cut or ordered.
import { isCrowd } from "../crowd.ts";
import { type Dimension, dimensions, oldestDays, type Window } from "../evidence.ts";
import { escapeProbability } from "../surprise/escape.ts";
import { AdoptionMemory, addTo } from "./adoption-memory.ts";
import { IdentityMemory, type IdentityState } from "./identity-memory.ts";
import { LineageMemory } from "./lineage-memory.ts";

/** How long an identity is known: the young meet new things every day, whoever they are. */
type Age = "first day" | "first days" | "first weeks" | "grown";

/** How the bits of a score came about: learning (no past at all), peer (its kind's rates weigh most), own. */
export type Maturity = "learning" | "peer" | "own";

/** By the days since the first one of which anything is known. */
export function ageOf(days: number): Age {
  return !(days > 0) ? "first day" : days <= 3 ? "first days" : days <= 14 ? "first weeks" : "grown";
}

export function maturityOf(age: Age): Maturity {
  return age === "first day" ? "learning" : age === "grown" ? "own" : "peer";
}

interface Rate {
  /** Values by day; a day without any counts as one. */
  met: number;
  fresh: number;
  /** Of the fresh ones: nobody in the estate had used them. */
  freshToAll: number;
}

/** Rates fade, so that they follow an estate that changes: half is gone after about two weeks. */
const fading = 0.95;
const groupWeight = 20;
const smallestGroup = 5;
/** Rates that have faded to less are as good as none. */
const fadedRate = 0.01;

/** What belongs to one identity, so that it can be kept with it. */
export interface RememberedIdentity {
  readonly memory: IdentityState;
  readonly group: string | null;
  /** Of the day that goes on: `dimension value`. */
  readonly adopted: readonly string[];
}

export type RatesState = readonly (readonly [key: string, rates: Readonly<Record<Dimension, Rate>>])[];

export class EstateMemory {
  readonly #identities = new Map<string, IdentityMemory>();
  readonly lineage = new LineageMemory((uid) => this.#identities.get(uid)?.lineage);
  /** Of each dimension: value to how many identities have used it. */
  readonly #users = perDimension(() => new Map<string, number>());
  readonly #rates = new Map<string, Record<Dimension, Rate>>();
  readonly #adoption = new AdoptionMemory();

  /** What does not belong to one identity. */
  get rates(): RatesState {
    return [...this.#rates];
  }

  restoreRates(rates: RatesState): void {
    for (const [key, each] of rates)
      this.#rates.set(
        key,
        perDimension((dimension) => ({ ...each[dimension] })),
      );
  }

  *remembered(): Generator<[string, RememberedIdentity]> {
    const adopted = this.#adoption.byIdentity();
    for (const [uid, memory] of this.#identities)
      yield [uid, { memory: memory.state, group: this.#adoption.groupOf(uid) ?? null, adopted: adopted.get(uid) ?? [] }];
  }

  restore(uid: string, { memory, group, adopted }: RememberedIdentity): void {
    const identity = IdentityMemory.restore(memory);
    this.#identities.set(uid, identity);
    this.lineage.restoreIssues(uid);
    if (group !== null) this.#adoption.move(uid, group);
    for (const dimension of dimensions) for (const value of identity.values[dimension].values()) this.#countUser(dimension, value, 1);
    for (const key of adopted) this.#adoption.adoptAgain(key, uid);
  }

  identity(uid: string): IdentityMemory {
    let memory = this.#identities.get(uid);
    if (memory === undefined) {
      memory = new IdentityMemory();
      this.#identities.set(uid, memory);
    }
    return memory;
  }

  identities(): IterableIterator<[string, IdentityMemory]> {
    return this.#identities.entries();
  }

  get size(): number {
    return this.#identities.size;
  }

  age(uid: string, today: number): Age {
    return ageOf(today - this.identity(uid).firstDay);
  }

  /** Past its first days, in which everything is new and says nothing of how odd it is wont to be. */
  hasHabits(uid: string, today: number): boolean {
    const age = this.age(uid, today);
    return age !== "first day" && age !== "first days";
  }

  maturity(uid: string, today: number): Maturity {
    return maturityOf(this.age(uid, today));
  }

  /** Identities that used the value on a day before. */
  usersOf(dimension: Dimension, value: string): number {
    return this.#users[dimension].get(value) ?? 0;
  }

  /** Probability that this identity's next value is new to it; and that it is new to everybody. */
  escapes(uid: string, dimension: Dimension, today: number): { own: number; all: number } {
    const { values, rhythm } = this.identity(uid);
    const { singletons, valueDays } = values[dimension];
    const { fresh, freshToAll, met } = this.#rateOf(uid, dimension, this.age(uid, today));
    const prior = (fresh + 0.5) / (met + 1);
    // A day that shows nothing (no refusal, no secret, no key) is one on which nothing was new.
    const own = escapeProbability({ singletons, valueDays: Math.max(valueDays, rhythm.activeDays) }, prior);
    // Of what is new to it, the share that is new to everybody, as its kind has it.
    const share = (freshToAll + 0.5) / (fresh + 1);
    return { own, all: Math.max(own * share, 1e-9) };
  }

  /** How likely it is that this identity takes the value up because others do so today: see AdoptionMemory. */
  adoption(uid: string, dimension: Dimension, value: string): number {
    return this.#adoption.share(uid, dimension, value);
  }

  /** Notes who takes up what today, and hands out what. To be told of all that came in a moment before one of its windows is scored. */
  note(came: Window, window: Window): void {
    const memory = this.identity(window.identityUid);
    this.lineage.note(came);
    for (const dimension of dimensions)
      for (const value of window.values[dimension].keys()) {
        if (memory.values[dimension].has(value)) continue;
        this.#adoption.adopt(dimension, value, window.identityUid);
      }
  }

  /** A day of reception that is over. */
  learn(windows: readonly Window[], today: number): void {
    for (const [key, rates] of this.#rates) {
      for (const dimension of dimensions) {
        const rate = rates[dimension];
        rate.met *= fading;
        rate.fresh *= fading;
        rate.freshToAll *= fading;
      }
      if (dimensions.every((dimension) => rates[dimension].met < fadedRate)) this.#rates.delete(key);
    }
    const shown = [...shownBy(windows)];
    for (const [uid, values] of shown) this.#countRates(uid, values, today);
    for (const window of windows)
      this.identity(window.identityUid).learn(window, (dimension, value, change) => this.#countUser(dimension, value, change));
    this.lineage.learn(windows, fading);
    for (const [uid] of shown) this.#adoption.move(uid, groupOf(this.identity(uid)));
    this.#adoption.closeDay();
  }

  /**
   * What somebody looked at and found benign: each value of it is known at once, and usual for the identity, however seldom it is. How its credentials
   * were used is learned with the day's other windows: it alone would make their own places strange to them.
   */
  accept(window: Window): void {
    const memory = this.identity(window.identityUid);
    const { values } = window;
    memory.learnValues({ values }, (dimension, value, change) => this.#countUser(dimension, value, change));
    for (const dimension of dimensions) for (const value of values[dimension].keys()) memory.values[dimension].makeUsual(value);
  }

  knows(uid: string): boolean {
    return this.#identities.has(uid);
  }

  /** Forgets who has been silent for as long as rows are kept; returns them. */
  forgetSilent(today: number): string[] {
    const silent = [...this.#identities].filter(([, { lastDay }]) => lastDay < today - oldestDays).map(([uid]) => uid);
    for (const uid of silent) this.#forget(uid);
    return silent;
  }

  /** Of more than `most`, forgets those that were active on the fewest days and then the longest ago; returns them. */
  forgetLeast(most: number): string[] {
    if (this.size <= most) return [];
    const least = [...this.#identities]
      .filter(([uid]) => !isCrowd(uid))
      .map(([uid, { lastDay, rhythm }]) => ({ uid, lastDay, activeDays: rhythm.activeDays }))
      .sort((left, right) => left.activeDays - right.activeDays || left.lastDay - right.lastDay || (left.uid < right.uid ? 1 : -1))
      .slice(0, Math.ceil(this.size - most));
    for (const { uid } of least) this.#forget(uid);
    return least.map(({ uid }) => uid);
  }

  #forget(uid: string): void {
    const { values } = this.identity(uid);
    for (const dimension of dimensions) for (const value of values[dimension].values()) this.#countUser(dimension, value, -1);
    this.#adoption.forget(uid);
    this.lineage.forget(uid);
    this.#identities.delete(uid);
  }

  #countUser(dimension: Dimension, value: string, change: 1 | -1): void {
    addTo(this.#users[dimension], value, change);
  }

  /** How often identities of its kind and age meet new values: its group's rate, shrunk to everybody's. */
  #rateOf(uid: string, dimension: Dimension, age: Age): Rate {
    const everybody = this.#rates.get(`${age}`)?.[dimension] ?? { met: 0, fresh: 0, freshToAll: 0 };
    const group = this.#adoption.groupOf(uid);
    const own = group === undefined ? undefined : this.#rates.get(`${age} ${group}`)?.[dimension];
    if (own === undefined || own.met < smallestGroup) return everybody;
    const weight = groupWeight / (everybody.met + 1);
    return {
      met: own.met + everybody.met * weight,
      fresh: own.fresh + everybody.fresh * weight,
      freshToAll: own.freshToAll + everybody.freshToAll * weight,
    };
  }

  #countRates(uid: string, values: Shown, today: number): void {
    const memory = this.identity(uid);
    const age = this.age(uid, today);
    const group = this.#adoption.groupOf(uid);
    const keys = group === undefined ? [`${age}`] : [`${age}`, `${age} ${group}`];
    for (const dimension of dimensions) {
      if (values[dimension].size === 0) for (const key of keys) this.#ratesOf(key)[dimension].met++;
      for (const value of values[dimension]) {
        const isFresh = !memory.values[dimension].has(value);
        const isFreshToAll = isFresh && this.usersOf(dimension, value) === 0;
        for (const key of keys) {
          const rate = this.#ratesOf(key)[dimension];
          rate.met++;
          if (isFresh) rate.fresh++;
          if (isFreshToAll) rate.freshToAll++;
        }
      }
    }
  }

  #ratesOf(key: string): Record<Dimension, Rate> {
    let rates = this.#rates.get(key);
    if (rates === undefined) {
      rates = perDimension(() => ({ met: 0, fresh: 0, freshToAll: 0 }));
      this.#rates.set(key, rates);
    }
    return rates;
  }
}

type Shown = Readonly<Record<Dimension, ReadonlySet<string>>>;

/** What each identity showed in all its windows together: a value counts once a day, however often it is used. */
function shownBy(windows: readonly Window[]): Map<string, Shown> {
  const shown = new Map<string, Record<Dimension, Set<string>>>();
  for (const { identityUid, values } of windows) {
    const own = shown.get(identityUid) ?? perDimension(() => new Set<string>());
    shown.set(identityUid, own);
    for (const dimension of dimensions) for (const value of values[dimension].keys()) own[dimension].add(value);
  }
  return shown;
}

/** Peers by what identities do: the provider and the service that most of its days have used. */
function groupOf({ provider, values }: IdentityMemory): string {
  const daysByService = new Map<string, number>();
  for (const action of values.action.values()) {
    const service = action.slice(0, action.indexOf(":"));
    daysByService.set(service, (daysByService.get(service) ?? 0) + values.action.daysOf(action));
  }
  let group = "";
  let most = 0;
  for (const [service, days] of daysByService) {
    if (days < most || (days === most && service > group)) continue;
    most = days;
    group = service;
  }
  return `${provider} ${group}`;
}

function perDimension<Value>(make: (dimension: Dimension) => Value): Record<Dimension, Value> {
  return Object.fromEntries(dimensions.map((dimension) => [dimension, make(dimension)])) as Record<Dimension, Value>;
}
