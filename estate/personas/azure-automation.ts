// An Azure Automation account with a managed identity: starts virtual machines before the working day and stops them after it.

import { agents } from "../agents.ts";
import { azureCall, azureResource } from "../calls/azure.ts";
import { azureApplication, managedIdentity } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { workdays } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const azureAutomation: Persona = {
  id: "azure-automation",
  says: "An Automation account with a managed identity that starts machines in the morning and stops them in the evening.",
  providers: ["azure"],
  share: 5,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const group = name("rg");
    const account = azureResource(subscription, group, "Microsoft.Automation/automationAccounts", name("automation"));
    const application = azureApplication(random, name("automation"), subscription.id, "unknown", "managed-identity");
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureSdk(random), role: "Virtual Machine Contributor" };
    const identity = managedIdentity(random, application, account.id, origin);
    const machines = Array.from({ length: random.integer(2, 9) }, (_, number) =>
      azureResource(subscription, group, "Microsoft.Compute/virtualMachines", `${name("vm")}-${number + 1}`),
    );
    const jobs = [
      { schedule: workdays("06:30", subscription.timeZone), verb: "start" },
      { schedule: workdays("19:00", subscription.timeZone), verb: "deallocate" },
    ];

    return {
      identities: [application],
      ways: [identity],
      purpose: `starts and stops ${machines.length} virtual machines of ${group}`,
      schedule: jobs.map(({ schedule, verb }) => `${verb}: ${schedule.text}`).join("; "),
      live(hour) {
        for (const { schedule, verb } of jobs) {
          for (const startMs of hour.starts(schedule)) {
            hour.steps(startMs, machines.length, 3_000).forEach((atMs, number) => {
              const machine = machines[number];
              if (machine === undefined) return;
              hour.azure(atMs, identity.at(atMs, hour), azureCall(`Microsoft.Compute/virtualMachines/${verb}/action`, machine, { status: 202 }));
            });
          }
        }
      },
    };
  },
};
