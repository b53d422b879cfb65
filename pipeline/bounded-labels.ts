// Values of a metric's label, few and harmless: each distinct value is a series that somebody's Prometheus keeps, and some come from outside.
// It stands alone because every label that is not the program's own goes through it.

const otherLabel = "other";

const longestLabel = 120;

export class BoundedLabels {
  readonly #most: number;
  readonly #known = new Set<string>();

  /** `most`: values that are told apart over the life of the process; all that come later are "other". */
  constructor(most: number) {
    this.#most = most;
  }

  /** The same for the same value, from the first time on. */
  of(value: string): string {
    const label = value.slice(0, longestLabel).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
    if (this.#known.has(label)) return label;
    if (this.#known.size >= this.#most) return otherLabel;
    this.#known.add(label);
    return label;
  }
}
