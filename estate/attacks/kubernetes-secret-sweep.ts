// An account reads every secret that it can, one namespace after the other: fast, or a few a day.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { isKubernetesWay, type Way } from "../credentials/way.ts";
import { refusedTo } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { KubernetesAccess } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const kubernetesSecretSweep = defineAttack({
  id: "kubernetes-secret-sweep",
  technique: "T1552.007",
  providers: ["kubernetes"],
  says: "Malicious code in a pod, or whoever holds its token, reads secret after secret over all namespaces.",
  visible:
    "Secrets by name that the account never read, in namespaces that are not its own; many distinct ones in a short time, or a few every day; refusals.",
  invisible:
    "What was in them. At a few a day from the pod itself no count of an hour or a day stands out, only that each secret is new to the account; what a controller that reads all secrets reads is always the same.",
  parameters: z.strictObject({
    secrets: z.int().min(3).max(100_000).default(80).describe("Secrets asked for."),
    hours: overHours.default(1),
    allowed: z.number().min(0).max(1).default(0.7).describe("Share of them that the account's rights allow to read."),
    mimics: mimicry.default("agent-and-network"),
    inVictimsHours,
  }),
  plan(planning, { secrets, hours, allowed, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<KubernetesAccess> => isKubernetesWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.kubectl(random)));
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      const call =
        number % 6 === 0
          ? kubernetesCall("list", "secrets", { namespace: surroundings.namespace(access.cluster), query: "limit=500" })
          : kubernetesCall("get", "secrets", surroundings.clusterObject(access.cluster, "secrets"));
      hour.kubernetes(atMs, access, surroundings.random.chance(allowed) ? call : refusedTo(access, call));
    };
    const steps = stepsAt(movesOver(random, secrets, 0, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});
