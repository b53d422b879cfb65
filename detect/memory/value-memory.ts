// Which values one identity has shown in one dimension, and on how many days. It stands alone because the escape model
// (surprise/escape.ts) needs nothing else of the past.

interface Known {
  /** Distinct days. */
  days: number;
  lastDay: number;
  /** Bit n: seen on lastDay - n. Days that arrive late by more than a month are not told from known ones. */
  recent: number;
  /** Somebody said that it is usual, however seldom it is. */
  isUsual?: true;
}

const maskDays = 31;
/** A dimension that holds more values is one in which everything is new every day: the oldest go. */
const mostValues = 1000;
const mostDaysTold = 64;

/** Value, its days, the last of them, the days before that as bits, and whether it was said to be usual. The oldest known first. */
export type ValueState = readonly (readonly [value: string, days: number, lastDay: number, recent: number, isUsual?: true])[];

export class ValueMemory {
  readonly #known = new Map<string, Known>();
  /** How many values were seen on so many days (the last place: or more). As long as it has to be: a watch has a hundred thousand of them. */
  readonly #valuesByDays: number[] = [];
  #valueDays = 0;

  static restore(state: ValueState): ValueMemory {
    const memory = new ValueMemory();
    for (const [value, days, lastDay, recent, isUsual] of state) {
      memory.#known.set(value, { days, lastDay, recent, ...(isUsual && { isUsual }) });
      memory.#count(days, 1);
      memory.#valueDays += days;
    }
    return memory;
  }

  get state(): ValueState {
    return [...this.#known].map(([value, { days, lastDay, recent, isUsual }]) =>
      isUsual ? [value, days, lastDay, recent, isUsual] : [value, days, lastDay, recent],
    );
  }

  /** Distinct pairs of value and day: the N of the escape model. */
  get valueDays(): number {
    return this.#valueDays;
  }

  /** Values seen on one day only. */
  get singletons(): number {
    return this.#valuesByDays[1] ?? 0;
  }

  get size(): number {
    return this.#known.size;
  }

  has(value: string): boolean {
    return this.#known.has(value);
  }

  daysOf(value: string): number {
    return this.#known.get(value)?.days ?? 0;
  }

  lastDayOf(value: string): number | undefined {
    return this.#known.get(value)?.lastDay;
  }

  /** Undefined where it lies further back than the days that are kept one by one. */
  firstDayOf(value: string): number | undefined {
    const known = this.#known.get(value);
    if (known === undefined) return undefined;
    const { days, lastDay, recent } = known;
    return bitsIn(recent) === days ? lastDay - (31 - Math.clz32(recent)) : undefined;
  }

  values(): IterableIterator<string> {
    return this.#known.keys();
  }

  /** Share of the value-days that lie on values of at most so many days. */
  shareOfRarer(days: number): number {
    if (this.#valueDays === 0) return 0;
    let rarer = 0;
    for (let each = 1; each <= Math.min(days, mostDaysTold - 1); each++) rarer += each * (this.#valuesByDays[each] ?? 0);
    return Math.min(1, rarer / this.#valueDays);
  }

  /** Twice the same changes nothing. `onChange` is told of the value that is new, and of those that are forgotten for it. */
  learn(value: string, day: number, onChange?: (value: string, change: 1 | -1) => void): void {
    const known = this.#known.get(value);
    if (known === undefined) {
      if (this.#known.size >= mostValues) for (const lost of this.#forgetOldest()) onChange?.(lost, -1);
      onChange?.(value, 1);
      this.#known.set(value, { days: 1, lastDay: day, recent: 1 });
      this.#count(1, 1);
      this.#valueDays++;
      return;
    }
    const apart = day - known.lastDay;
    if (apart > 0) {
      known.recent = apart >= maskDays ? 1 : ((known.recent << apart) | 1) & 0x7fffffff;
      known.lastDay = day;
    } else {
      if (-apart >= maskDays || (known.recent & (1 << -apart)) !== 0) return;
      known.recent |= 1 << -apart;
    }
    this.#count(known.days, -1);
    known.days++;
    this.#count(known.days, 1);
    this.#valueDays++;
  }

  /** Somebody said of a known value that it is usual. */
  makeUsual(value: string): void {
    const known = this.#known.get(value);
    if (known !== undefined) known.isUsual = true;
  }

  isUsual(value: string): boolean {
    return this.#known.get(value)?.isUsual ?? false;
  }

  #count(days: number, change: number): void {
    const place = Math.min(days, mostDaysTold - 1);
    while (this.#valuesByDays.length < place) this.#valuesByDays.push(0);
    this.#valuesByDays[place] = (this.#valuesByDays[place] ?? 0) + change;
  }

  /** A tenth at once: one at a time would look through all of them with every new one. */
  #forgetOldest(): string[] {
    const byAge = [...this.#known].sort(([one, left], [other, right]) => left.lastDay - right.lastDay || (one < other ? -1 : 1));
    const oldest = byAge.slice(0, mostValues / 10);
    for (const [value, { days }] of oldest) {
      this.#known.delete(value);
      this.#count(days, -1);
      this.#valueDays -= days;
    }
    return oldest.map(([value]) => value);
  }
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
