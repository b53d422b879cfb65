// An agent on every node (logs, metrics): one service account and many pods, each with a token of its own. Each asks anew for the pods
// beside it whenever its watch runs out.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { every } from "../schedule.ts";

export const kubernetesNodeAgent: Persona = {
  id: "kubernetes-node-agent",
  says: "A log or metrics agent on several nodes: one identity with many pods and tokens at a time, which only reads.",
  providers: ["kubernetes"],
  share: 2,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const kind = random.pick(["log-agent", "metrics-agent"] as const);
    const account = kubernetesServiceAccount(cluster, name("observability"), kind);
    const userAgent =
      kind === "log-agent" ? "Go-http-client/2.0" : agents.kubernetesController("otelcol-contrib", `v0.1${random.integer(30, 40)}.0`, random);
    const pods = cluster.nodes.slice(0, random.integer(2, 4)).map((node) => {
      const pod = { ...makePod(random, cluster, kind), node, nodeUid: random.fork(node.identity.uid).uuid() };
      const token = podToken(random, cluster, account, { userAgent, allowedBy: allowedBy(account, "cluster"), pod: () => pod });
      const relist = every(random.pick([60, 120, 240]), random.integer(0, 55));
      return { pod, token, relist };
    });
    const leavesPerDay = random.logNormal(0.6, 0.5);

    return {
      identities: [account],
      ways: pods.map(({ token }) => token),
      purpose: `reads what runs on ${pods.length} nodes of ${cluster.name}`,
      schedule: pods.map(({ relist }) => relist.text).join("; "),
      live(hour) {
        const agenda = new Agenda();
        for (const { pod, token, relist } of pods) {
          const use = (atMs: number, call: KubernetesCall): void => hour.kubernetes(atMs, token.at(atMs, hour), call);
          const beside = `fieldSelector=spec.nodeName%3D${pod.node.identity.name}`;
          for (const startMs of hour.starts(relist, 90_000)) {
            const calls = [
              kubernetesCall("list", "pods", { query: `${beside}&limit=500` }),
              kubernetesCall("watch", "pods", { query: `${beside}&watch=true` }),
              ...(hour.random.chance(0.25) ? [kubernetesCall("list", "namespaces", { query: "limit=500" })] : []),
            ];
            agenda.run(hour.steps(startMs, calls.length, 60), calls, use);
          }
          // Started anew, for want of memory or after an update: it looks at its node first.
          agenda.at(hour.events(leavesPerDay / pods.length), (atMs) => {
            token.end(atMs);
            use(atMs, kubernetesCall("get", "nodes", { name: pod.node.identity.name }));
          });
        }
        agenda.live();
      },
    };
  },
};
