// A build server in the organisation's own data centre that deploys with a service account's token: made once as a Secret, copied into
// the build server's settings, and good until somebody deletes it.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { conflict, kubernetesCall } from "../calls/kubernetes.ts";
import { allowedBy, kubernetesServiceAccount } from "../credentials/kubernetes.ts";
import { secretToken } from "../credentials/kubernetes-users.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Persona } from "../persona.ts";

export const kubernetesCiDeployer: Persona = {
  id: "kubernetes-ci-deployer",
  says: "A build server outside of the cluster that deploys with a service account's token without an end.",
  providers: ["kubernetes"],
  share: 3,
  create({ world, random, name }) {
    const cluster = random.pick(world.clusters);
    const namespace = random.pick(world.products);
    const account = { ...kubernetesServiceAccount(cluster, namespace, name("deployer")), workloadType: "ci-pipeline" as const };
    const usesHelm = random.chance(0.6);
    const token = secretToken(random, cluster, account, {
      address: random.addressIn(random.pick(world.officeNetworks)),
      userAgent: usesHelm ? agents.helm(random) : agents.kubectl(random),
      allowedBy: allowedBy(account, "namespace"),
    });
    const app = name("app");
    const perDay = random.logNormal(4.5, 0.7);
    const firstRevision = random.integer(20, 900);

    return {
      identities: [account],
      ways: [token],
      purpose: `deploys ${app} to ${namespace} of ${cluster.name}`,
      schedule: `about ${Math.round(perDay)} deployments a workday, as people push`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(perDay, officeHours, cluster.timeZone)) {
          const revision = firstRevision + hour.daysSince(world.startMs) * 5 + hour.random.integer(0, 4);
          const rollout: KubernetesCall[] = [
            kubernetesCall("get", "apps/deployments", { namespace, name: app }),
            kubernetesCall("patch", "apps/deployments", { namespace, name: app }),
            ...(hour.random.chance(0.5) ? [kubernetesCall("get", "configmaps", { namespace, name: app })] : []),
            ...(hour.random.chance(0.35) ? [kubernetesCall("patch", "configmaps", { namespace, name: app })] : []),
            ...(hour.random.chance(0.2) ? [kubernetesCall("patch", "services", { namespace, name: app })] : []),
            // It waits until the new pods are there.
            ...Array.from({ length: hour.random.integer(1, 5) }, () => kubernetesCall("get", "apps/deployments", { namespace, name: app })),
          ];
          const release = { namespace, name: `sh.helm.release.v1.${app}.v${revision}` };
          const calls = usesHelm
            ? [
                kubernetesCall("list", "secrets", { namespace, query: "labelSelector=owner%3Dhelm" }),
                kubernetesCall("create", "secrets", release),
                ...rollout,
                kubernetesCall("update", "secrets", release),
              ]
            : rollout;
          const failed = hour.random.chance(0.03) ? [conflict(kubernetesCall("patch", "apps/deployments", { namespace, name: app }))] : [];
          agenda.run(hour.steps(startMs, calls.length + failed.length, 5_000), [...failed, ...calls], (atMs, call) =>
            hour.kubernetes(atMs, token.at(atMs, hour), call),
          );
        }
        agenda.live();
      },
    };
  },
};
