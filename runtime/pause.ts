// A wait that a signal may cut short: that it was is no error, since who waits in a loop asks the signal next.
import { setTimeout as wait } from "node:timers/promises";

/** Returns after `waitMs`, or as soon as the signal is raised. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(waitMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
