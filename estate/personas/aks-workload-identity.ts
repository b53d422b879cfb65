// A pod on AKS whose service account is trusted by an application of the tenant: its kubelet asks for a token, the pod trades it for one
// of Entra, and Azure's logs know the application. Two identities that no record joins.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers } from "../calendar.ts";
import { azureCall, azureResource } from "../calls/azure.ts";
import { kubernetesCall } from "../calls/kubernetes.ts";
import { azureApplication, entraResources, federatedCredential, federatedTrust } from "../credentials/azure.ts";
import { allowedBy, kubernetesServiceAccount, makePod, podToken } from "../credentials/kubernetes.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const aksWorkloadIdentity: Persona = {
  id: "aks-workload-identity",
  says: "A pod on AKS that reads a vault and files in Azure by workload identity; both sides are renewed every hour.",
  providers: ["kubernetes", "azure"],
  share: 4,
  create({ world, random, name }) {
    const cluster = world.clusters.find(({ kind }) => kind === "aks") ?? world.clusters[0];
    const subscription = random.pick(world.azure.subscriptions);
    const namespace = random.pick(world.products);
    const service = kubernetesServiceAccount(cluster, namespace, name("connector"));
    const pod = makePod(random, cluster, service.name);
    const userAgent = agents.azureDotNet(random);
    const token = podToken(random, cluster, service, {
      userAgent: agents.kubernetesController(service.name, "v0.0.0", random),
      allowedBy: allowedBy(service, "namespace"),
      pod: () => pod,
    });
    // Of audience api://AzureADTokenExchange: the cluster sees it asked for and never used.
    const exchanged = podToken(random, cluster, service, { userAgent, allowedBy: "", pod: () => pod });
    const application = azureApplication(random, name("connector"), subscription.id, "k8s-pod");
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent, role: "Storage Account Key Operator Service Role" };
    const trust = federatedTrust(random);
    const manager = federatedCredential(random, application, origin, { trust });
    const vault = federatedCredential(random, application, origin, { trust, resource: entraResources.keyVault });
    const storage = azureResource(
      subscription,
      name("connector-rg"),
      "Microsoft.Storage/storageAccounts",
      `${name("connector").replaceAll("-", "")}st`,
    );
    const perDay = random.logNormal(30, 0.7);

    return {
      identities: [service, application],
      ways: [manager, vault, token],
      purpose: `moves files of ${namespace} between ${cluster.name} and ${storage.id.split("/").at(-1)}`,
      schedule: `about ${Math.round(perDay)} pieces of work a day, by its customers' working hours`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(perDay, businessCustomers, cluster.timeZone), (atMs) => {
          exchanged.at(atMs - 3_000, hour);
          const drawn = hour.random.next();
          if (drawn < 0.45) vault.at(atMs, hour);
          else if (drawn < 0.85) hour.azure(atMs, manager.at(atMs, hour), azureCall("Microsoft.Storage/storageAccounts/listKeys/action", storage));
          else hour.kubernetes(atMs, token.at(atMs, hour), kubernetesCall("get", "configmaps", { namespace, name: service.name }));
        });
        agenda.live();
      },
    };
  },
};
