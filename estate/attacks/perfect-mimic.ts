// Sits where the victim sits and works when it works; only what is asked for is not the victim's.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { earlyEnough, isBusyOnAws, isMachineOnAws, nameOfAnother, neighbour, othersObjects, readOf } from "../attacker.ts";
import { dayMs } from "../calendar.ts";
import { getSecretValue } from "../calls/aws.ts";

export const perfectMimic = defineAttack({
  id: "perfect-mimic",
  technique: "T1078.004",
  providers: ["aws"],
  says: "Calls are slipped in between the victim's own, within seconds, in its session, with its agent, in its region and from its network; they read objects and secrets of others.",
  visible: "Resources, and mostly actions, that this identity never used; nothing else.",
  invisible:
    "Place, agent, hour, credential and volume are the victim's. Of a machine that meets new objects every day, in buckets that it reads anyway, nothing would be left to see.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(50_000).default(40).describe("Calls slipped in, at most: the victim's own set the pace."),
    share: z.number().positive().max(1).default(0.3).describe("After which share of the victim's calls one is slipped in."),
    days: z.number().positive().max(365).default(4).describe("For how many days at most."),
    place: z.enum(["same-address", "same-network"]).default("same-address").describe("On the victim's machine, or beside it."),
  }),
  plan(planning, { calls, share, days, place }): AttackPlan | undefined {
    const { victim, random: own, residents } = planning;
    const found = victim(isBusyOnAws) ?? victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, days * dayMs);
    const lastPart = own.integer(1, 254);
    const object = othersObjects(planning, found.resident);
    let left = calls;
    return {
      victims: [found.way.identity],
      startMs,
      endMs: startMs + days * dayMs,
      intercept(act, resident, random) {
        const { access, call } = act;
        if (resident !== found.resident || access.identity.uid !== found.way.identity.uid || access.provider !== "aws") return [act];
        if (left === 0 || call.issues !== undefined || !random.chance(share)) return [act];
        left--;
        const isSecret = random.chance(0.15);
        const secret = `${nameOfAnother(residents, random)}/database-${random.word(6)}`;
        const asked = isSecret ? getSecretValue(access.account, access.region, secret) : readOf(object(random));
        const address = place === "same-address" ? access.address : neighbour(access.address, lastPart);
        return [act, { atMs: act.atMs + random.integer(200, 3_000), access: { ...access, address }, call: asked }];
      },
    };
  },
});
