// How much one identity does of one kind in the hours and on the days on which it does anything: logarithms of counts, by hour of day on working
// days and weekends. Whether it is active at all is for its rhythm to say. It stands alone because amounts are the one thing that an
// attacker could teach little by little: one count moves what is expected by a fraction of what it varies by anyway, however large it is.

/** What a past day still weighs when the next one of its kind comes: 33 effective ones at most, so that it never grows certain. */
const keep = 0.97;
/** The first occurrences start a level by their median, so that one of them does not set it. */
const startedBy = 5;
/** How many occurrences of its own the identity's level over all hours weighs beside a slot's. */
const overallWeight = 3;
/** Huber's estimate: a deviation beyond so many spreads counts as so many. */
const mostDeviation = 0.7;
/** Mean square of a standard normal cut there: makes up for the cut. */
const squareOfCut = 0.316;
/** Before anything is known: so much, with so wide a spread (in logarithms), weighing so many occurrences. */
const priorLevel = Math.log(3);
const priorSpread = 1;
/** A spread of three tenths of the level is guessed where the level is known. */
const guessedSpread = 0.3;
const guessWeight = 5;
/** No machine is as regular as a few days of it look. */
const leastSpread = 0.1;
/** Growth: what a day may lie above the level, in spreads, without a word; what one day can say at most; and all of them. */
const growthAllowance = 0.5;
const mostOfDay = 3;
export const mostGrowth = 16;
/** Days of growth after which where they lie is the level: it was told for long enough. */
const settledDays = 21;

interface Level {
  weight: number;
  mean: number;
  /** The first values; undefined once there are enough: a watch has a million levels. */
  first: readonly number[] | undefined;
}

/** Without the first values where there are enough. */
type LevelState = readonly [weight: number, mean: number, first?: readonly number[]];

interface Spread {
  weight: number;
  squares: number;
}

export interface Expected {
  /** Median of the count where there is any. */
  readonly median: number;
  /** Standard deviation of its logarithm. */
  readonly spread: number;
  /** Share of the active hours, or days, that show the kind. */
  readonly share: number;
  /** Active hours or days known. */
  readonly observations: number;
}

export interface VolumeState {
  readonly slots: readonly (readonly [slot: number, level: LevelState])[];
  readonly hours: LevelState;
  readonly hourSpread: readonly [weight: number, squares: number];
  readonly days: readonly LevelState[];
  readonly daySpread: readonly [weight: number, squares: number];
  readonly shown: readonly [hours: number, days: number];
  readonly active: readonly [hours: number, days: number];
  readonly growth: number;
  readonly above: readonly [days: number, sum: number];
}

export class VolumeMemory {
  /** By hour of day and kind of day, of those in which it did the kind: most kinds fall into few. */
  readonly #slots: (Level | undefined)[] = [];
  readonly #hours = emptyLevel();
  readonly #hourSpread: Spread = { weight: 0, squares: 0 };
  /** Of working days and of weekends. */
  readonly #days = [emptyLevel(), emptyLevel()];
  readonly #daySpread: Spread = { weight: 0, squares: 0 };
  readonly #shown = { hours: 0, days: 0 };
  readonly #active = { hours: 0, days: 0 };
  /** Page's cumulative sum over days: how far, in spreads, they have lain above the level, beyond the allowance. */
  #growth = 0;
  /** Of the days since it was 0: how many, and the sum of their distances from the level. */
  #above = { days: 0, sum: 0 };

  static restore({ slots: known, hours, hourSpread, days, daySpread, shown, active, growth, above }: VolumeState): VolumeMemory {
    const memory = new VolumeMemory();
    for (const [place, level] of known) memory.#slots[place] = levelOf(level);
    Object.assign(memory.#hours, levelOf(hours));
    Object.assign(memory.#hourSpread, { weight: hourSpread[0], squares: hourSpread[1] });
    for (const [place, level] of days.entries()) Object.assign(memory.#days[place] ?? {}, levelOf(level));
    Object.assign(memory.#daySpread, { weight: daySpread[0], squares: daySpread[1] });
    Object.assign(memory.#shown, { hours: shown[0], days: shown[1] });
    Object.assign(memory.#active, { hours: active[0], days: active[1] });
    memory.#growth = growth;
    memory.#above = { days: above[0], sum: above[1] };
    return memory;
  }

  get state(): VolumeState {
    return {
      slots: [...this.#slots.entries()].flatMap(([place, level]) => (level === undefined ? [] : [[place, stateOf(level)] as const])),
      hours: stateOf(this.#hours),
      hourSpread: [this.#hourSpread.weight, this.#hourSpread.squares],
      days: this.#days.map(stateOf),
      daySpread: [this.#daySpread.weight, this.#daySpread.squares],
      shown: [this.#shown.hours, this.#shown.days],
      active: [this.#active.hours, this.#active.days],
      growth: this.#growth,
      above: [this.#above.days, this.#above.sum],
    };
  }

  /** Cumulative growth of the days that are over, in spreads. */
  get growth(): number {
    return this.#growth;
  }

  /** Counts of the 24 hours of a day that is over, and in which of them the identity did anything. */
  learn(day: number, counts: readonly number[], isActive: readonly boolean[]): void {
    if (!isActive.includes(true)) return;
    const kind = isWeekend(day) ? 1 : 0;
    for (const faded of [this.#shown, this.#active]) {
      faded.hours *= keep;
      faded.days *= keep;
    }
    this.#hours.weight *= keep;
    fade(this.#hourSpread);
    fade(this.#daySpread);
    let total = 0;
    for (let hour = 0; hour < 24; hour++) {
      if (isActive[hour] !== true) continue;
      const count = counts[hour] ?? 0;
      this.#active.hours++;
      total += count;
      if (count > 0) this.#learnHour(Math.log(count), kind * 24 + hour);
    }
    this.#active.days++;
    if (total > 0) this.#learnDay(Math.log(total), kind);
  }

  #learnHour(value: number, place: number): void {
    const slot = this.#slots[place] ?? emptyLevel();
    this.#slots[place] = slot;
    this.#shown.hours++;
    const spread = spreadOf(this.#hourSpread, this.#hours);
    if (this.#hours.weight > 0) learnSpread(this.#hourSpread, value - this.#levelOfHour(slot), spread);
    slot.weight *= keep;
    learnLevel(slot, value, spread);
    learnLevel(this.#hours, value, spread);
  }

  #learnDay(value: number, kind: 0 | 1): void {
    this.#shown.days++;
    const level = this.#levelOfDay(kind);
    const spread = spreadOf(this.#daySpread, level);
    const own = this.#days[kind];
    if (own === undefined) return;
    if (level.weight > 0) {
      if (level.weight >= guessWeight) this.#grow(value - level.mean, spread);
      learnSpread(this.#daySpread, value - level.mean, spread);
    }
    own.weight *= keep;
    learnLevel(own, value, spread);
  }

  #grow(distance: number, spread: number): void {
    const step = Math.min(distance / spread, mostOfDay) - growthAllowance;
    this.#growth = Math.max(0, Math.min(mostGrowth, this.#growth + step));
    this.#above = this.#growth === 0 ? { days: 0, sum: 0 } : { days: this.#above.days + 1, sum: this.#above.sum + distance };
    if (this.#growth < mostGrowth || this.#above.days < settledDays) return;
    const change = this.#above.sum / this.#above.days;
    for (const level of [this.#hours, ...this.#slots, ...this.#days]) if (level !== undefined) level.mean += change;
    this.#growth = 0;
    this.#above = { days: 0, sum: 0 };
  }

  expectedInHour(hour: number): Expected {
    const day = Math.floor(hour / 24);
    const slot = this.#slots[(isWeekend(day) ? 24 : 0) + (hour - day * 24)] ?? emptyLevel();
    const mean = this.#hours.weight === 0 ? priorLevel : this.#levelOfHour(slot);
    return expected(mean, spreadOf(this.#hourSpread, this.#hours), this.#shown.hours, this.#active.hours);
  }

  /** Of the 24 hours that end with an hour of `day`: of which kind of day they mostly are does not matter, the larger level counts. */
  expectedInDay(day: number): Expected {
    const level = [day - 1, day]
      .map((each) => this.#levelOfDay(isWeekend(each) ? 1 : 0))
      .reduce((left, right) => (right.mean > left.mean ? right : left));
    return expected(level.mean, spreadOf(this.#daySpread, level), this.#shown.days, this.#active.days);
  }

  #levelOfHour({ weight, mean }: Level): number {
    return (mean * weight + this.#hours.mean * overallWeight) / (weight + overallWeight);
  }

  /** Shrunk to the other kind of day by two of them. */
  #levelOfDay(kind: 0 | 1): { weight: number; mean: number } {
    const own = this.#days[kind] ?? emptyLevel();
    const other = this.#days[1 - kind] ?? emptyLevel();
    const borrowed = Math.min(other.weight, 2);
    const weight = own.weight + borrowed;
    return weight === 0 ? { weight: 0, mean: priorLevel } : { weight, mean: (own.mean * own.weight + other.mean * borrowed) / weight };
  }
}

function emptyLevel(): Level {
  return { weight: 0, mean: 0, first: [] };
}

function stateOf({ weight, mean, first }: Level): LevelState {
  return first === undefined ? [weight, mean] : [weight, mean, first];
}

function levelOf([weight, mean, first]: LevelState): Level {
  return { weight, mean, first };
}

function expected(mean: number, spread: number, shown: number, active: number): Expected {
  return { median: Math.exp(mean), spread, share: (shown + 0.5) / (active + 1), observations: active };
}

function spreadOf({ weight, squares }: Spread, level: { readonly weight: number }): number {
  if (level.weight === 0) return priorSpread;
  return Math.max(leastSpread, Math.sqrt((squares + guessWeight * guessedSpread ** 2) / (weight + guessWeight)));
}

function learnLevel(level: Level, value: number, spread: number): void {
  level.weight++;
  if (level.first !== undefined) {
    const first = [...level.first, value];
    level.mean = medianOf(first);
    level.first = first.length < startedBy ? first : undefined;
  } else level.mean += cut(value - level.mean, spread) / level.weight;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((total, value) => total + value, 0) / middle.length;
}

function fade(spread: Spread): void {
  spread.weight *= keep;
  spread.squares *= keep;
}

function learnSpread(known: Spread, deviation: number, spread: number): void {
  known.weight++;
  known.squares += cut(deviation, spread) ** 2 / squareOfCut;
}

function cut(deviation: number, spread: number): number {
  const most = mostDeviation * spread;
  return Math.max(-most, Math.min(most, deviation));
}

/** Days since the epoch, which was a Thursday. */
export function isWeekend(day: number): boolean {
  const weekday = (((day + 3) % 7) + 7) % 7;
  return weekday >= 5;
}
