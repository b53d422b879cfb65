// An operator in a cluster: holds its lease, watches what it owns, and puts right what differs, all day and all night.
import { agents } from "../agents.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Persona } from "../persona.ts";
import { every } from "../schedule.ts";

export const kubernetesController: Persona = {
  id: "kubernetes-controller",
  says: "A controller in a cluster that renews its lease, lists what it owns and updates what differs.",
  providers: ["kubernetes"],
  share: 4,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const namespace = name("system");
    const account = kubernetesServiceAccount(cluster, namespace, name("controller"));
    const pod = makePod(random, cluster, account.name);
    const token = podToken(random, cluster, account, {
      userAgent: agents.kubernetesController(account.name, `v1.${random.integer(2, 20)}.${random.integer(0, 9)}`, random),
      allowedBy: `RBAC: allowed by ClusterRoleBinding "${account.name}" of ClusterRole "${account.name}" to ServiceAccount "${account.name}/${namespace}"`,
      pod: () => pod,
    });
    const schedule = every(random.pick([10, 15, 20, 30]), random.integer(0, 9));
    const owned = Array.from({ length: random.integer(2, 8) }, (_, number) => ({
      namespace: random.pick(world.products),
      name: `app-${number + 1}`,
    }));
    const changesPerDay = random.logNormal(6, 0.7);

    return {
      identities: [account],
      ways: [token],
      purpose: `reconciles ${owned.length} deployments`,
      schedule: schedule.text,
      live(hour) {
        for (const atMs of hour.starts(schedule, 4_000)) {
          const access = token.at(atMs, hour);
          hour.kubernetes(atMs, access, kubernetesCall("update", "coordination.k8s.io/leases", { namespace, name: account.name }));
          hour.kubernetes(atMs + 40, access, kubernetesCall("list", "apps/deployments", { query: "limit=500&resourceVersion=0" }));
        }
        for (const atMs of hour.events(changesPerDay)) {
          const target = hour.random.pick(owned);
          if (target === undefined) continue;
          hour.kubernetes(atMs, token.at(atMs, hour), kubernetesCall("get", "apps/deployments", target));
          hour.kubernetes(atMs + 60, token.at(atMs + 60, hour), kubernetesCall("patch", "apps/deployments", target));
        }
      },
    };
  },
};
