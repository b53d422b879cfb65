// An AI agent in Azure AI Foundry: its managed identity calls models and the tools that it was given, at whatever moment somebody asks
// it to, and chooses the calls itself: the same request is another sequence every time.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers } from "../calendar.ts";
import { azureCall, azureForbidden, azureResource } from "../calls/azure.ts";
import { azureApplication, entraResources, managedIdentity } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { publicNetwork } from "../world.ts";

export const azureOpenaiAgent: Persona = {
  id: "azure-openai-agent",
  says: "An AI agent that answers people's questions about the infrastructure, and restarts or scales what it is asked to.",
  providers: ["azure"],
  share: 2,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const group = name("ai-rg");
    const project = azureResource(subscription, group, "Microsoft.CognitiveServices/accounts", `${name("assistant")}/projects/operations`);
    const application = azureApplication(random, name("assistant"), subscription.id, "ai-agent", "managed-identity");
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureSdk(random), role: "Website Contributor" };
    const keyId = random.uuid();
    const manager = managedIdentity(random, application, project.id, origin, { keyId });
    const tools = [entraResources.cognitiveServices, entraResources.logAnalytics, entraResources.keyVault].map((resource) =>
      managedIdentity(random, application, project.id, origin, { keyId, resource }),
    );
    const sites = Array.from({ length: random.integer(2, 7) }, (_, number) =>
      azureResource(subscription, name("app-rg"), "Microsoft.Web/sites", `${name("site")}-${number + 1}`),
    );
    const questionsPerDay = random.logNormal(11, 0.7);
    const actions = [
      "Microsoft.Web/sites/config/list/Action",
      "Microsoft.Web/sites/restart/Action",
      "Microsoft.Web/sites/publishxml/action",
      "Microsoft.Web/sites/config/write",
      "Microsoft.Web/sites/functions/listkeys/action",
      "Microsoft.Web/sites/write",
      "Microsoft.Web/sites/stop/Action",
    ] as const;

    return {
      identities: [application],
      ways: [manager, ...tools],
      purpose: `answers questions about ${sites.length} sites and changes them on request`,
      schedule: `about ${Math.round(questionsPerDay)} questions a day, by its users' working hours`,
      live(hour) {
        const agenda = new Agenda();
        for (const startMs of hour.events(questionsPerDay, businessCustomers, subscription.timeZone)) {
          const site = hour.random.pick(sites);
          if (site === undefined) continue;
          const steps = Array.from({ length: hour.random.integer(0, 6) }, () => {
            const call = azureCall(hour.random.pickSkewed(actions), site);
            return hour.random.chance(0.05) ? azureForbidden(call, application.objectId) : call;
          });
          agenda.at([startMs], (atMs) => {
            for (const tool of tools) {
              if (!hour.random.chance(0.4)) continue;
              tool.end(atMs);
              tool.at(atMs, hour);
            }
          });
          agenda.run(hour.steps(startMs + 3_000, steps.length, 9_000), steps, (atMs, call) => hour.azure(atMs, manager.at(atMs, hour), call));
        }
        agenda.live();
      },
    };
  },
};
