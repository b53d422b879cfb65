// A data factory: pipelines that start at fixed hours, sign in to what they read and write, and start clusters for the heavy part.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { azureCall, azureResource } from "../calls/azure.ts";
import { azureApplication, entraResources, managedIdentity } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { daily, every, monthly } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const azureDataFactory: Persona = {
  id: "azure-data-factory",
  says: "A data factory with a managed identity: nightly loads, small loads over the day, and a close of the month that nobody sees for weeks.",
  providers: ["azure"],
  share: 3,
  create({ world, random, name }) {
    const subscription = world.azure.subscriptions[1] ?? world.azure.subscriptions[0];
    const group = name("data-rg");
    const factory = azureResource(subscription, group, "Microsoft.DataFactory/factories", name("adf"));
    const application = azureApplication(random, name("adf"), subscription.id, "unknown", "managed-identity");
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureDotNet(random), role: "Contributor" };
    const keyId = random.uuid();
    const manager = managedIdentity(random, application, factory.id, origin, { keyId });
    const sources = [entraResources.storage, entraResources.sqlDatabase, entraResources.keyVault].map((resource) =>
      managedIdentity(random, application, factory.id, origin, { keyId, resource }),
    );
    const pool = azureResource(subscription, group, "Microsoft.Synapse/workspaces/sqlPools", `${name("synapse")}/sqlPools/dw`);
    const account = azureResource(subscription, group, "Microsoft.Storage/storageAccounts", `${name("lake").replaceAll("-", "")}st`);
    const nightly = daily(`0${random.integer(0, 4)}:${random.pick(["00", "15", "30"])}`, subscription.timeZone);
    const loads = every(random.pick([60, 120, 180, 240]), random.integer(0, 30));
    const close = monthly(random.integer(1, 3), "05:00", subscription.timeZone);
    const tables = random.integer(3, 9);

    return {
      identities: [application],
      ways: [manager, ...sources],
      purpose: `loads ${tables} tables a night into ${name("synapse")}`,
      schedule: `nightly load: ${nightly.text}; small loads: ${loads.text}; close: ${close.text}`,
      live(hour) {
        const agenda = new Agenda();
        const use = (atMs: number, call: ReturnType<typeof azureCall>): void => hour.azure(atMs, manager.at(atMs, hour), call);
        agenda.at(hour.starts(loads), (atMs) => {
          // Activities run on workers of the service, which share no tokens.
          for (const source of sources) {
            if (!hour.random.chance(0.6)) continue;
            source.end(atMs);
            source.at(atMs, hour);
          }
          if (hour.random.chance(0.35)) use(atMs + 2_000, azureCall("Microsoft.Storage/storageAccounts/ListAccountSas/action", account));
        });
        for (const [schedule, count] of [
          [nightly, tables],
          [close, tables * 4],
        ] as const) {
          for (const startMs of hour.starts(schedule)) {
            const copies = Array.from({ length: hour.random.poisson(count) }, () =>
              azureCall("Microsoft.Storage/storageAccounts/ListAccountSas/action", account),
            );
            const calls = [
              azureCall("Microsoft.Synapse/workspaces/sqlPools/resume/action", pool, { status: 202 }),
              ...copies,
              azureCall("Microsoft.Synapse/workspaces/sqlPools/pause/action", pool, { status: 202 }),
            ];
            agenda.run(hour.steps(startMs, calls.length, 90_000), calls, use);
          }
        }
        agenda.live();
      },
    };
  },
};
