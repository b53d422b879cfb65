// A pod's token in other hands: what may I, which secrets are there, a shell in another pod.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { basicUser, execInto, kubernetesCall, mayI, whatMayI } from "../calls/kubernetes.ts";
import { isKubernetesWay, type Way } from "../credentials/way.ts";
import { accountOf, refusedTo } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { KubernetesAccess, KubernetesCall } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const kubernetesTokenTheft = defineAttack({
  id: "kubernetes-token-theft",
  technique: "T1528",
  providers: ["kubernetes"],
  says: "Somebody uses a pod's service-account token from elsewhere: asks what it may do, lists secrets, reads some and opens a shell.",
  visible:
    "A token bound to one pod from an address that is not that pod's; SelfSubjectRulesReview, refusals and exec from an account that never makes them; namespaces that it never touched.",
  invisible:
    "That the token left the pod: the record names the pod that it was issued to, whoever sends it. From the pod's own address with its own agent only the calls differ.",
  parameters: z.strictObject({
    requests: z.int().min(3).max(100_000).default(40).describe("Requests to the API server."),
    hours: overHours.default(2),
    from: z.enum(["outside", "another-pod"]).default("outside").describe("Whether the token is used outside of the cluster or by another pod of it."),
    mimics: mimicry.default("nothing"),
    inVictimsHours,
  }),
  plan(planning, { requests, hours, from, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, world, startMs } = planning;
    const found = victim((way): way is Way<KubernetesAccess> => isKubernetesWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.kubectl(random)));
    const neighbour = random.integer(2, 250);
    const held = (atMs: number, hour: Hour): KubernetesAccess => {
      const access = hold(atMs, hour);
      if (from === "outside" || mimics === "agent-and-network") return access;
      const cluster = world.clusters.find(({ uid }) => uid === access.cluster.uid) ?? world.clusters[0];
      return { ...access, address: cluster.nodes[0].address.replace(/\d+$/, String(neighbour)) };
    };
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const access = held(atMs, hour);
      const { namespace } = accountOf(access);
      if (number === 0) {
        hour.kubernetes(atMs, { ...access, allowedBy: basicUser }, whatMayI(namespace));
        return;
      }
      if (number === 1) {
        hour.kubernetes(atMs, { ...access, allowedBy: basicUser }, mayI("get", "secrets", namespace, true));
        return;
      }
      const call = nextLook(surroundings, access, number);
      const isRefused = call.namespace !== namespace && !surroundings.random.chance(0.3);
      hour.kubernetes(atMs, access, isRefused ? refusedTo(access, call) : call);
    };
    return {
      victims: [way.identity],
      ...campaign({ startMs, hours, steps: stepsAt(movesOver(random, requests, 3, startMs, hours), take), shadows: shadows ? resident : undefined }),
    };
  },
});

/** A list, or an object by its name; now and then a shell. Half of it where the token's own account lives. */
function nextLook(surroundings: Surroundings, access: KubernetesAccess, number: number): KubernetesCall {
  const { random } = surroundings;
  const own = accountOf(access).namespace;
  if (random.chance(0.12)) return execInto(own, `${surroundings.product()}-${random.hex(9)}-${random.word(5)}`, "sh");
  const resource = random.pick(["secrets", "configmaps", "pods"]);
  if (number % 2 === 0) {
    const namespace = random.chance(0.6) ? own : surroundings.namespace(access.cluster);
    return kubernetesCall("list", resource, { namespace, query: "limit=500" });
  }
  return kubernetesCall("get", resource, surroundings.clusterObject(access.cluster, resource));
}
