// How much one identity does of one kind: by hour of day on working days and weekends, and by day. Hours without events count as
// none. It stands alone because volumes are the one thing that is counted, and counts of a learned day never change again.

const slots = 48;
/** What a past occurrence of a slot still weighs when the next one comes: at most 20 effective ones, so that it never grows certain. */
const keep = 0.95;
/** How many occurrences of its own the identity's mean over all hours weighs beside a slot's. */
const overallWeight = 3;

interface Moments {
  weight: number;
  sum: number;
  squares: number;
}

export interface Expected {
  readonly mean: number;
  /** Size of the negative binomial: mean² / (variance - mean). */
  readonly size: number;
  readonly observations: number;
}

export interface VolumeState {
  /** Of the hours of working days and of weekends: all hours of a day are learned at once. */
  readonly weights: readonly [number, number];
  /** Slots that ever counted anything. */
  readonly slots: readonly (readonly [slot: number, sum: number, squares: number])[];
  readonly days: readonly [weight: number, sum: number, squares: number];
  readonly excess: readonly [weight: number, variance: number, meanSquare: number];
}

export class VolumeMemory {
  readonly #slots: Moments[] = Array.from({ length: slots }, () => ({ weight: 0, sum: 0, squares: 0 }));
  #days: Moments = { weight: 0, sum: 0, squares: 0 };
  /** Variation around the slots' means, pooled: the dispersion of one slot alone is not known from 20 values. */
  #excess = { weight: 0, variance: 0, meanSquare: 0 };

  static restore({ weights, slots: counted, days, excess }: VolumeState): VolumeMemory {
    const memory = new VolumeMemory();
    for (const [place, slot] of memory.#slots.entries()) slot.weight = weights[place < 24 ? 0 : 1];
    for (const [place, sum, squares] of counted) Object.assign(memory.#slots[place] ?? {}, { sum, squares });
    memory.#days = { weight: days[0], sum: days[1], squares: days[2] };
    memory.#excess = { weight: excess[0], variance: excess[1], meanSquare: excess[2] };
    return memory;
  }

  get state(): VolumeState {
    return {
      weights: [this.#slots[0]?.weight ?? 0, this.#slots[24]?.weight ?? 0],
      slots: [...this.#slots.entries()].flatMap(([place, { sum, squares }]) => (sum === 0 ? [] : [[place, sum, squares] as const])),
      days: [this.#days.weight, this.#days.sum, this.#days.squares],
      excess: [this.#excess.weight, this.#excess.variance, this.#excess.meanSquare],
    };
  }

  /** Counts of the 24 hours of a day, which is over. */
  learn(day: number, counts: readonly number[]): void {
    const offset = isWeekend(day) ? 24 : 0;
    let total = 0;
    for (let hour = 0; hour < 24; hour++) {
      const count = counts[hour] ?? 0;
      const slot = this.#slots[offset + hour];
      if (slot === undefined) continue;
      if (slot.weight >= 3) this.#learnExcess(count, slot);
      total += count;
      learn(slot, this.#clipped(count, slot));
    }
    learn(this.#days, this.#clipped(total, this.#days));
  }

  expectedInHour(hour: number): Expected {
    const day = Math.floor(hour / 24);
    const slot = this.#slots[(isWeekend(day) ? 24 : 0) + (hour - day * 24)] ?? { weight: 0, sum: 0, squares: 0 };
    const overall = this.#days.weight === 0 ? 0 : this.#days.sum / this.#days.weight / 24;
    const mean = (slot.sum + overallWeight * overall) / (slot.weight + overallWeight);
    const { weight, variance, meanSquare } = this.#excess;
    // Shrunk to a size of 1 (a standard deviation as large as the mean) by five observations.
    const inverse = (Math.max(variance, 0) + 5) / (meanSquare + 5 * 1);
    return { mean, size: clampSize(1 / inverse), observations: Math.min(slot.weight, weight) };
  }

  expectedInDay(): Expected {
    const { weight, sum, squares } = this.#days;
    if (weight === 0) return { mean: 0, size: 1, observations: 0 };
    const mean = sum / weight;
    const variance = Math.max(0, squares / weight - mean * mean);
    const inverse = (weight * Math.max(variance - mean, 0) + 2 * mean * mean) / (weight * mean * mean + 2 * mean * mean + 1e-9);
    return { mean, size: clampSize(1 / Math.max(inverse, 1e-6)), observations: weight };
  }

  /** One hour moves what is expected only so far: an attacker who teaches slowly must be slow. */
  #clipped(count: number, { weight, sum, squares }: Moments): number {
    if (weight < 5) return count;
    const mean = sum / weight;
    const deviation = Math.sqrt(Math.max(0, squares / weight - mean * mean));
    return Math.min(count, mean + 5 * Math.max(deviation, 1));
  }

  #learnExcess(count: number, { weight, sum }: Moments): void {
    const mean = sum / weight;
    if (mean < 0.05) return;
    const excess = this.#excess;
    const faster = 0.99;
    const deviation = Math.min((count - mean) ** 2, 25 * (mean + 1) ** 2);
    excess.weight = excess.weight * faster + 1;
    excess.variance = excess.variance * faster + deviation - mean;
    excess.meanSquare = excess.meanSquare * faster + mean * mean;
  }
}

function learn(moments: Moments, count: number): void {
  moments.weight = moments.weight * keep + 1;
  moments.sum = moments.sum * keep + count;
  moments.squares = moments.squares * keep + count * count;
}

function clampSize(size: number): number {
  return Math.min(Math.max(size, 0.1), 1000);
}

/** Days since the epoch, which was a Thursday. */
export function isWeekend(day: number): boolean {
  const weekday = (((day + 3) % 7) + 7) % 7;
  return weekday >= 5;
}
