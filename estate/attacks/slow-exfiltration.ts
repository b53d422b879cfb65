// Patience: an object now and then, over days, so that no hour and no day stands out.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, isMachineOnAws, othersObjects, patienceMs, readOf, turnsOf } from "../attacker.ts";
import { minuteMs } from "../calendar.ts";
import type { AnyWay, Way } from "../credentials/way.ts";
import type { AwsAccess } from "../identity.ts";
import type { Resident } from "../persona.ts";

/** Good around the clock, or opened again all day long. */
const isAlwaysOpen = (way: AnyWay, resident: Resident): way is Way<AwsAccess> =>
  isMachineOnAws(way, resident) && (way.kind === "static-key" || way.kind === "federated-session");

export const slowExfiltration = defineAttack({
  id: "slow-exfiltration",
  technique: "T1530",
  providers: ["aws"],
  says: "Objects are read one at a time, hours apart, over days, with a credential that is not the reader's; nothing is asked before.",
  visible:
    "Objects and buckets that this identity never read, again and again; a network that stays new. Over a week the number of distinct new objects is far above what it ever was.",
  invisible:
    "Every hour by itself holds at most a call or two: no volume, no burst, no refusal. In a bucket that the victim reads anyway, nothing would be new.",
  parameters: z.strictObject({
    objects: z.int().min(3).max(5_000).default(96).describe("Objects read."),
    everyMinutes: z.number().min(1).max(1440).default(60).describe("Mean gap between two of them."),
    ...disguise,
  }),
  plan(planning, { objects, everyMinutes, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isAlwaysOpen);
    if (found === undefined) return undefined;
    const gapMs = everyMinutes * minuteMs;
    const startMs = earlyEnough(planning, objects * gapMs);
    const timesMs = Array.from({ length: objects }, (_, number) => Math.floor(startMs + (number + random.between(0.1, 0.9)) * gapMs));
    const turns = turnsOf(found.way, timesMs);
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    return {
      victims: [found.way.identity],
      startMs,
      endMs: startMs + objects * gapMs + patienceMs,
      act(hour) {
        for (const { atMs, access } of turns(hour)) {
          const asked = readOf(object(hour.random));
          hour.aws(atMs, asThief(access, asked), asked);
        }
      },
    };
  },
});
