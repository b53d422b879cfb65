// Somebody who works with Azure: portal and command line, in office hours, now and then at night. No machine, and in the logs all the
// same; what machines do must stand out against it.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { type AzureResource, azureCall, azureForbidden, azureResource, directoryChange, directoryTarget } from "../calls/azure.ts";
import { entraResources } from "../credentials/azure.ts";
import { azurePerson, azureTools, personSession } from "../credentials/azure-people.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty } from "../random.ts";

export const azurePeople: Persona = {
  id: "azure-people",
  says: "Somebody who works with Azure by portal and command line, in office hours.",
  providers: ["azure"],
  share: 4,
  create({ world, random, number, name }) {
    const subscription = random.pickSkewed(world.azure.subscriptions);
    const person = azurePerson(random, world.azure.tenant, `cloud-engineer-${number + 1}@${world.domain}`);
    const address = random.addressIn(random.pick(world.officeNetworks));
    const browser = { address, userAgent: agents.browser(random), role: random.pick(["Contributor", "Owner", "Reader"]) };
    const portal = personSession(random, person, azureTools.portal, browser);
    const graph = personSession(random, person, azureTools.portal, browser, entraResources.graph);
    const commandLine = personSession(random, person, azureTools.commandLine, { ...browser, userAgent: agents.azureCli(random) });
    const group = name("team-rg");
    const machine = azureResource(subscription, group, "Microsoft.Compute/virtualMachines", name("test-vm"));
    const account = azureResource(subscription, group, "Microsoft.Storage/storageAccounts", `${name("team").replaceAll("-", "")}st`);
    const perDay = random.logNormal(9, 0.8);
    const isAdministrator = random.chance(0.2);
    const operations: NonEmpty<readonly [operation: string, resource: AzureResource]> = [
      ["Microsoft.Storage/storageAccounts/listKeys/action", account],
      ["Microsoft.Compute/virtualMachines/start/action", machine],
      ["Microsoft.Compute/virtualMachines/deallocate/action", machine],
      ["Microsoft.Compute/virtualMachines/write", machine],
      ["Microsoft.Resources/deployments/write", azureResource(subscription, group, "Microsoft.Resources/deployments", "manual")],
      ["Microsoft.Resources/tags/write", { ...machine, id: `${machine.id}/providers/Microsoft.Resources/tags/default` }],
      [
        "Microsoft.Network/networkSecurityGroups/securityRules/write",
        azureResource(subscription, group, "Microsoft.Network/networkSecurityGroups", name("nsg")),
      ],
    ];

    return {
      identities: [person],
      ways: [portal, commandLine],
      purpose: `looks after ${group}${isAdministrator ? ", and after groups of the directory" : ""}`,
      schedule: `office hours of ${subscription.timeZone}, about ${Math.round(perDay)} things a workday`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(perDay, officeHours, subscription.timeZone), (atMs) => {
          const drawn = hour.random.next();
          if (drawn < 0.45) {
            // Looks at something: the log of activities knows nothing of reading.
            portal.at(atMs, hour);
            return;
          }
          if (isAdministrator && drawn < 0.6) {
            const member = { id: hour.random.uuid(), type: "User", name: `employee-${hour.random.integer(1, 900)}@${world.domain}` } as const;
            const team = { id: random.fork(`group ${hour.random.integer(1, 9)}`).uuid(), type: "Group", name: "team" } as const;
            hour.azure(
              atMs,
              graph.at(atMs, hour),
              directoryChange("Add member to group", "GroupManagement", [directoryTarget(member), directoryTarget(team)]),
            );
            return;
          }
          const [operation, resource] = hour.random.pickSkewed(operations);
          const way = drawn < 0.8 ? portal : commandLine;
          const call = azureCall(operation, resource);
          hour.azure(atMs, way.at(atMs, hour), hour.random.chance(0.03) ? azureForbidden(call, person.objectId) : call);
        });
        agenda.live();
      },
    };
  },
};
