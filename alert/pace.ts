// So many milliseconds at least between two calls of one name, whoever makes them: two sinks that post to one Slack channel share its limit.
import { setTimeout as wait } from "node:timers/promises";

export class Pace {
  readonly #betweenMs: number;
  readonly #pause: (waitMs: number, signal: AbortSignal) => Promise<void>;
  readonly #nextMs = new Map<string, number>();

  constructor(betweenMs: number, pause = usualPause) {
    this.#betweenMs = betweenMs;
    this.#pause = pause;
  }

  /** Returns when it is the caller's turn, or when the signal is raised. Turns come in the order of the calls. */
  async turn(name: string, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.#nextMs.get(name) ?? 0);
    this.#nextMs.set(name, atMs + this.#betweenMs);
    if (atMs > nowMs) await this.#pause(atMs - nowMs, signal);
  }
}

async function usualPause(waitMs: number, signal: AbortSignal): Promise<void> {
  await wait(waitMs, undefined, { signal }).catch(() => undefined);
}
