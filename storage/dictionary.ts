// Texts of one column numbered in the order they came, as Arrow's dictionary arrays want them. A block of 100,000 rows
// names a few thousand distinct ones, so each is encoded once and every row costs a lookup.

export class Dictionary {
  readonly #indices = new Map<string, number>();
  readonly values: string[] = [];
  #lastValue = "";
  #lastIndex = -1;

  indexOf(value: string): number {
    if (value === this.#lastValue && this.#lastIndex >= 0) return this.#lastIndex;
    const known = this.#indices.get(value);
    const index = known ?? this.#add(value);
    this.#lastValue = value;
    this.#lastIndex = index;
    return index;
  }

  /** Lone surrogates become U+FFFD before they are compared: two spellings of one stored text must share an index. */
  #add(value: string): number {
    const stored = value.toWellFormed();
    let index = stored === value ? undefined : this.#indices.get(stored);
    if (index === undefined) {
      index = this.values.length;
      this.values.push(stored);
      this.#indices.set(stored, index);
    }
    if (stored !== value) this.#indices.set(value, index);
    return index;
  }
}
