// A program in the organisation's own data centre that manages Azure with an application's secret or certificate: jobs that start
// anew, sign in anew and forget their token.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { businessCustomers, dayMs } from "../calendar.ts";
import { type AzureResource, azureCall, azureForbidden, azureResource } from "../calls/azure.ts";
import {
  azureApplication,
  certificateCredential,
  clientCertificate,
  clientSecret,
  clientSecretCredential,
  entraResources,
} from "../credentials/azure.ts";
import type { Way } from "../credentials/way.ts";
import type { AzureAccess, AzureActivityCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { daily } from "../schedule.ts";

export const azureServicePrincipal: Persona = {
  id: "azure-service-principal",
  says: "A program on the organisation's own hosts that keeps disks, backups and files in Azure in order, with a client secret or a certificate.",
  providers: ["azure"],
  share: 5,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const group = name("exchange-rg");
    const application = azureApplication(random, name("exchange"), subscription.id, "on-prem-service");
    const userAgent = agents.azureDotNet(random);
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent, role: "Contributor" };
    const madeAtMs = world.startMs - random.integer(40, 700) * dayMs;
    const hasCertificate = random.chance(0.4);
    const secret = clientSecretCredential(random, madeAtMs);
    const manager = hasCertificate
      ? clientCertificate(random, application, origin, certificateCredential(random, madeAtMs))
      : clientSecret(random, application, origin, secret);
    const storage = clientSecret(random, application, origin, secret, { resource: entraResources.storage });
    const account = azureResource(subscription, group, "Microsoft.Storage/storageAccounts", `${name("exchange").replaceAll("-", "")}st`);
    const disks = Array.from({ length: random.integer(1, 6) }, (_, number) =>
      azureResource(subscription, group, "Microsoft.Compute/disks", `${name("data")}-${number + 1}`),
    );
    const runsPerDay = random.logNormal(26, 0.6);
    const nightly = daily(`0${random.integer(1, 4)}:${random.integer(10, 55)}`, subscription.timeZone);

    return {
      identities: [application],
      ways: [manager],
      purpose: `hands files over through ${account.id.split("/").at(-1)} and snapshots ${disks.length} disks`,
      schedule: `about ${Math.round(runsPerDay)} runs a day; ${nightly.text}`,
      live(hour) {
        const agenda = new Agenda();
        agenda.at(hour.events(runsPerDay, businessCustomers, subscription.timeZone), (atMs) => {
          // A process of its own: nothing is left of the last one's token.
          manager.end(atMs);
          hour.azure(atMs, manager.at(atMs, hour), handOver(account, application.objectId, hour.random));
          if (hasCertificate || !hour.random.chance(0.5)) return;
          storage.end(atMs);
          storage.at(atMs + 400, hour);
        });
        for (const startMs of hour.starts(nightly)) {
          const calls = disks.map((disk) => snapshot(disk, hour.local(subscription.timeZone).date));
          agenda.run(hour.steps(startMs, calls.length, 4_000), calls, (atMs, call) => present(manager, atMs, call));
        }
        agenda.live();

        function present(way: Way<AzureAccess>, atMs: number, call: AzureActivityCall): void {
          hour.azure(atMs, way.at(atMs, hour), call);
        }
      },
    };
  },
};

function handOver(account: AzureResource, objectId: string, random: Random): AzureActivityCall {
  const call = azureCall(`Microsoft.Storage/storageAccounts/${random.chance(0.7) ? "listKeys" : "ListServiceSas"}/action`, account);
  return random.chance(0.004) ? azureForbidden(call, objectId) : call;
}

function snapshot({ id, location }: AzureResource, date: string): AzureActivityCall {
  const snapshotId = id.replace(/\/disks\/(.+)$/, `/snapshots/$1-${date}`);
  return azureCall("Microsoft.Compute/snapshots/write", { id: snapshotId, location }, { status: 202 });
}
