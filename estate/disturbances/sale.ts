// A sale, or a test of how much a shop can bear: for a day, customers' machines have three times as much to do.
import { by, isWork } from "../altered-act.ts";
import { dayMs, hourMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Resident } from "../persona.ts";
import { identityUids, idsOf, isMachine, productOf } from "./fleet.ts";

export const sale: Disturbance = {
  id: "sale",
  says: "Machines of several products make three times their usual calls for a day.",
  providers: [],
  perMonth: 1.6,
  plan({ world, residents, random, startMs: wantedMs }) {
    const products = random.shuffled(world.products).slice(0, 4);
    const onDemand = residents.filter((each) => isMachine(each) && !isScheduled(each));
    const ofProducts = onDemand.filter((each) => products.includes(productOf(each, world) ?? ""));
    const busy = ofProducts.length > 0 ? ofProducts : onDemand.slice(0, 1);
    if (busy.length === 0) return undefined;
    const startMs = Math.floor(wantedMs / dayMs) * dayMs + 7 * hourMs;
    const isTest = random.chance(0.4);
    const what = isTest ? "a load test" : "a sale";
    return {
      startMs,
      endMs: startMs + dayMs,
      touches: idsOf(busy),
      identities: identityUids(busy),
      prose: `${what}: three times as much for ${busy.length} machines of ${ofProducts.length > 0 ? products.join(", ") : "a product"}`,
      intercept(act, resident, own) {
        if (!isWork(act, resident)) return [act];
        // Within the minute that a session has in reserve.
        const again = [own.integer(200, 20_000), own.integer(20_000, 45_000)].flatMap(
          (laterMs) => by({ ...act, atMs: act.atMs + laterMs }, act.access) ?? [],
        );
        return [act, ...again];
      },
    };
  },
};

/** By the clock, whatever customers do. */
function isScheduled({ machine: { schedule } }: Resident): boolean {
  return /\d\d:\d\d|every \d+|monthly|weekly|quarterly/.test(schedule);
}
