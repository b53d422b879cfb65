// Deployments from GitHub: a run's token is traded for one of a service principal, without any secret; the sign-in names the trust.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { officeHours } from "../calendar.ts";
import { azureCall, azureForbidden, azureResource } from "../calls/azure.ts";
import { azureApplication, federatedCredential, federatedTrust } from "../credentials/azure.ts";
import type { Persona } from "../persona.ts";
import { daily } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const azureGithubFederated: Persona = {
  id: "azure-github-federated",
  says: "A repository whose GitHub runs deploy to Azure as a service principal by a federated credential; every run comes from another runner.",
  providers: ["azure"],
  share: 4,
  create({ world, random, name }) {
    const subscription = random.pick(world.azure.subscriptions);
    const group = name("app-rg");
    const application = azureApplication(random, name("github-deploy"), subscription.id, "ci-pipeline");
    const userAgent = random.chance(0.5) ? agents.azureCli(random) : agents.azureTerraform(random);
    const runners = [publicNetwork(random), publicNetwork(random), publicNetwork(random)] as const;
    const trust = federatedTrust(random);
    const origin = (atMs: number) => {
      const runner = random.fork(`runner ${Math.floor(atMs / 60_000)}`);
      return { address: runner.addressIn(runner.pick(runners)), userAgent, role: "Contributor" };
    };
    const session = federatedCredential(random, application, origin, { trust });
    const site = azureResource(subscription, group, "Microsoft.Web/sites", name("web"));
    const deploymentId = (run: number) => azureResource(subscription, group, "Microsoft.Resources/deployments", `${name("web")}-${run}`);
    const registry = azureResource(subscription, group, "Microsoft.ContainerRegistry/registries", name("images").replaceAll("-", ""));
    const perDay = random.logNormal(4, 0.6);
    const drift = daily(`0${random.integer(3, 6)}:${random.integer(10, 55)}`, "UTC");
    const firstRun = random.integer(200, 4_000);

    return {
      identities: [application],
      ways: [session],
      purpose: `deploys ${name("web")} from repo:${world.organisation}/${name("web")}`,
      schedule: `about ${Math.round(perDay)} runs a workday, as people push; a check for drift ${drift.text}`,
      live(hour) {
        const agenda = new Agenda();
        const days = hour.daysSince(world.startMs);
        for (const startMs of hour.events(perDay, officeHours, subscription.timeZone)) {
          const run = firstRun + days * 7 + hour.random.integer(0, 6);
          const isFailing = hour.random.chance(0.06);
          const calls = [
            azureCall("Microsoft.Resources/deployments/validate/action", deploymentId(run)),
            azureCall("Microsoft.Resources/deployments/write", deploymentId(run), { status: 201 }),
            ...(hour.random.chance(0.4) ? [azureCall("Microsoft.ContainerRegistry/registries/listCredentials/action", registry)] : []),
            ...(hour.random.chance(0.25) ? [azureCall("Microsoft.Web/sites/config/write", { ...site, id: `${site.id}/config/appsettings` })] : []),
            ...(isFailing
              ? [azureForbidden(azureCall("Microsoft.Authorization/roleAssignments/write", site), application.objectId)]
              : [
                  azureCall("Microsoft.Web/sites/publishxml/action", site),
                  azureCall("Microsoft.Web/sites/slots/slotsswap/action", { ...site, id: `${site.id}/slots/staging` }, { status: 202 }),
                  azureCall("Microsoft.Web/sites/restart/Action", site),
                ]),
          ];
          session.end(startMs);
          agenda.run(hour.steps(startMs, calls.length, 22_000), calls, (atMs, call) => hour.azure(atMs, session.at(atMs, hour), call));
        }
        agenda.at(hour.starts(drift), (atMs) => {
          session.end(atMs);
          hour.azure(atMs, session.at(atMs, hour), azureCall("Microsoft.Resources/deployments/whatIf/action", deploymentId(firstRun)));
        });
        agenda.live();
      },
    };
  },
};
