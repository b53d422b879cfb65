// Text columns whose values come together (a caller's twenty fields): each distinct combination is numbered once, a row is one
// number, and the columns are laid out from it when the block is finished.
import type { ValueGroup } from "../model/value-group.ts";
import { Dictionary } from "./dictionary.ts";

export interface TextColumn<Name extends string> {
  readonly name: Name;
  readonly dictionary: Dictionary;
  readonly indices: Int32Array<ArrayBuffer>;
}

/** Combinations with one key that are compared, the newest first: a forged key that all rows share must not cost more. */
const triesPerKey = 4;

let lastId = 0;

export class DictionaryGroup<Name extends string, Row> {
  readonly #id = ++lastId;
  readonly #names: readonly Name[];
  readonly #textsOf: (row: Row) => readonly string[];
  readonly #dictionaries: readonly Dictionary[];
  /** Each combination's texts; `#next` leads to the one before it with the same key. */
  readonly #texts: (readonly string[])[] = [];
  readonly #next: number[] = [];
  readonly #byKey = new Map<string, number>();
  /** For each combination the index of each column, one combination after the other. */
  readonly #indices: number[] = [];
  readonly #rows: Int32Array<ArrayBuffer>;

  /** `textsOf`: a row's texts, in the order of the names. */
  constructor(names: readonly Name[], rowCapacity: number, textsOf: (row: Row) => readonly string[]) {
    this.#names = names;
    this.#textsOf = textsOf;
    this.#dictionaries = names.map(() => new Dictionary());
    this.#rows = new Int32Array(rowCapacity);
  }

  /** `key`: any text that tells most combinations apart; all texts are compared, so a wrong one only costs time. */
  append(row: number, key: string, values: Row, group: ValueGroup | undefined): void {
    if (group === undefined) {
      this.#rows[row] = this.#numberOf(key, values);
      return;
    }
    if (group.numberedBy !== this.#id) {
      group.number = this.#numberOf(key, values);
      group.numberedBy = this.#id;
    }
    this.#rows[row] = group.number;
  }

  columns(length: number): TextColumn<Name>[] {
    const width = this.#names.length;
    return this.#names.map((name, place) => {
      const indices = new Int32Array(length);
      for (let row = 0; row < length; row++) indices[row] = this.#indices[(this.#rows[row] as number) * width + place] as number;
      return { name, dictionary: this.#dictionaries[place] as Dictionary, indices };
    });
  }

  #numberOf(key: string, row: Row): number {
    const own = this.#textsOf(row);
    const newest = this.#byKey.get(key) ?? -1;
    let number = newest;
    for (let tries = 0; number >= 0 && tries < triesPerKey; tries++) {
      if (isSame(this.#texts[number] as readonly string[], own)) return number;
      number = this.#next[number] as number;
    }
    number = this.#texts.length;
    this.#texts.push(own);
    for (let place = 0; place < own.length; place++) this.#indices.push((this.#dictionaries[place] as Dictionary).indexOf(own[place] as string));
    this.#next.push(newest);
    this.#byKey.set(key, number);
    return number;
  }
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  for (let place = 0; place < left.length; place++) if (left[place] !== right[place]) return false;
  return true;
}
