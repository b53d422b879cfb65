// A service that some machines depend on is in trouble: each call is tried over and over.
import { minuteMs } from "../calendar.ts";
import type { Disturbance } from "../disturbance.ts";
import { identityUids, idsOf, pickFleet } from "./fleet.ts";
import { retried } from "./trouble-bursts.ts";

export const retryStorm: Disturbance = {
  id: "retry-storm",
  says: "Machines make many times their usual calls within minutes, nearly all of them errors.",
  providers: [],
  perMonth: 6,
  plan(planning) {
    const { random, startMs } = planning;
    const fleet = pickFleet(planning, random.chance(0.5) ? "product" : "persona");
    if (fleet === undefined) return undefined;
    const minutes = random.integer(10, 120);
    return {
      startMs,
      endMs: startMs + minutes * minuteMs,
      touches: idsOf(fleet.residents),
      identities: identityUids(fleet.residents),
      prose: `for ${minutes} minutes the calls of ${fleet.says} failed and were tried again`,
      intercept: (act, resident, own) => retried(act, resident, own, { trouble: "unavailable", share: 0.9, tries: [4, 12], gapMs: 200 }),
    };
  },
};
