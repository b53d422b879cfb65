// A service in a cluster that others' requests pass (a proxy before metrics, an extension's own API): for every caller that it does not
// know it asks whose token that is and what that one may do.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { customers } from "../calendar.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Persona } from "../persona.ts";

export const kubernetesReviewer: Persona = {
  id: "kubernetes-reviewer",
  says: "A service that asks the API server whose token it was shown and what its caller may do, by its own customers' rhythm.",
  providers: ["kubernetes"],
  share: 2,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const account = kubernetesServiceAccount(cluster, name("gateway"), random.pick(["metrics-server", "auth-proxy", "extension-apiserver"]));
    let pod = makePod(random, cluster, account.name);
    const token = podToken(random, cluster, account, {
      userAgent: agents.kubernetesController(account.name, `v0.${random.integer(7, 19)}.${random.integer(0, 4)}`, random),
      allowedBy: `RBAC: allowed by ClusterRoleBinding "${account.name}:system:auth-delegator" of ClusterRole "system:auth-delegator" to ServiceAccount "${account.name}/${account.namespace}"`,
      pod: () => pod,
    });
    const perDay = random.logNormal(60, 0.7);
    const restartsPerDay = 0.12;
    const reads = kubernetesCall("get", "configmaps", { namespace: "kube-system", name: "extension-apiserver-authentication" });

    return {
      identities: [account],
      ways: [token],
      purpose: `checks the callers of ${account.namespace} in ${cluster.name}`,
      schedule: `about ${Math.round(perDay)} questions a day, as customers come`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(perDay, customers, cluster.timeZone), (atMs) => {
          // Whose token it is, it remembers for a while; what its holder may do, it asks nearly every time.
          const access = token.at(atMs, hour);
          if (hour.random.chance(0.4)) hour.kubernetes(atMs, access, kubernetesCall("create", "authentication.k8s.io/tokenreviews"));
          hour.kubernetes(atMs + 8, access, kubernetesCall("create", "authorization.k8s.io/subjectaccessreviews"));
        });
        agenda.at(hour.events(restartsPerDay), (atMs) => {
          pod = makePod(hour.random, cluster, account.name);
          token.end(atMs);
          hour.kubernetes(atMs, token.at(atMs, hour), reads);
        });
        agenda.live();
      },
    };
  },
};
