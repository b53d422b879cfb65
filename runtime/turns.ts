// Turns of the event loop, for work that never waits: what becomes ready in microtasks alone keeps timers and sockets waiting.
import { setImmediate as turn } from "node:timers/promises";

export class Turns {
  readonly #eachMs: number;
  #lastMs = performance.now();

  constructor(eachMs: number) {
    this.#eachMs = eachMs;
  }

  /** At once, or a turn later where the last one was `eachMs` ago. */
  async take(): Promise<void> {
    if (performance.now() - this.#lastMs < this.#eachMs) return;
    await turn();
    this.#lastMs = performance.now();
  }
}
