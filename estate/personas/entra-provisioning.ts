// An application that keeps the directory like the personnel system: accounts made and closed, names changed, groups filled. Every
// change is an audit of the directory; at the turn of the month there are many.
import { Agenda } from "../agenda.ts";
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { directoryChange, directoryTarget } from "../calls/azure.ts";
import { azureApplication, certificateCredential, clientCertificate, entraResources } from "../credentials/azure.ts";
import type { EntraAuditCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { every } from "../schedule.ts";

export const entraProvisioning: Persona = {
  id: "entra-provisioning",
  says: "An application that changes users and groups of the directory as the personnel system does, every 40 minutes, with a certificate.",
  providers: ["azure"],
  share: 1.5,
  create({ world, random, name }) {
    const application = azureApplication(random, name("provisioning"), world.azure.tenant, "on-prem-service");
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.azureDotNet(random), role: "" };
    const madeAtMs = world.startMs - random.integer(30, 600) * dayMs;
    const graph = clientCertificate(random, application, origin, certificateCredential(random, madeAtMs), {
      resource: entraResources.graph,
      lastsMs: 35 * 60_000,
    });
    const cycle = every(40, random.integer(0, 39));
    const changesPerCycle = random.logNormal(1.1, 0.5);
    const groups = Array.from(
      { length: random.integer(8, 40) },
      (_, number) => ({ id: random.uuid(), type: "Group", name: `team-${number + 1}` }) as const,
    );

    return {
      identities: [application],
      ways: [graph],
      purpose: `keeps users and ${groups.length} groups like the personnel system`,
      schedule: cycle.text,
      live(hour) {
        const agenda = new Agenda();
        const { day, isWorkday } = hour.local("Europe/Berlin");
        const busy = (isWorkday ? 1 : 0.1) * (day <= 2 || day >= 30 ? 4 : 1);
        for (const startMs of hour.starts(cycle, 8_000)) {
          const changes = Array.from({ length: hour.random.poisson(changesPerCycle * busy) }, () => change(hour.random));
          // It asks whether anything changed even where nothing did.
          agenda.at([startMs], (atMs) => void graph.at(atMs, hour));
          agenda.run(hour.steps(startMs + 2_000, changes.length, 700), changes, (atMs, call) => hour.azure(atMs, graph.at(atMs, hour), call));
        }
        agenda.live();
      },
    };

    function change(chance: Random): EntraAuditCall {
      const user = chance.integer(1, 2_400);
      const who = { id: random.fork(`user ${user}`).uuid(), type: "User", name: `employee-${user}@${world.domain}` } as const;
      const drawn = chance.next();
      if (drawn < 0.5) {
        const department: [string, string] = [`["unit-${chance.integer(1, 40)}"]`, `["unit-${chance.integer(1, 40)}"]`];
        return directoryChange("Update user", "UserManagement", [
          directoryTarget(who, { Department: department, "Included Updated Properties": ["null", '"Department"'] }),
        ]);
      }
      const group = chance.pick(groups);
      if (drawn < 0.9 && group !== undefined) {
        const isJoining = drawn < 0.72;
        const ids = `"${group.id}"`;
        const changes = { "Group.ObjectID": isJoining ? (["null", ids] as const) : ([ids, "null"] as const) };
        const operation = isJoining ? "Add member to group" : "Remove member from group";
        const isThere = isJoining && chance.chance(0.02);
        const failure = isThere
          ? { code: "failure", message: "One or more added object references already exist for the following modified properties" }
          : undefined;
        return directoryChange(operation, "GroupManagement", [directoryTarget(who, changes), directoryTarget(group)], failure);
      }
      return drawn < 0.97
        ? directoryChange("Disable account", "UserManagement", [directoryTarget(who, { AccountEnabled: ["[true]", "[false]"] })])
        : directoryChange("Add user", "UserManagement", [directoryTarget(who, { AccountEnabled: ["[]", "[true]"] })]);
    }
  },
};
