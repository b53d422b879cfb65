// So many milliseconds at least between two calls of one name, whoever makes them: two sinks that post to one Slack channel share its limit.
import { pause } from "../runtime/pause.ts";

export class Pace {
  readonly #betweenMs: number;
  readonly #pause: typeof pause;
  readonly #nextMs = new Map<string, number>();

  /** `pausing`: how it waits. */
  constructor(betweenMs: number, pausing = pause) {
    this.#betweenMs = betweenMs;
    this.#pause = pausing;
  }

  /** Returns when it is the caller's turn, or when the signal is raised. Turns come in the order of the calls. */
  async turn(name: string, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.#nextMs.get(name) ?? 0);
    this.#nextMs.set(name, atMs + this.#betweenMs);
    if (atMs > nowMs) await this.#pause(atMs - nowMs, signal);
  }
}
