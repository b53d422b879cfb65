// A service account's key file in other hands: what is there, then what it may read.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { isGcpWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { GcpAccess } from "../identity.ts";
import { campaign, emit, inVictimsHours, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const gcpStolenKey = defineAttack({
  id: "gcp-stolen-key",
  technique: "T1078.004",
  providers: ["gcp"],
  says: "Somebody else uses a user-managed key of a service account: looks around in the project and reads objects.",
  visible:
    "The key's id from a network and with an agent that it was never used with; GetIamPolicy, lists and refusals of an account that asks no such things.",
  invisible:
    "Nothing where the project's Data Access logs are off, as they are at first: then only refusals and writes are seen. With the agent copied and few calls, only the network differs.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(40).describe("Calls with the key."),
    hours: overHours.default(4),
    rights: z.number().min(0).max(1).default(0.6).describe("Share of what is tried that the account's rights allow."),
    mimics: mimicry.default("nothing"),
    inVictimsHours,
  }),
  plan(planning, { calls, hours, rights, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<GcpAccess> => isGcpWay(way) && way.kind === "static-key");
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.gcloud(random, "gcloud.projects.get-iam-policy")));
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(hold(atMs, hour), number, resident, surroundings, rights);
      emit(hour, atMs, access, call);
    };
    const steps = stepsAt(movesOver(random, calls, 4, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});
