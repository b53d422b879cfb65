// Diagnostic settings and alerts are deleted, so that what comes next reaches no log.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { azureCall } from "../calls/azure.ts";
import { isAzureWay, type Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { AzureAccess, AzureActivityCall } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import { Surroundings } from "../surroundings.ts";
import type { AzureSubscription } from "../world.ts";

export const azureDiagnosticsTampering = defineAttack({
  id: "azure-diagnostics-tampering",
  technique: "T1685.002",
  providers: ["azure"],
  says: "With an application's or machine's identity somebody deletes diagnostic settings and alert rules.",
  visible: "diagnosticSettings/delete and activityLogAlerts/delete by an identity that made neither; several within minutes.",
  invisible: "What is done afterwards in logs that no longer come. Infrastructure as code deletes settings too, when it removes what they belong to.",
  parameters: z.strictObject({
    deletions: z.int().min(3).max(2_000).default(8).describe("Settings and rules deleted."),
    hours: overHours.default(0.3),
    mimics: mimicry.default("agent-and-network"),
    inVictimsHours,
  }),
  plan(planning, { deletions, hours, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.azureCli(random)));
    const surroundings = new Surroundings(planning);
    const take = (_number: number, atMs: number, hour: Hour): void => {
      hour.azure(atMs, hold(atMs, hour), deletion(surroundings, surroundings.subscriptionOf(resident, way.identity.account)));
    };
    const steps = stepsAt(movesOver(random, deletions, 2, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

function deletion(surroundings: Surroundings, subscription: AzureSubscription): AzureActivityCall {
  const { random } = surroundings;
  if (random.chance(0.2)) {
    const alert = surroundings.azureResource(subscription, "Microsoft.Insights/activityLogAlerts");
    return azureCall("Microsoft.Insights/activityLogAlerts/delete", alert);
  }
  const watched = random.pick(["Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts", "Microsoft.Compute/virtualMachines"]);
  const { id, location } = surroundings.azureResource(subscription, watched);
  const setting = random.pick(["to-workspace", "audit", "service"]);
  return azureCall("Microsoft.Insights/diagnosticSettings/delete", {
    id: `${id}/providers/Microsoft.Insights/diagnosticSettings/${setting}`,
    location,
  });
}
