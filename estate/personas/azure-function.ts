// A function app with a managed identity: asks for tokens of the vault, of storage and of its database, and now and then for the keys
// of what it works with. Its instances come and go with the load.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { customers } from "../calendar.ts";
import { azureCall, azureResource } from "../calls/azure.ts";
import { azureApplication, entraResources, managedIdentity } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const azureFunction: Persona = {
  id: "azure-function",
  says: "A function app with a managed identity that reads secrets and files and scales with its customers: every new instance signs in.",
  providers: ["azure"],
  share: 5,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const group = name("functions-rg");
    const site = azureResource(subscription, group, "Microsoft.Web/sites", name("func"));
    const application = azureApplication(random, name("func"), subscription.id, "unknown", "managed-identity");
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureDotNet(random), role: "Storage Account Contributor" };
    const keyId = random.uuid();
    const manager = managedIdentity(random, application, site.id, origin, { keyId });
    const resources = random.shuffled([entraResources.keyVault, entraResources.storage, entraResources.sqlDatabase]).slice(0, random.integer(1, 3));
    const tokens = resources.map((resource) => managedIdentity(random, application, site.id, origin, { keyId, resource }));
    const account = azureResource(subscription, group, "Microsoft.Storage/storageAccounts", `${name("func").replaceAll("-", "")}st`);
    const instancesPerDay = random.logNormal(9, 0.7);
    const callsPerDay = random.logNormal(12, 0.8);

    return {
      identities: [application],
      ways: [manager, ...tokens],
      purpose: `answers requests of ${name("web")}; uses ${resources.map((resource) => resource.name).join(", ")}`,
      schedule: `about ${Math.round(instancesPerDay)} new instances and ${Math.round(callsPerDay)} calls a day, as customers come`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(instancesPerDay, customers, subscription.timeZone), (atMs) => {
          // A new instance knows no token; not all of its code paths are used.
          for (const token of tokens) {
            if (!hour.random.chance(0.85)) continue;
            token.end(atMs);
            token.at(atMs, hour);
          }
        });
        agenda.at(hour.events(callsPerDay, customers, subscription.timeZone), (atMs) => {
          const drawn = hour.random.next();
          const call =
            drawn < 0.72
              ? azureCall("Microsoft.Storage/storageAccounts/listKeys/action", account)
              : drawn < 0.94
                ? azureCall("Microsoft.Storage/storageAccounts/blobServices/containers/write", {
                    ...account,
                    id: `${account.id}/blobServices/default/containers/batch-${hour.local("UTC").date}`,
                  })
                : azureCall("Microsoft.EventGrid/systemTopics/eventSubscriptions/write", {
                    ...account,
                    id: `${account.id}/providers/Microsoft.EventGrid/eventSubscriptions/uploads`,
                  });
          const failure = { code: "TooManyRequests", message: "The request is being throttled as the limit has been reached for operation type." };
          hour.azure(atMs, manager.at(atMs, hour), hour.random.chance(0.01) ? { ...call, status: 429, failure } : call);
        });
        agenda.live();
      },
    };
  },
};
