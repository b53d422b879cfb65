// One account makes a key of another, and the key is then used from elsewhere: a way back in that outlives the first credential.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { minuteMs } from "../calendar.ts";
import { createAccountKey } from "../calls/gcp-administration.ts";
import { accountKeyAccess, isGcpAccount } from "../credentials/gcp.ts";
import { isGcpWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { GcpAccess } from "../identity.ts";
import { campaign, emit, isStealable, mimicry, movesOver, overHours, type Step, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";
import { strangerNetwork } from "../world.ts";

export const gcpKeyCreation = defineAttack({
  id: "gcp-key-creation",
  technique: "T1098.001",
  providers: ["gcp"],
  says: "With one service account somebody creates a key of another and later uses it from elsewhere.",
  visible:
    "CreateServiceAccountKey by an account that never made a key, for an account that has none; then a key whose id that very entry holds, from a network that the account was never seen from.",
  invisible: "Who downloaded the key: the entry names the account that asked. If the key is used much later, only its id joins the two.",
  parameters: z.strictObject({
    calls: z.int().min(2).max(100_000).default(30).describe("Calls with the new key."),
    hours: overHours.default(6),
    waitsHours: z.number().min(0).max(1000).default(1).describe("Hours between making the key and using it."),
    mimics: mimicry.default("agent-and-network").describe("What the attacker copies of the account that makes the key."),
  }),
  plan(planning, { calls, hours, waitsHours, mimics }): AttackPlan | undefined {
    const { victim, random, residents, startMs } = planning;
    const found = victim((way): way is Way<GcpAccess> => isGcpWay(way) && isStealable(way) && isGcpAccount(way.identity));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const others = residents.filter(({ id }) => id !== resident.id).flatMap(({ machine }) => machine.identities.filter(isGcpAccount));
    const target = random.pick(others);
    if (target === undefined) return undefined;
    const hold = steal(way, takeSeat(random, mimics, agents.gcloud(random, "gcloud.iam.service-accounts.keys.create")));
    const keyId = random.hex(40);
    const userAgent = random.chance(0.5) ? agents.gcpPython(random) : agents.gcloud(random, "gcloud.storage.ls");
    const origin = { address: random.addressIn(strangerNetwork(random)), userAgent };
    const usedFromMs = startMs + Math.max(waitsHours * 60, 1) * minuteMs;
    const make: Step = { atMs: startMs, take: (atMs, hour) => hour.gcp(atMs, hold(atMs, hour), createAccountKey(target, keyId, atMs)) };
    const surroundings = new Surroundings(planning);
    const use = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(accountKeyAccess(target, origin, keyId, startMs), number, resident, surroundings, 0.8);
      emit(hour, atMs, access, call);
    };
    const steps = [make, ...stepsAt(movesOver(random, calls, 3, usedFromMs, hours), use)];
    return { victims: [way.identity, target], ...campaign({ startMs, hours: waitsHours + hours, steps }) };
  },
});
