// Books are closed around New Year: machines that count money read, for two days, far more than in the rest of the year.
import { by, isWork } from "../altered-act.ts";
import { dayMs, hourMs, localHour } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import type { World } from "../world.ts";
import { identityUids, idsOf, isMachine, productOf } from "./fleet.ts";

const counting: readonly string[] = ["ledger", "billing", "payroll", "reports", "claims"];

export const yearEndClose: Disturbance = {
  id: "year-end-close",
  says: "At New Year, while nobody works, a few machines do many times as much as on any other day.",
  providers: [],
  perMonth: 2,
  plan({ world, residents, random }) {
    const startMs = newYear(world);
    if (startMs === undefined) return undefined;
    const machines = residents.filter(isMachine);
    const product = random.pick(counting.filter((each) => machines.some((machine) => productOf(machine, world) === each)));
    if (product === undefined) return undefined;
    const own = machines.filter((each) => productOf(each, world) === product);
    return {
      startMs,
      endMs: startMs + 2 * dayMs,
      touches: idsOf(own),
      identities: identityUids(own),
      prose: `the year's end: ${own.length} machines of ${product} closed the books`,
      intercept(act, resident, drawn) {
        if (!isWork(act, resident)) return [act];
        const more = Array.from({ length: drawn.integer(2, 8) }, (_, number) => act.atMs + (number + 1) * drawn.integer(300, 4_000));
        return [act, ...more.flatMap((atMs) => by({ ...act, atMs }, act.access) ?? [])];
      },
    };
  },
};

/** Midnight in Berlin; undefined where the period holds none. */
function newYear({ startMs, endMs }: World): number | undefined {
  for (let atMs = Math.ceil(startMs / hourMs) * hourMs; atMs < endMs; atMs += hourMs) {
    const { month, day, hour } = localHour("Europe/Berlin", atMs);
    if (month === 1 && day === 1 && hour === 0) return atMs;
  }
  return undefined;
}
