// Whom a day misses: identities that are silent for longer than they ever are, by their own gaps. Nothing comes of them, so that there is no window to
// score; they get one without hours, once, on the first day with room at whose end they are late. A silent source is no hundred silent machines:
// where most of an account are late at once, one window stands for all.
import { emptyWindow, type Window } from "./evidence.ts";
import type { EstateMemory } from "./memory/estate-memory.ts";
import type { IdentityMemory } from "./memory/identity-memory.ts";

export interface Silence {
  /** Hour since the epoch in which it was seen last. */
  readonly lastHour: number;
  /** Its account, project or cluster: where most of its days are. */
  readonly account: string;
  /** Identities of the account that are late since the same day, itself included; and those of it that were still there. */
  readonly late: number;
  readonly active: number;
}

const dayMs = 86_400_000;
const fewestDays = 7;
/** Whoever was gone for longer is not awaited. */
const awaitedDays = 60;
/** So many of an account late at once are a matter of the account, */
const fewestOfSource = 3;
/** if they are that share of those that are late or there. */
const shareOfSource = 0.5;
/** How sure it has to be: one gap in 128 is so long. */
const leastBits = 7;

/** Minus log2 of how probable a silence until that hour is by the identity's own gaps. */
export function bitsOfSilence({ rhythm }: IdentityMemory, lastHour: number, untilHour: number): number {
  return untilHour <= lastHour ? 0 : -Math.log2(rhythm.probabilityOfGap(untilHour - lastHour));
}

interface Late {
  readonly uid: string;
  readonly own: IdentityMemory;
  readonly lastHour: number;
  readonly bits: number;
}

/**
 * Windows of those that are late at the end of that day (UTC, since the epoch) and were not at its beginning, the surest first; with those who
 * wait to be told since an earlier day, as they were late then, for as long as they are silent.
 */
export function silentWindows(memory: EstateMemory, day: number, waiting: ReadonlyMap<string, Silence>): Window[] {
  const endHour = (day + 1) * 24;
  const late = new Map<string, Late[]>();
  const still: (Late & Silence)[] = [];
  const active = new Map<string, number>();
  for (const [uid, own] of memory.identities()) {
    const lastHour = own.lastHourBefore(endHour);
    if (lastHour === undefined || own.rhythm.activeDays < fewestDays || lastHour < endHour - awaitedDays * 24) continue;
    const account = accountOf(own);
    if (lastHour >= day * 24) active.set(account, (active.get(account) ?? 0) + 1);
    const bits = bitsOfSilence(own, lastHour, endHour);
    if (bits < leastBits) continue;
    if (bitsOfSilence(own, lastHour, endHour - 24) >= leastBits) {
      const since = waiting.get(uid);
      if (since !== undefined) still.push({ ...since, uid, own, lastHour, bits });
      continue;
    }
    const others = late.get(account) ?? [];
    others.push({ uid, own, lastHour, bits });
    late.set(account, others);
  }
  const fresh = [...late].flatMap(([account, each]) => {
    const there = active.get(account) ?? 0;
    const isSource = each.length >= fewestOfSource && each.length >= shareOfSource * (each.length + there);
    each.sort((left, right) => right.bits - left.bits || (left.uid < right.uid ? -1 : 1));
    return (isSource ? each.slice(0, 1) : each).map((one) => ({ ...one, account, late: isSource ? each.length : 1, active: there }));
  });
  return [...fresh, ...still]
    .sort((left, right) => right.bits - left.bits || (left.uid < right.uid ? -1 : 1))
    .map(({ uid, own, lastHour, account, late: count, active: there }) =>
      emptyWindow(uid, (day + 1) * dayMs, own, { lastHour, account, late: count, active: there }),
    );
}

function accountOf({ values: { account } }: IdentityMemory): string {
  let most = "";
  for (const value of account.values()) if (most === "" || account.daysOf(value) > account.daysOf(most)) most = value;
  return most;
}
