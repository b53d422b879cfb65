// When one identity is active: in which hours of its active days, and after which gaps. Machines are periodic; what surprises is an hour
// that it never uses, and a return after a silence longer than any before.
import { isWeekend } from "./volume-memory.ts";

const neighbourShare = 0.5;
/** Weight of the identity's hours of all days beside those of the kind of day. */
const priorWeight = 2;
const mostGaps = 64;

export interface RhythmState {
  readonly activeInSlot: readonly number[];
  readonly activeDays: readonly number[];
  readonly gapsHours: readonly number[];
  readonly lastHour: number | null;
}

export class RhythmMemory {
  readonly #activeInSlot = new Float64Array(48);
  readonly #activeDays = [0, 0];
  readonly #gapsHours: number[] = [];
  #lastHour: number | undefined;

  static restore({ activeInSlot, activeDays, gapsHours, lastHour }: RhythmState): RhythmMemory {
    const memory = new RhythmMemory();
    memory.#activeInSlot.set(activeInSlot);
    for (const [kind, days] of activeDays.entries()) memory.#activeDays[kind] = days;
    memory.#gapsHours.push(...gapsHours);
    memory.#lastHour = lastHour ?? undefined;
    return memory;
  }

  get state(): RhythmState {
    return { activeInSlot: [...this.#activeInSlot], activeDays: this.#activeDays, gapsHours: this.#gapsHours, lastHour: this.#lastHour ?? null };
  }

  get activeDays(): number {
    return (this.#activeDays[0] ?? 0) + (this.#activeDays[1] ?? 0);
  }

  /** Last hour of which it is known that it was active. */
  get lastHour(): number | undefined {
    return this.#lastHour;
  }

  /** Hours (since the epoch) of one day in which it was active. */
  learn(day: number, hours: ReadonlySet<number>): void {
    const kind = isWeekend(day) ? 1 : 0;
    this.#activeDays[kind] = (this.#activeDays[kind] ?? 0) + 1;
    for (const hour of [...hours].sort((left, right) => left - right)) {
      const slot = kind * 24 + (hour - Math.floor(hour / 24) * 24);
      this.#activeInSlot[slot] = (this.#activeInSlot[slot] ?? 0) + 1;
      if (this.#lastHour !== undefined && hour - this.#lastHour > 1) this.#learnGap(hour - this.#lastHour);
      this.#lastHour = Math.max(this.#lastHour ?? hour, hour);
    }
  }

  /** Probability that an active day of that kind touches the hour or one beside it. */
  probabilityOfHour(hour: number): number {
    const day = Math.floor(hour / 24);
    const kind = isWeekend(day) ? 1 : 0;
    const own = this.#activity(kind, hour - day * 24);
    const other = this.#activity(1 - kind, hour - day * 24);
    const days = this.#activeDays[kind] ?? 0;
    const otherDays = this.#activeDays[1 - kind] ?? 0;
    const prior = (other + 0.5) / (otherDays + 1);
    // Days that were never seen weigh no more than the guess that they are.
    const weight = Math.min(priorWeight, otherDays + 1);
    return Math.min(1, (own + weight * prior) / (days + weight));
  }

  /** Median of its gaps; undefined where it is there every hour. */
  get usualGapHours(): number | undefined {
    return this.#gapsHours.toSorted((left, right) => left - right)[Math.floor(this.#gapsHours.length / 2)];
  }

  /** Probability of a gap at least so long, from its own gaps; beyond the longest it falls with the square of the distance. */
  probabilityOfGap(gapHours: number): number {
    const longer = this.#gapsHours.filter((gap) => gap >= gapHours).length;
    const chance = (longer + 0.5) / (this.#gapsHours.length + 1);
    const longest = Math.max(1, ...this.#gapsHours);
    return longer > 0 ? chance : chance * Math.min(1, longest / gapHours) ** 2;
  }

  #activity(kind: number, hour: number): number {
    const at = (place: number) => this.#activeInSlot[kind * 24 + ((place + 24) % 24)] ?? 0;
    return Math.max(at(hour), neighbourShare * Math.max(at(hour - 1), at(hour + 1)));
  }

  #learnGap(gapHours: number): void {
    this.#gapsHours.push(gapHours);
    if (this.#gapsHours.length > mostGaps) this.#gapsHours.shift();
  }
}
