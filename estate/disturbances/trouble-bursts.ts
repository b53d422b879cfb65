// What becomes of calls in trouble, and of who is too many: refused again and again, until it works.
import { failed, isWork, type Trouble } from "../altered-act.ts";
import type { Act } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { Random } from "../random.ts";

interface Burst {
  readonly trouble: Trouble;
  /** Of the calls. */
  readonly share: number;
  /** Tries that fail before one works. */
  readonly tries: readonly [number, number];
  /** Between the first and the second; twice as long each time, up to eight seconds. */
  readonly gapMs: number;
}

/** For `intercept`: the failed tries, then the call. */
export function retried(act: Act, resident: Resident, random: Random, { trouble, share, tries, gapMs }: Burst): readonly Act[] {
  if (!isWork(act, resident) || !random.chance(share)) return [act];
  const failure = failed(act, trouble);
  if (failure === act) return [act];
  let { atMs } = act;
  const failures = Array.from({ length: random.integer(...tries) }, (_, number): Act => {
    const tried = { ...failure, atMs };
    atMs += Math.ceil(Math.min(8_000, gapMs * 2 ** number) * random.between(0.5, 1));
    return tried;
  });
  // A session's own reserve is a minute: what takes longer gives up.
  return atMs - act.atMs < 45_000 ? [...failures, { ...act, atMs }] : failures;
}
