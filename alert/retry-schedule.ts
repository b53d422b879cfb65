// When a delivery that failed is tried again: the schedule that Standard Webhooks recommends, with jitter, and what the receiver asked for, within bounds.

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Before the second try, the third, ... The first is at once, and so there are ten. */
const waitsMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
const jitter = 0.2;
/** So long after it was planned it is given up, whoever put it off. The whole schedule takes 76 hours. */
const longestMs = 5 * 24 * hour;
const shortestWaitMs = second;
const longestWaitMs = hour;
/** Between two looks at a receiver that fails. */
const longestRestMs = 5 * minute;

export interface FailedTry {
  /** Tries that count, this one included. */
  readonly attempts: number;
  readonly createdMs: number;
  readonly nowMs: number;
  /** What the receiver asked for; as it said it. */
  readonly retryAfterMs: number | undefined;
  /** 0 to 1. */
  readonly random: () => number;
}

/** When it may be tried again; undefined where it is given up. */
export function nextTry({ attempts, createdMs, nowMs, retryAfterMs, random }: FailedTry): number | undefined {
  if (nowMs - createdMs >= longestMs) return undefined;
  if (retryAfterMs !== undefined) return nowMs + boundedWait(retryAfterMs);
  const waitMs = waitsMs[attempts - 1];
  return waitMs === undefined ? undefined : nowMs + spread(waitMs, random);
}

/** How long a receiver is left alone after so many failures in a row. */
export function restAfter(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  if (retryAfterMs !== undefined) return boundedWait(retryAfterMs);
  return Math.min(longestRestMs, spread(5 * second * 2 ** Math.min(failures - 1, 10), random));
}

function boundedWait(askedMs: number): number {
  return Math.min(longestWaitMs, Math.max(shortestWaitMs, askedMs));
}

function spread(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 - jitter + 2 * jitter * random()));
}
