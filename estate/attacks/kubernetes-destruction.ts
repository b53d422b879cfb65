// Workloads and volumes of a cluster are deleted, namespace by namespace.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { isKubernetesWay, type Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { KubernetesAccess } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import type { NonEmpty } from "../random.ts";
import { Surroundings } from "../surroundings.ts";

export const kubernetesDestruction = defineAttack({
  id: "kubernetes-destruction",
  technique: "T1485",
  providers: ["kubernetes"],
  says: "With an account that may delete, somebody removes deployments, volume claims and secrets.",
  visible:
    "Deletes by an account that seldom or never deletes, over many namespaces; deletecollection; volume claims and secrets among what is deleted.",
  invisible: "Intent: an operator that removes an application makes the same calls, though within what it owns.",
  parameters: z.strictObject({
    deletions: z.int().min(3).max(10_000).default(60).describe("Requests that delete."),
    hours: overHours.default(0.5),
    mimics: mimicry.default("agent"),
    inVictimsHours,
  }),
  plan(planning, { deletions, hours, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<KubernetesAccess> => isKubernetesWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.kubectl(random)));
    const surroundings = new Surroundings(planning);
    const take = (_number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      const { random: drawn } = surroundings;
      const [group, kind] = drawn.pick(destroyed);
      const call = drawn.chance(0.1)
        ? kubernetesCall("deletecollection", drawn.pick(["pods", "secrets", "configmaps"]), { namespace: surroundings.namespace(access.cluster) })
        : kubernetesCall("delete", `${group}${kind}`, surroundings.clusterObject(access.cluster, kind));
      hour.kubernetes(atMs, access, call);
    };
    const steps = stepsAt(movesOver(random, deletions, 1, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

/** Group and kind. */
const destroyed: NonEmpty<readonly [group: string, kind: string]> = [
  ["apps/", "deployments"],
  ["apps/", "statefulsets"],
  ["", "persistentvolumeclaims"],
  ["", "secrets"],
  ["", "services"],
];
