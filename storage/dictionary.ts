// Texts of one column numbered in the order they came, as Arrow's dictionary arrays want them. A block of 20,480 rows
// names a few thousand distinct ones, so each is encoded once and every row costs a lookup.

/** Columns mostly take turns between a few texts; those of one length share a place. */
const recentPlaces = 8;

export class Dictionary {
  readonly #indices = new Map<string, number>();
  readonly values: string[] = [];
  readonly #recentValues: string[] = new Array(recentPlaces).fill("");
  readonly #recentIndices = new Int32Array(recentPlaces).fill(-1);

  indexOf(value: string): number {
    const place = value.length & (recentPlaces - 1);
    const recent = this.#recentIndices[place] as number;
    if (recent >= 0 && this.#recentValues[place] === value) return recent;
    const index = this.#indices.get(value) ?? this.#add(value);
    this.#recentValues[place] = value;
    this.#recentIndices[place] = index;
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
