// A pipeline that deploys to AKS as an application of the tenant: it signs in for the cluster's server, and the cluster's log knows it by
// its object id: one identity in the logs of two systems.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { azureCall } from "../calls/azure.ts";
import { conflict, kubernetesCall } from "../calls/kubernetes.ts";
import { azureApplication, entraResources, federatedCredential, federatedTrust } from "../credentials/azure.ts";
import { entraApplicationUser } from "../credentials/kubernetes-users.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const aksCiDeployer: Persona = {
  id: "aks-ci-deployer",
  says: "A pipeline that asks Azure for a cluster's address and deploys to it as one and the same application.",
  providers: ["kubernetes", "azure"],
  share: 2,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "aks") ?? world.clusters[0];
    const [subscription] = world.azure.subscriptions;
    const application = azureApplication(random, name("aks-deploy"), subscription.id, "ci-pipeline");
    const network = publicNetwork(random);
    const userAgent = agents.azureCli(random);
    const origin = (atMs: number) => ({
      address: random.fork(`runner ${Math.floor(atMs / 300_000)}`).addressIn(network),
      userAgent,
      role: "Azure Kubernetes Service Cluster User Role",
    });
    const trust = federatedTrust(random);
    const manager = federatedCredential(random, application, origin, { trust });
    const server = federatedCredential(random, application, origin, { trust, resource: entraResources.kubernetes });
    const namespace = random.pick(world.products);
    const user = entraApplicationUser(random, cluster, application, server, {
      address: random.addressIn(network),
      userAgent: agents.kubectl(random),
      allowedBy: `RBAC: allowed by RoleBinding "${name("aks-deploy")}/${namespace}" of ClusterRole "edit" to User "${application.objectId}"`,
    });
    const app = name("portal");
    const clusterResource = { id: cluster.uid, location: subscription.location };
    const perDay = random.logNormal(4, 0.6);

    return {
      identities: [application],
      ways: [manager, server],
      purpose: `deploys ${app} to ${namespace} of ${cluster.name}`,
      schedule: `about ${Math.round(perDay)} runs a workday, as people push`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(perDay, officeHours, cluster.timeZone)) {
          const patch = kubernetesCall("patch", "apps/deployments", { namespace, name: app, query: "fieldManager=kubectl-client-side-apply" });
          const calls = [
            kubernetesCall("get", "apps/deployments", { namespace, name: app }),
            ...(hour.random.chance(0.03) ? [conflict(patch)] : []),
            patch,
            ...(hour.random.chance(0.4) ? [kubernetesCall("patch", "services", { namespace, name: app })] : []),
            ...Array.from({ length: hour.random.integer(1, 5) }, () => kubernetesCall("get", "apps/deployments", { namespace, name: app })),
          ];
          agenda.at([startMs], (atMs) => {
            for (const way of [manager, server, user]) way.end(atMs);
            hour.azure(
              atMs,
              manager.at(atMs, hour),
              azureCall("Microsoft.ContainerService/managedClusters/listClusterUserCredential/action", clusterResource),
            );
          });
          agenda.run(hour.steps(startMs + 6_000, calls.length, 4_000), calls, (atMs, call) => hour.kubernetes(atMs, user.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
