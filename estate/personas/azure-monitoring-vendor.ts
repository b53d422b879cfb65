// A supplier's application, made in the supplier's tenant and consented to in this one: signs in all day and only reads, so that
// sign-ins are nearly all that is ever seen of it.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { azureCall, azureForbidden, azureResource } from "../calls/azure.ts";
import { azureApplication, clientSecret, clientSecretCredential, entraResources, resourceManager } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { every } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const azureMonitoringVendor: Persona = {
  id: "azure-monitoring-vendor",
  says: "A supplier's multi-tenant application that reads metrics and costs: sign-ins all day, hardly any call that a log keeps.",
  providers: ["azure"],
  share: 2,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const application = azureApplication(random, `${name("monitoring")} connector`, subscription.id, "third-party");
    const network = publicNetwork(random);
    const origin = { address: random.addressIn(network), userAgent: agents.azureSdk(random), role: "Monitoring Reader" };
    const secret = clientSecretCredential(random, world.startMs - random.integer(100, 900) * dayMs);
    const properties = { appOwnerTenantId: random.uuid() };
    // Their collectors know nothing of each other: each asks for a token of its own.
    const collectors = [resourceManager, resourceManager, entraResources.graph, entraResources.logAnalytics].map((resource) =>
      clientSecret(random, application, { ...origin, address: random.addressIn(network) }, secret, { properties, resource }),
    );
    const [reader] = collectors;
    const round = every(random.pick([20, 30, 60]), random.integer(0, 19));
    const workspace = azureResource(subscription, name("logs-rg"), "Microsoft.OperationalInsights/workspaces", name("logs"));

    return {
      identities: [application],
      ways: collectors,
      purpose: `reads metrics, costs and logs of ${subscription.name} for a supplier`,
      schedule: round.text,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.starts(round, 15_000), (atMs) => {
          for (const collector of collectors) if (hour.random.chance(0.93)) collector.at(atMs, hour);
        });
        if (reader !== undefined) {
          agenda.at(hour.events(0.8), (atMs) => {
            const call = hour.random.chance(0.8)
              ? azureCall("Microsoft.Insights/generateLiveToken/Action", workspace)
              : azureForbidden(azureCall("Microsoft.OperationalInsights/workspaces/sharedKeys/action", workspace), application.objectId);
            hour.azure(atMs, reader.at(atMs, hour), call);
          });
        }
        agenda.live();
      },
    };
  },
};
