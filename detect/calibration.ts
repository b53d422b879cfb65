// From bits to p-values: what share of the estate's own past scores was at least as high. Conformal, so that it holds whatever the scores
// mean; beyond the highest percent it is carried on by a generalised Pareto tail, so that the top stays ordered. A day of scores is
// learned when it is over: which windows came first does not matter.

const binWidth = 0.1;
const bins = 1000;
/** The window that rolls under drift. */
const keptDays = 30;
/** Share of the scores that the tail is fitted to. */
const tailShare = 0.01;
const fewestForTail = 1000;
/**
 * Whoever is odd for hours, and is not raised, must not be the measure by which the next one is ordinary: a cut score counts for no more than
 * what one in 512 reaches,
 */
const oddestTaught = 2 ** -9;
/** and so much, so that what comes day after day becomes usual in the end. */
const mostRiseBits = 0.5;
/** Before so many days nobody knows what is usual, and nothing is cut. */
const daysBeforeCut = 7;

interface Scores {
  readonly days: Uint32Array[];
  readonly sum: Uint32Array;
  count: number;
  /** Number of scores at or above each bin; made when first asked for after a change. */
  atLeast: Float64Array | undefined;
  tail: Tail | undefined;
  /** The highest score that is as probable as `oddestTaught`; made when first asked for after a change. */
  highestTaught: number | undefined;
}

interface Tail {
  readonly fromBin: number;
  readonly probability: number;
  readonly scale: number;
  readonly shape: number;
}

type Counts = readonly (readonly [bin: number, count: number])[];

export interface CalibrationState {
  readonly key: string;
  /** The oldest first. */
  readonly days: readonly Counts[];
  /** Of the day that goes on; null where there is none yet. */
  readonly today: Counts | null;
}

export class Calibration {
  readonly #scores = new Map<string, Scores>();
  readonly #today = new Map<string, Uint32Array>();

  static restore(states: readonly CalibrationState[]): Calibration {
    const calibration = new Calibration();
    for (const { key, days, today } of states) {
      const scores = emptyScores();
      for (const day of days.map(fullCounts)) {
        scores.days.push(day);
        addTo(scores, day, 1);
      }
      if (days.length > 0) calibration.#scores.set(key, scores);
      if (today !== null) calibration.#today.set(key, fullCounts(today));
    }
    return calibration;
  }

  get state(): CalibrationState[] {
    return [...new Set([...this.#scores.keys(), ...this.#today.keys()])].map((key) => {
      const today = this.#today.get(key);
      return { key, days: (this.#scores.get(key)?.days ?? []).map(countsOf), today: today === undefined ? null : countsOf(today) };
    });
  }

  /** A score of the day that goes on. `key`: what is comparable with what. */
  add(key: string, bits: number): void {
    let day = this.#today.get(key);
    if (day === undefined) {
      day = new Uint32Array(bins);
      this.#today.set(key, day);
    }
    const bin = binOf(bits);
    day[bin] = (day[bin] ?? 0) + 1;
  }

  /** The same, for a score that may be an attack's: it counts for no more than what the past knows. */
  addCut(key: string, bits: number): void {
    const scores = this.#scores.get(key);
    const isKnown = scores !== undefined && scores.count >= fewestForTail && scores.days.length >= daysBeforeCut;
    if (isKnown) scores.highestTaught ??= this.#highestTaught(key);
    this.add(key, Math.min(bits, (scores?.highestTaught ?? Number.POSITIVE_INFINITY) + mostRiseBits));
  }

  #highestTaught(key: string): number {
    const middle = (bin: number) => (bin + 0.5) * binWidth;
    let bin = bins - 1;
    while (bin > 0 && this.probability(key, middle(bin)) < oddestTaught) bin--;
    return middle(bin);
  }

  /** The day is over: its scores are part of the past. */
  closeDay(): void {
    for (const [key, day] of this.#today) {
      const scores = this.#scores.get(key) ?? emptyScores();
      this.#scores.set(key, scores);
      scores.days.push(day);
      addTo(scores, day, 1);
      if (scores.days.length > keptDays) {
        const oldest = scores.days.shift();
        if (oldest !== undefined) addTo(scores, oldest, -1);
      }
      scores.atLeast = undefined;
      scores.highestTaught = undefined;
    }
    this.#today.clear();
  }

  countOf(key: string): number {
    return this.#scores.get(key)?.count ?? 0;
  }

  /** Days of scores that the past holds. */
  daysOf(key: string): number {
    return this.#scores.get(key)?.days.length ?? 0;
  }

  /** (1 + past scores at least as high) / (past scores + 1), below that by the tail; 1 where there is no past. */
  probability(key: string, bits: number): number {
    const scores = this.#scores.get(key);
    if (scores === undefined || scores.count === 0) return 1;
    if (scores.atLeast === undefined) prepare(scores);
    const { tail } = scores;
    if (tail !== undefined && binOf(bits) > tail.fromBin) return Math.min(tail.probability, tailProbability(tail, bits));
    return (1 + (scores.atLeast?.[binOf(bits)] ?? 0)) / (scores.count + 1);
  }
}

function emptyScores(): Scores {
  return { days: [], sum: new Uint32Array(bins), count: 0, atLeast: undefined, tail: undefined, highestTaught: undefined };
}

function countsOf(day: Uint32Array): Counts {
  return [...day.entries()].filter(([, count]) => count > 0);
}

function fullCounts(counts: Counts): Uint32Array {
  const day = new Uint32Array(bins);
  for (const [bin, count] of counts) day[bin] = count;
  return day;
}

function binOf(bits: number): number {
  return Math.max(0, Math.min(bins - 1, Math.floor(bits / binWidth)));
}

function addTo(scores: Scores, day: Uint32Array, sign: 1 | -1): void {
  for (let bin = 0; bin < bins; bin++) {
    const count = day[bin] ?? 0;
    if (count === 0) continue;
    scores.sum[bin] = (scores.sum[bin] ?? 0) + sign * count;
    scores.count += sign * count;
  }
}

function prepare(scores: Scores): void {
  const atLeast = new Float64Array(bins);
  let sum = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    sum += scores.sum[bin] ?? 0;
    atLeast[bin] = sum;
  }
  scores.atLeast = atLeast;
  scores.tail = scores.count < fewestForTail ? undefined : fitTail(scores, atLeast);
}

/** Generalised Pareto by the method of moments over the excesses; never with an end (a shape below 0), so that the top stays ordered. */
function fitTail({ sum, count }: Scores, atLeast: Float64Array): Tail {
  let fromBin = bins - 1;
  while (fromBin > 0 && (atLeast[fromBin] ?? 0) < count * tailShare) fromBin--;
  let excesses = 0;
  let total = 0;
  let squares = 0;
  for (let bin = fromBin + 1; bin < bins; bin++) {
    const excess = (bin - fromBin) * binWidth;
    excesses += sum[bin] ?? 0;
    total += excess * (sum[bin] ?? 0);
    squares += excess * excess * (sum[bin] ?? 0);
  }
  const probability = (1 + excesses) / (count + 1);
  if (excesses < 5) return { fromBin, probability, scale: 1 / Math.LN2, shape: 0 };
  const mean = total / excesses;
  const variance = Math.max(squares / excesses - mean * mean, 1e-3);
  const shape = Math.max(0, Math.min(0.3, 0.5 * (1 - (mean * mean) / variance)));
  return { fromBin, probability, scale: Math.max(mean * (1 - shape), binWidth), shape };
}

function tailProbability({ fromBin, probability, scale, shape }: Tail, bits: number): number {
  const excess = bits - (fromBin + 1) * binWidth;
  if (excess <= 0) return probability;
  const survival = shape < 1e-6 ? Math.exp(-excess / scale) : (1 + (shape * excess) / scale) ** (-1 / shape);
  return Math.max(probability * survival, 1e-30);
}
