// Text columns whose values come together (a caller's twelve fields, an agent and its family): their indices are remembered as
// one, under the value that differs most, so that a row costs one look-up for all of them instead of one each.
import { Dictionary } from "./dictionary.ts";

export interface TextColumn<Name extends string> {
  readonly name: Name;
  readonly dictionary: Dictionary;
  readonly indices: Int32Array<ArrayBuffer>;
}

interface Known {
  readonly texts: readonly string[];
  readonly indices: readonly number[];
}

export class DictionaryGroup<Name extends string> {
  readonly columns: readonly TextColumn<Name>[];
  readonly #known = new Map<string, Known>();

  constructor(names: readonly Name[], rowCapacity: number) {
    this.columns = names.map((name) => ({ name, dictionary: new Dictionary(), indices: new Int32Array(rowCapacity) }));
  }

  /** `key`: any text that tells most rows apart; all texts are compared, so a wrong one only costs time. */
  append(row: number, key: string, texts: Readonly<Record<Name, string>>): void {
    const known = this.#known.get(key);
    if (known !== undefined && this.#isSame(known, texts)) {
      const { indices } = known;
      for (let place = 0; place < indices.length; place++) (this.columns[place] as TextColumn<Name>).indices[row] = indices[place] as number;
      return;
    }
    const indices = this.columns.map(({ name, dictionary, indices: own }) => {
      const index = dictionary.indexOf(texts[name]);
      own[row] = index;
      return index;
    });
    this.#known.set(key, { texts: this.columns.map(({ name }) => texts[name]), indices });
  }

  #isSame({ texts: known }: Known, texts: Readonly<Record<Name, string>>): boolean {
    for (let place = 0; place < known.length; place++) if (known[place] !== texts[(this.columns[place] as TextColumn<Name>).name]) return false;
    return true;
  }
}
