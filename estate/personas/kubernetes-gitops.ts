// A GitOps controller: applies what a repository says to a whole cluster, of every kind, after every merge; between merges it finds
// little to do.
import { Agenda } from "../agenda.ts";
import { officeHours } from "../calendar.ts";
import { conflict, kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";
import { every } from "../schedule.ts";

/** What applications are made of, the most frequent first. */
const parts: NonEmpty<string> = [
  "apps/deployments",
  "configmaps",
  "services",
  "networking.k8s.io/ingresses",
  "serviceaccounts",
  "secrets",
  "autoscaling/horizontalpodautoscalers",
  "batch/cronjobs",
  "rbac.authorization.k8s.io/rolebindings",
  "rbac.authorization.k8s.io/roles",
  "policy/poddisruptionbudgets",
  "networking.k8s.io/networkpolicies",
];

export const kubernetesGitops: Persona = {
  id: "kubernetes-gitops",
  says: "A GitOps controller that applies objects of every kind after every merge and puts back what people changed by hand.",
  providers: ["kubernetes"],
  share: 2,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const account = kubernetesServiceAccount(cluster, name("gitops"), "application-controller");
    const pod = makePod(random, cluster, account.name);
    const token = podToken(random, cluster, account, {
      userAgent: `argocd-application-controller/v3.${random.integer(0, 2)}.${random.integer(0, 12)} (linux/amd64) kubernetes/$Format`,
      allowedBy: allowedBy(account, "cluster"),
      pod: () => pod,
    });
    const applications = Array.from({ length: random.integer(6, 30) }, (_, number) => ({
      namespace: random.pick(world.products),
      name: `app-${number + 1}`,
    }));
    const mergesPerDay = random.logNormal(9, 0.6);
    const drift = every(180, random.integer(0, 170));

    return {
      identities: [account],
      ways: [token],
      purpose: `applies ${applications.length} applications to ${cluster.name}`,
      schedule: `about ${Math.round(mergesPerDay)} merges a workday; drift ${drift.text}`,
      live(hour) {
        const agenda = new Agenda();
        const use = (atMs: number, call: KubernetesCall): void => hour.kubernetes(atMs, token.at(atMs, hour), call);
        for (const startMs of hour.events(mergesPerDay, officeHours, cluster.timeZone)) {
          // A change of a shared chart touches many applications at once.
          const touched = hour.random.chance(0.04) ? applications : hour.random.shuffled(applications).slice(0, hour.random.integer(1, 2));
          const calls = touched.flatMap((application) => applied(application, hour.random));
          agenda.run(hour.steps(startMs, calls.length, 250), calls, use);
        }
        for (const startMs of hour.starts(drift, 30_000)) {
          const changed = hour.random.chance(0.25) ? hour.random.pick(applications) : undefined;
          const calls = changed === undefined ? [] : applied(changed, hour.random).slice(0, 1);
          agenda.run(hour.steps(startMs, calls.length, 250), calls, use);
        }
        agenda.live();
      },
    };
  },
};

function applied(application: { readonly namespace: string; readonly name: string }, random: Random): KubernetesCall[] {
  const query = "fieldManager=argocd-controller&force=true";
  const calls = Array.from({ length: random.integer(2, 6) }, () => {
    const resource = random.pickSkewed(parts);
    const call = kubernetesCall("patch", resource, { ...application, query, version: resource.startsWith("autoscaling/") ? "v2" : "v1" });
    return random.chance(0.01) ? conflict(call) : call;
  });
  return [...calls, kubernetesCall("patch", "argoproj.io/applications", { namespace: "gitops", name: application.name, version: "v1alpha1" })];
}
