// All nodes of a cluster are replaced by new ones: kubelets and addresses that nobody has seen, pods that come back elsewhere.
import { hourMs, minuteMs } from "../calendar.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { controlPlane } from "../credentials/kubernetes.ts";
import { isKubernetesWay } from "../credentials/way.ts";
import type { Disturbance } from "../disturbance.ts";
import type { Hour } from "../hour.ts";
import type { KubernetesAccess } from "../identity.ts";
import type { NonEmpty } from "../random.ts";
import { type Cluster, makeNode } from "../world.ts";
import { kubernetesAdministrator } from "./administration.ts";

export const nodePoolReplaced: Disturbance = {
  id: "node-pool-replaced",
  says: "Kubelets that nobody has seen ask for the tokens of every workload; pods call from new addresses.",
  providers: ["kubernetes"],
  perMonth: 2.5,
  plan({ world, residents, random, startMs: wantedMs }) {
    const cluster = random.pick(world.clusters);
    // Whole hours: who lives in one sees the nodes of its start.
    const startMs = Math.ceil(wantedMs / hourMs) * hourMs;
    const [first, ...others] = cluster.nodes.map(() => makeNode(random, cluster));
    if (first === undefined) return undefined;
    const fresh: NonEmpty<KubernetesAccess> = [first, ...others];
    return {
      startMs,
      endMs: startMs + hourMs,
      identities: fresh.map(({ identity }) => identity.uid),
      prose: `the ${fresh.length} nodes of cluster ${cluster.name} were replaced by new ones`,
      act(hour) {
        if (hour.startMs !== startMs) return;
        drainAndJoin(hour, cluster, fresh, kubernetesAdministrator(world, cluster.uid).at(startMs, hour));
        cluster.nodes = fresh;
        for (const way of residents.flatMap(({ machine }) => machine.ways.filter(isKubernetesWay))) {
          if (way.identity.account === cluster.uid) way.end(startMs);
        }
      },
    };
  },
};

function drainAndJoin(hour: Hour, cluster: Cluster, fresh: NonEmpty<KubernetesAccess>, administrator: KubernetesAccess): void {
  const controller = controlPlane(cluster, "system:kube-controller-manager", "kube-controller-manager/v1.34.2 (linux/amd64) kubernetes/8cc511e");
  fresh.forEach((node, number) => {
    const atMs = hour.startMs + number * 40_000 + 2_000;
    const { name } = node.identity;
    hour.kubernetes(atMs, node, kubernetesCall("create", "nodes", { name }));
    hour.kubernetes(atMs + 900, node, kubernetesCall("create", "coordination.k8s.io/leases", { namespace: "kube-node-lease", name }));
    hour.kubernetes(atMs + 1_400, node, kubernetesCall("patch", "nodes", { name, subresource: "status" }));
    hour.kubernetes(atMs + 1_900, node, kubernetesCall("list", "pods", { query: `fieldSelector=spec.nodeName%3D${name}` }));
  });
  cluster.nodes.forEach((node, number) => {
    const atMs = hour.startMs + (5 + number * 6) * minuteMs;
    const { name } = node.identity;
    hour.kubernetes(atMs, administrator, kubernetesCall("patch", "nodes", { name }));
    hour.kubernetes(atMs + 3 * minuteMs, controller, kubernetesCall("delete", "nodes", { name }));
  });
}
