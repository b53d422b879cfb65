// How odd one identity has been before: its highest scores. One that is odd every week is not news for being so once more.

const kept = 48;

export interface ScoreState {
  readonly highest: readonly number[];
  readonly count: number;
}

export class ScoreMemory {
  /** Highest first. */
  readonly #highest: number[] = [];
  #count = 0;

  static restore({ highest, count }: ScoreState): ScoreMemory {
    const memory = new ScoreMemory();
    memory.#highest.push(...highest);
    memory.#count = count;
    return memory;
  }

  get state(): ScoreState {
    return { highest: this.#highest, count: this.#count };
  }

  add(score: number): void {
    this.#count++;
    if (score <= 0 || (this.#highest.length === kept && score <= (this.#highest[kept - 1] ?? 0))) return;
    const place = this.#highest.findIndex((other) => other < score);
    this.#highest.splice(place < 0 ? this.#highest.length : place, 0, score);
    if (this.#highest.length > kept) this.#highest.pop();
  }

  /**
   * Minus log2 of the share of its windows that scored at least as high. Undefined where none did: then only the estate's past can tell
   * how odd it is.
   */
  bits(score: number): number | undefined {
    const above = this.#highest.filter((other) => other >= score).length;
    return above === 0 ? undefined : Math.log2((this.#count + 1) / (above + 1));
  }
}
