// How alike generated and real records are, log by log: which fields stand in them how often, and what kinds of values they hold.
// Only actions that both sets have are compared field by field; with few real records of an action a share is coarse, and is told.

/** Of one action of one log: how often each path stood, and with which kind of value. */
export class ShapeCounts {
  records = 0;
  readonly #paths = new Map<string, Map<string, number>>();

  add(shape: ReadonlyMap<string, string>): void {
    this.records++;
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
    return kinds === undefined || this.records === 0 ? 0 : sum(kinds.values()) / this.records;
  }

  /** Share of each kind among the values that stand there. */
  kinds(path: string): ReadonlyMap<string, number> {
    const kinds = this.#paths.get(path) ?? new Map<string, number>();
    const total = sum(kinds.values());
    return new Map([...kinds].map(([kind, count]) => [kind, count / total]));
  }
}

interface PathDifference {
  readonly action: string;
  readonly path: string;
  readonly generated: number;
  readonly real: number;
}

export interface LogLikeness {
  readonly realRecords: number;
  readonly generatedRecords: number;
  readonly sharedActions: number;
  /** Means over the paths of shared actions, each action weighing the same: 1 where the two sets are alike. */
  readonly presence: number;
  readonly kinds: number;
  /** Share of the paths that stand in nine of ten real records of a shared action and in nine of ten generated ones too. */
  readonly alwaysThere: number;
  /** Farthest apart, by presence. */
  readonly differences: readonly PathDifference[];
}

const told = 12;

export function compareLog(real: ReadonlyMap<string, ShapeCounts>, generated: ReadonlyMap<string, ShapeCounts>): LogLikeness {
  const shared = [...real.keys()].filter((action) => generated.has(action)).sort();
  const differences: PathDifference[] = [];
  const presences: number[] = [];
  const kinds: number[] = [];
  let always = 0;
  let alwaysInBoth = 0;
  for (const action of shared) {
    const [truth, made] = [real.get(action) as ShapeCounts, generated.get(action) as ShapeCounts];
    const paths = new Set([...truth.paths, ...made.paths]);
    const likeness: number[] = [];
    const kindLikeness: number[] = [];
    for (const path of paths) {
      const [inReal, inGenerated] = [truth.presence(path), made.presence(path)];
      likeness.push(1 - Math.abs(inReal - inGenerated));
      if (inReal > 0 && inGenerated > 0) kindLikeness.push(overlap(truth.kinds(path), made.kinds(path)));
      if (inReal >= 0.9) always++;
      if (inReal >= 0.9 && inGenerated >= 0.9) alwaysInBoth++;
      differences.push({ action, path, generated: inGenerated, real: inReal });
    }
    presences.push(mean(likeness));
    kinds.push(mean(kindLikeness));
  }
  differences.sort((left, right) => Math.abs(right.real - right.generated) - Math.abs(left.real - left.generated) || compareText(left, right));
  return {
    realRecords: sum([...real.values()].map(({ records }) => records)),
    generatedRecords: sum([...generated.values()].map(({ records }) => records)),
    sharedActions: shared.length,
    presence: mean(presences),
    kinds: mean(kinds),
    alwaysThere: always === 0 ? Number.NaN : alwaysInBoth / always,
    differences: differences.filter(({ real: inReal, generated: inGenerated }) => Math.abs(inReal - inGenerated) > 0.05).slice(0, told),
  };
}

/** One minus the total variation distance of two distributions. */
function overlap(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [kind, share] of left) common += Math.min(share, right.get(kind) ?? 0);
  return common;
}

function compareText(left: PathDifference, right: PathDifference): number {
  const [a, b] = [`${left.action} ${left.path}`, `${right.action} ${right.path}`];
  return a < b ? -1 : a > b ? 1 : 0;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length;
}
