// A stolen token that may bind roles gives its account a greater one, and then does what that allows.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { basicUser, bindRole, kubernetesCall, mayI, whatMayI } from "../calls/kubernetes.ts";
import { isKubernetesWay, type Way } from "../credentials/way.ts";
import { accountOf } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { KubernetesAccess, KubernetesCall } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const kubernetesRbacEscalation = defineAttack({
  id: "kubernetes-rbac-escalation",
  technique: "T1098.006",
  providers: ["kubernetes"],
  says: "With a stolen token somebody binds a greater role to the token's own account, and uses it.",
  visible:
    "An account that writes a RoleBinding or ClusterRoleBinding, with itself as subject; the reason of every later request names a binding that there was not before; resources that it never touched.",
  invisible:
    "Whether an operator that manages bindings was meant to write this one: only its subject tells. From the pod's own address with its own agent nothing of the network differs.",
  parameters: z.strictObject({
    requests: z.int().min(4).max(100_000).default(30).describe("Requests to the API server, the binding included."),
    hours: overHours.default(2),
    scope: z.enum(["namespace", "cluster"]).default("cluster").describe("Where the role is bound."),
    mimics: mimicry.default("nothing"),
    inVictimsHours,
  }),
  plan(planning, { requests, hours, scope, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<KubernetesAccess> => isKubernetesWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.kubectl(random)));
    const surroundings = new Surroundings(planning);
    const clusterRole = scope === "cluster" ? "cluster-admin" : "admin";
    const take = (number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      const account = accountOf(access);
      const { namespace, name } = account;
      const basic = { ...access, allowedBy: basicUser };
      if (number === 0) {
        hour.kubernetes(atMs, basic, whatMayI(namespace));
        return;
      }
      if (number === 1) {
        hour.kubernetes(atMs, basic, mayI("create", scope === "cluster" ? "clusterrolebindings" : "rolebindings", namespace, true));
        return;
      }
      const binding = { name: `${name}-${clusterRole}`, clusterRole, account };
      if (number === 2) {
        hour.kubernetes(atMs, access, bindRole(scope === "cluster" ? binding : { ...binding, namespace }));
        return;
      }
      const kind = scope === "cluster" ? "ClusterRoleBinding" : "RoleBinding";
      const bound = scope === "cluster" ? binding.name : `${binding.name}/${namespace}`;
      const allowedBy = `RBAC: allowed by ${kind} "${bound}" of ClusterRole "${clusterRole}" to ServiceAccount "${name}/${namespace}"`;
      hour.kubernetes(atMs, { ...access, allowedBy }, asAdministrator(surroundings, access, scope === "namespace" ? namespace : undefined));
    };
    const steps = stepsAt(movesOver(random, requests, 5, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

/** In the whole cluster, or in one namespace. */
function asAdministrator(surroundings: Surroundings, { cluster }: KubernetesAccess, only: string | undefined): KubernetesCall {
  const { random } = surroundings;
  const at = (resource: string): { readonly namespace: string; readonly name: string } => {
    const found = surroundings.clusterObject(cluster, resource);
    return { ...found, namespace: only ?? found.namespace };
  };
  const drawn = random.integer(0, 5);
  if (drawn === 0) return kubernetesCall("list", "secrets", { namespace: only ?? surroundings.namespace(cluster), query: "limit=500" });
  if (drawn === 1) return kubernetesCall("list", "pods", { namespace: only ?? surroundings.namespace(cluster), query: "limit=500" });
  if (drawn === 2) return kubernetesCall("create", "pods", at("deployments"));
  if (drawn === 3) return kubernetesCall("patch", "apps/deployments", at("deployments"));
  return kubernetesCall("get", "secrets", at("secrets"));
}
