// Whatever gives a fleet its work stands still for an hour or three; then all of it is done at once. Sessions go on being renewed
// meanwhile: only the work waits.
import { by, isWork } from "../altered-act.ts";
import { hourMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Act } from "../identity.ts";
import type { Random } from "../random.ts";
import { identityUids, idsOf, pickFleet } from "./fleet.ts";

/** What did not get its turn by then is given up. */
const backlogMs = 6 * hourMs;
/** A queue holds no more; what came later is lost. */
const mostWaiting = 500;

export const outageWithBacklog: Disturbance = {
  id: "outage-with-backlog",
  says: "Machines are silent, then do the work of hours within minutes.",
  providers: [],
  perMonth: 4,
  plan(planning) {
    const { random, startMs } = planning;
    const fleet = pickFleet(planning, random.chance(0.5) ? "product" : "persona");
    if (fleet === undefined) return undefined;
    const hours = random.between(1, 3);
    const overMs = Math.floor(startMs + hours * hourMs);
    const waiting = new Map<string, Act[]>();
    return {
      startMs,
      endMs: overMs + backlogMs,
      touches: idsOf(fleet.residents),
      identities: identityUids(fleet.residents),
      prose: `${fleet.says} had no work for ${hours.toFixed(1)} hours, and then all of it`,
      intercept(act, resident, own) {
        if (!isWork(act, resident)) return [act];
        const key = `${resident.id} ${act.access.identity.uid}`;
        const queue = waiting.get(key) ?? [];
        if (act.atMs < overMs) {
          if (queue.length < mostWaiting) queue.push(act);
          waiting.set(key, queue);
          return [];
        }
        waiting.delete(key);
        return [act, ...workedOff(queue, act, own)];
      },
    };
  },
};

/** What waited, by the session at hand, half a minute's worth: its own reserve is a minute. */
function workedOff(queue: readonly Act[], first: Act, random: Random): Act[] {
  const gapMs = Math.min(600, 30_000 / Math.max(1, queue.length));
  let { atMs } = first;
  return queue.flatMap((act) => {
    atMs += Math.ceil(random.between(0.4, 1.4) * gapMs);
    return by({ ...act, atMs }, first.access) ?? [];
  });
}
