// How alike generated and real records are: which fields stand in them how often, what kinds of values they hold, how long they are.
// Only kinds of records that both sets have are compared; with few real records of a kind a share is coarse.

/** Of one kind of record: how often each path stood, with which kind of value, and the records' sizes. */
export class ShapeCounts {
  /** All there are. */
  records = 0;
  /** Those of which the paths were counted. */
  looked = 0;
  readonly sizes: number[] = [];
  readonly #paths = new Map<string, Map<string, number>>();

  add(shape: ReadonlyMap<string, string>, size: number): void {
    this.looked++;
    this.sizes.push(size);
    for (const [path, kind] of shape) {
      const kinds = this.#paths.get(path) ?? new Map<string, number>();
      this.#paths.set(path, kinds);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  }

  get paths(): Iterable<string> {
    return this.#paths.keys();
  }

  /** Share of the records in which the path stands. */
  presence(path: string): number {
    const kinds = this.#paths.get(path);
    return kinds === undefined || this.looked === 0 ? 0 : sum(kinds.values()) / this.looked;
  }

  /** Share of each kind among the values that stand there. */
  kinds(path: string): ReadonlyMap<string, number> {
    const kinds = this.#paths.get(path) ?? new Map<string, number>();
    const total = sum(kinds.values());
    return new Map([...kinds].map(([kind, count]) => [kind, count / total]));
  }
}

interface PathDifference {
  readonly kind: string;
  readonly path: string;
  readonly generated: number;
  readonly real: number;
}

export interface Likeness {
  readonly realKinds: number;
  /** Kinds of whole real records that the generated set has too; the means below are over them, each kind weighing the same. */
  readonly sharedKinds: number;
  readonly presence: number;
  readonly kinds: number;
  /**
   * Share of the paths that stand in nine of ten real records of a shared kind and in nine of ten generated ones too. Records that were
   * cut down count here, because what stands in them was there.
   */
  readonly alwaysThere: number;
  /** Share of the paths in nine of ten generated records of a shared kind that no whole real record of the kind has. */
  readonly neverReal: number;
  /** Median over the shared kinds of generated median size over real median size. */
  readonly sizeRatio: number;
  /** Farthest apart, by presence. */
  readonly differences: readonly PathDifference[];
}

type Kinds = ReadonlyMap<string, ShapeCounts>;

const told = 12;
const always = 0.9;
const none: Kinds = new Map();

export function compareKinds(real: Kinds, generated: Kinds, cut: Kinds = none): Likeness {
  const presences: number[] = [];
  const kinds: number[] = [];
  const ratios: number[] = [];
  const differences: PathDifference[] = [];
  const found = { always: 0, alsoGenerated: 0, generatedAlways: 0, neverReal: 0 };
  for (const [kind, made] of [...generated].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const [truth, part] = [real.get(kind), cut.get(kind)];
    for (const some of [truth, part]) {
      for (const path of some?.paths ?? []) {
        if (some === undefined || some.presence(path) < always) continue;
        found.always++;
        if (made.presence(path) >= always) found.alsoGenerated++;
        else if (some === part) differences.push({ kind, path, generated: made.presence(path), real: some.presence(path) });
      }
    }
    if (truth === undefined) continue;
    const likeness: number[] = [];
    const kindLikeness: number[] = [];
    for (const path of new Set([...truth.paths, ...made.paths])) {
      const [inReal, inGenerated] = [truth.presence(path), made.presence(path)];
      likeness.push(1 - Math.abs(inReal - inGenerated));
      if (inReal > 0 && inGenerated > 0) kindLikeness.push(overlap(truth.kinds(path), made.kinds(path)));
      if (inGenerated >= always) found.generatedAlways++;
      if (inGenerated >= always && inReal === 0) found.neverReal++;
      differences.push({ kind, path, generated: inGenerated, real: inReal });
    }
    presences.push(mean(likeness));
    kinds.push(mean(kindLikeness));
    ratios.push(quantile(made.sizes, 0.5) / quantile(truth.sizes, 0.5));
  }
  differences.sort((left, right) => Math.abs(right.real - right.generated) - Math.abs(left.real - left.generated));
  return {
    realKinds: real.size,
    sharedKinds: presences.length,
    presence: mean(presences),
    kinds: mean(kinds),
    alwaysThere: found.alsoGenerated / found.always,
    neverReal: found.neverReal / found.generatedAlways,
    sizeRatio: quantile(ratios, 0.5),
    differences: differences.filter(({ real: inReal, generated: inGenerated }) => Math.abs(inReal - inGenerated) > 0.05).slice(0, told),
  };
}

/** One minus the total variation distance of two distributions. */
function overlap(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [kind, share] of left) common += Math.min(share, right.get(kind) ?? 0);
  return common;
}

/** The smallest value with so large a share of all at or below it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length;
}
