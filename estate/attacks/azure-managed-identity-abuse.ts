// Whoever runs code on a machine asks for the token of its managed identity, gives that identity a greater role, and works with it.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { assignRole } from "../calls/azure.ts";
import { isAzureWay, type Way } from "../credentials/way.ts";
import { lookAround } from "../exploration.ts";
import type { Hour } from "../hour.ts";
import type { AzureAccess } from "../identity.ts";
import { campaign, emit, inVictimsHours, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";

export const azureManagedIdentityAbuse = defineAttack({
  id: "azure-managed-identity-abuse",
  technique: "T1528",
  providers: ["azure"],
  says: "With the token of a managed identity somebody writes a role assignment for that very identity and does what it never did.",
  visible:
    "A machine's identity that writes a role assignment whose principal is itself; operations that it never made; outside of its resource, a network that is not its own.",
  invisible: "Reads: the Activity Log holds none. Sign-ins of managed identities name no address, so that who asked for the token cannot be seen.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(20).describe("Calls with the token."),
    hours: overHours.default(3),
    escalates: z.boolean().default(true).describe("Whether it writes a role assignment for itself first."),
    rights: z.number().min(0).max(1).default(0.8).describe("Share of what is tried that the identity's rights allow."),
    mimics: mimicry.default("agent-and-network"),
    inVictimsHours,
  }),
  plan(planning, { calls, hours, escalates, rights, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && way.identity.principalType === "managed-identity");
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.azureCli(random)));
    const surroundings = new Surroundings(planning);
    const assignment = random.uuid();
    const take = (number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      if (number > 0 || !escalates) {
        const look = lookAround(access, number, resident, surroundings, rights);
        emit(hour, atMs, look.access, look.call);
        return;
      }
      const scope = `/subscriptions/${surroundings.subscriptionOf(resident, way.identity.account).id}`;
      hour.azure(atMs, access, assignRole({ id: assignment, scope, role: "Owner", principalId: access.objectId }));
    };
    const steps = stepsAt(movesOver(random, calls, 3, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});
