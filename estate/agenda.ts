// What a machine does in one hour, gathered from several jobs and then done in order of time: a machine that has more than one thing
// to do does not finish one before it looks at the next.

interface Entry {
  readonly atMs: number;
  readonly act: (atMs: number) => void;
}

export class Agenda {
  readonly #entries: Entry[] = [];

  /** One call, or a few that belong together, at each of the moments. */
  at(momentsMs: readonly number[], act: (atMs: number) => void): void {
    for (const atMs of momentsMs) this.#entries.push({ atMs, act });
  }

  /** The steps of a run, each at its own moment; moments without a step are left out. */
  run<Step>(momentsMs: readonly number[], steps: readonly Step[], act: (atMs: number, step: Step) => void): void {
    steps.forEach((step, index) => {
      const atMs = momentsMs[index];
      if (atMs !== undefined) this.#entries.push({ atMs, act: () => act(atMs, step) });
    });
  }

  /** Does all of it. What is due at the same moment keeps the order in which it was put down. */
  live(): void {
    this.#entries.sort((left, right) => left.atMs - right.atMs);
    for (const { atMs, act } of this.#entries) act(atMs);
  }
}
