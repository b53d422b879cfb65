// People with kubectl: on EKS by single sign-on, on AKS and GKE with their own accounts, in the organisation's own clusters with a
// certificate that never seems to end. They look, restart, and now and then open a shell in a pod.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { execInto, forbidden, kubernetesCall } from "../calls/kubernetes.ts";
import { clusterUser, eksTeam, eksTeamSession, mailUser, type UserOrigin, userCertificate } from "../credentials/kubernetes-users.ts";
import type { Way } from "../credentials/way.ts";
import type { Identity, KubernetesAccess, KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../world.ts";

export const kubernetesPeople: Persona = {
  id: "kubernetes-people",
  says: "Somebody with kubectl, in office hours and when something is broken: looks, restarts, opens a shell now and then.",
  providers: ["kubernetes"],
  share: 3,
  create({ world, random, number, name }) {
    const cluster = random.pick(world.clusters);
    const team = name("team");
    const namespace = random.pick(world.products);
    const origin: UserOrigin = {
      address: random.addressIn(random.pick(world.officeNetworks)),
      userAgent: agents.kubectl(random),
      allowedBy: `RBAC: allowed by RoleBinding "${team}/${namespace}" of ClusterRole "edit" to Group "${team}"`,
    };
    const way = signedIn(random, cluster, { team, mail: `operations-${number + 1}@${world.domain}` }, origin);
    const perDay = random.logNormal(22, 0.8);

    return {
      identities: [way.identity],
      ways: [way],
      purpose: `looks after ${namespace} in ${cluster.name}`,
      schedule: `office hours of ${cluster.timeZone}, about ${Math.round(perDay)} requests a workday`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(perDay / 4, officeHours, cluster.timeZone)) {
          const calls = sitting(namespace, hour.random, String(way.current(startMs)?.user.username ?? team));
          agenda.run(hour.steps(startMs, calls.length, 12_000), calls, (atMs, call) => hour.kubernetes(atMs, way.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};

interface Person {
  readonly team: string;
  readonly mail: string;
}

function signedIn(random: Random, cluster: Cluster, { team, mail }: Person, origin: UserOrigin): Way<KubernetesAccess> {
  switch (cluster.kind) {
    case "eks":
      return eksTeamSession(random, eksTeam(cluster, team), cluster, mail, origin);
    case "aks":
      return mailUser(random, cluster, clusterUser(cluster, mail, "person"), origin);
    case "gke": {
      const person: Identity = { ...clusterUser(cluster, mail, "person"), uid: mail };
      return mailUser(random, cluster, person, origin);
    }
    case "self-hosted":
      return userCertificate(random, cluster, clusterUser(cluster, `${team}-admin`, "person"), [team], origin);
  }
}

/** What one looks at together: pods, one of them, its log; then perhaps does something. */
function sitting(namespace: string, random: Random, username: string): KubernetesCall[] {
  const app = `${namespace}-${random.pick(["web", "worker", "api"])}`;
  const pod = `${app}-${random.hex(9)}-${random.word(5)}`;
  const drawn = random.next();
  const looks = [
    kubernetesCall("list", "pods", { namespace, query: "limit=500" }),
    ...(random.chance(0.6) ? [kubernetesCall("get", "pods", { namespace, name: pod })] : []),
    ...(random.chance(0.5)
      ? [kubernetesCall("get", "pods", { namespace, name: pod, subresource: "log", query: "container=app&tailLines=200" })]
      : []),
  ];
  if (drawn < 0.55) return looks;
  if (drawn < 0.67) return [...looks, kubernetesCall("patch", "apps/deployments", { namespace, name: app, query: "fieldManager=kubectl-rollout" })];
  if (drawn < 0.74) return [...looks, kubernetesCall("delete", "pods", { namespace, name: pod })];
  if (drawn < 0.81) return [...looks, execInto(namespace, pod, "sh")];
  if (drawn < 0.86) return [...looks, kubernetesCall("get", "secrets", { namespace, name: `${app}-settings` })];
  if (drawn < 0.89) return [forbidden(kubernetesCall("list", "nodes"), username)];
  return [kubernetesCall("list", "events", { namespace, query: "limit=500" }), ...looks];
}
