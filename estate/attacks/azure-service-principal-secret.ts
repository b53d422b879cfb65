// A service principal gets a secret or certificate that its owners did not ask for, and signs in with it from elsewhere.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { minuteMs } from "../calendar.ts";
import { addCredential } from "../calls/entra.ts";
import { clientCertificate, clientSecret, isAzureApplication } from "../credentials/azure.ts";
import { type AnyWay, isAzureWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { AzureAccess, Credential } from "../identity.ts";
import { campaign, emit, mimicry, movesOver, overHours, type Step, steal, stepsAt, takeSeat } from "../intruder.ts";
import type { Resident } from "../persona.ts";
import { Surroundings } from "../surroundings.ts";
import { strangerNetwork } from "../world.ts";

export const azureServicePrincipalSecret = defineAttack({
  id: "azure-service-principal-secret",
  technique: "T1098.001",
  providers: ["azure"],
  says: "Somebody in the directory adds a secret or certificate to a service principal, which then signs in with it from a new network and works.",
  visible:
    "'Add service principal credentials' by one who never did so; then a sign-in with the very key id that the audit entry holds, from a network that the service principal was never seen from.",
  invisible:
    "Whose hands the secret is in. Rotation adds a credential and uses it too: it comes from where the last one was used. Entra's audit gives the address of people only.",
  parameters: z.strictObject({
    calls: z.int().min(2).max(100_000).default(20).describe("Calls with the new credential, beside its sign-ins."),
    hours: overHours.default(4),
    waitsHours: z.number().min(0).max(1000).default(0.2).describe("Hours between adding the credential and its first use."),
    credential: z.enum(["secret", "certificate"]).default("secret").describe("What is added."),
    mimics: mimicry.exclude(["agent-and-network"]).default("nothing").describe("What of the victim the attacker copies."),
  }),
  plan(planning, { calls, hours, waitsHours, credential, mimics }): AttackPlan | undefined {
    const { victim, random, residents, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && way.identity.principalType === "service-principal");
    if (found === undefined || !isAzureApplication(found.way.identity)) return undefined;
    const { way, resident } = found;
    const application = found.way.identity;
    const adder = random.pick(whoMayAdd(residents, resident)) ?? way;
    const asAdder = steal(adder, takeSeat(random, "agent-and-network", ""));
    const kind = credential === "secret" ? "client-secret" : "client-certificate";
    const id = random.uuid();
    const surroundings = new Surroundings(planning);
    const label = credential === "secret" ? surroundings.product() : `CN=${application.name}`;
    const add: Step = {
      atMs: startMs,
      take: (atMs, hour) => hour.azure(atMs, asAdder(atMs, hour), addCredential(random.fork("audit"), application, { id, kind, label })),
    };
    const usedFromMs = startMs + Math.max(waitsHours * 60, 2) * minuteMs;
    const usual = resident.recent.at(-1)?.access.userAgent;
    const address = random.addressIn(strangerNetwork(random));
    const origin = { address, userAgent: mimics === "nothing" ? agents.azureCli(random) : (usual ?? agents.azureSdk(random)), role: "Contributor" };
    const own = random.fork("session");
    const added: Credential = { uid: id, type: kind, lifetime: "static", issuedAtMs: startMs };
    const stolen = credential === "secret" ? clientSecret(own, application, origin, added) : clientCertificate(own, application, origin, added);
    const use = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(stolen.at(atMs, hour), number, resident, surroundings, 0.75);
      emit(hour, atMs, access, call);
    };
    const steps = [add, ...stepsAt(movesOver(random, calls, 3, usedFromMs, hours), use)];
    return { victims: [application], ...campaign({ startMs, hours: waitsHours + hours, steps }) };
  },
});

/** People first: they have the roles for it. */
function whoMayAdd(residents: readonly Resident[], victim: Resident): Way<AzureAccess>[] {
  const ways = residents.filter(({ id }) => id !== victim.id).flatMap(({ machine }) => machine.ways.filter(isAzureWay));
  const isPerson = (way: AnyWay): boolean => way.kind === "person";
  return ways.some(isPerson) ? ways.filter(isPerson) : ways;
}
