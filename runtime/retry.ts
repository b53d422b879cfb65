// Again, after a TransientError only: the one place that decides how long to wait and when to give up.
import { setTimeout as wait } from "node:timers/promises";
import { TransientError } from "../model/errors.ts";

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Calls in all, the first included. */
  readonly tries?: number;
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  /** Told before each wait. */
  readonly onRetry?: (error: TransientError, delayMs: number) => void;
}

/** Doubles the wait each time, with up to a fifth of jitter; what the other side asks for (`retryAfterMs`) goes first. */
export async function retryTransient<Result>(call: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { signal, tries = 6, firstDelayMs = 250, longestDelayMs = Number.POSITIVE_INFINITY, onRetry } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= tries || signal.aborted) throw error;
      const delayMs = error.retryAfterMs ?? Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (1 + Math.random() / 5);
      onRetry?.(error, delayMs);
      await wait(delayMs, undefined, { signal });
    }
  }
}
