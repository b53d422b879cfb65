// An application is made to trust the workflows of one more repository, and they sign in as it.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { minuteMs } from "../calendar.ts";
import { addFederatedTrust } from "../calls/entra.ts";
import { federatedCredential, federatedTrust, isAzureApplication } from "../credentials/azure.ts";
import { isAzureWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { AzureAccess } from "../identity.ts";
import { campaign, emit, movesOver, overHours, type Step, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";
import { publicNetwork } from "../world.ts";

export const azureFederatedTrustAbuse = defineAttack({
  id: "azure-federated-trust-abuse",
  technique: "T1098.001",
  providers: ["azure"],
  says: "A federated credential for another repository is added to an application, whose workflows then sign in as its service principal.",
  visible:
    "A trust whose id no sign-in had before, added by one who never did so; the sign-in with that id; runners of networks that the service principal was never seen from.",
  invisible:
    "From which repository a sign-in came: it names the trust's id, and only the audit entry its subject. Runners of the same provider share their networks with those that may.",
  parameters: z.strictObject({
    calls: z.int().min(2).max(100_000).default(15).describe("Calls with the new trust, beside its sign-ins."),
    hours: overHours.default(5),
    repository: z.enum(["same-organisation", "other-organisation"]).default("same-organisation").describe("Whose repository is trusted."),
    branch: z.enum(["main", "pull-request"]).default("main").describe("Which of its workflows are."),
  }),
  plan(planning, { calls, hours, repository, branch }): AttackPlan | undefined {
    const { victim, random, world, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && way.identity.principalType === "service-principal");
    if (found === undefined || !isAzureApplication(found.way.identity)) return undefined;
    const { way, resident } = found;
    const application = found.way.identity;
    const surroundings = new Surroundings(planning);
    const asOwner = steal(way, takeSeat(random, "agent-and-network", ""));
    const owner = repository === "same-organisation" ? world.organisation : `example-${random.word(5)}`;
    const name = `${surroundings.product()}-deploy`;
    const subject = `repo:${owner}/${name}:${branch === "main" ? "ref:refs/heads/main" : "pull_request"}`;
    const credential = federatedTrust(random);
    const trust = { id: credential.uid, name, subject, applicationObjectId: random.uuid() };
    const add: Step = { atMs: startMs, take: (atMs, hour) => hour.azure(atMs, asOwner(atMs, hour), addFederatedTrust(application, trust)) };
    const origin = { address: random.addressIn(publicNetwork(random)), userAgent: agents.azureCli(random), role: "Contributor" };
    const session = federatedCredential(random.fork("session"), application, origin, { trust: credential });
    const use = (number: number, atMs: number, hour: Hour): void => {
      const { access, call } = lookAround(session.at(atMs, hour), number, resident, surroundings, 0.8);
      emit(hour, atMs, access, call);
    };
    const steps = [add, ...stepsAt(movesOver(random, calls, 2, startMs + 5 * minuteMs, hours), use)];
    return { victims: [application], ...campaign({ startMs, hours, steps }) };
  },
});
