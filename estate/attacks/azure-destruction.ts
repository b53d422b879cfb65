// Locks are taken off, backups and snapshots deleted, then what they protected, resource group by resource group.
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

export const azureDestruction = defineAttack({
  id: "azure-destruction",
  technique: "T1485",
  providers: ["azure"],
  says: "With an application's or machine's identity somebody removes locks, then snapshots, disks, storage accounts and whole resource groups.",
  visible: "Locks deleted by a machine; deletes over many resource groups by an identity that deletes little or nothing.",
  invisible:
    "Intent: a project that is wound up looks alike, though a pipeline does it that deleted before. What a resource group held is not listed where it goes as a whole.",
  parameters: z.strictObject({
    deletions: z.int().min(3).max(5_000).default(25).describe("Calls that delete."),
    hours: overHours.default(0.5),
    mimics: mimicry.default("nothing"),
    inVictimsHours,
  }),
  plan(planning, { deletions, hours, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.azureCli(random)));
    const surroundings = new Surroundings(planning);
    const take = (number: number, atMs: number, hour: Hour): void => {
      const subscription = surroundings.subscriptionOf(resident, way.identity.account);
      const call = number < deletions / 5 ? unlock(surroundings, subscription) : destroy(surroundings, subscription);
      hour.azure(atMs, hold(atMs, hour), call);
    };
    const steps = stepsAt(movesOver(random, deletions, 2, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

function unlock(surroundings: Surroundings, subscription: AzureSubscription): AzureActivityCall {
  const group = `/subscriptions/${subscription.id}/resourceGroups/${surroundings.resourceGroup(subscription)}`;
  const name = surroundings.random.pick(["do-not-delete", "protect", "lock"]);
  return azureCall("Microsoft.Authorization/locks/delete", { id: `${group}/providers/Microsoft.Authorization/locks/${name}`, location: "global" });
}

function destroy(surroundings: Surroundings, subscription: AzureSubscription): AzureActivityCall {
  const { random } = surroundings;
  if (random.chance(0.2)) {
    const id = `/subscriptions/${subscription.id}/resourceGroups/${surroundings.resourceGroup(subscription)}`;
    return azureCall("Microsoft.Resources/subscriptions/resourceGroups/delete", { id, location: subscription.location }, { status: 202 });
  }
  const types = ["Microsoft.Compute/snapshots", "Microsoft.Compute/disks", "Microsoft.Storage/storageAccounts", "Microsoft.Compute/virtualMachines"];
  const type = random.pick(types) ?? "Microsoft.Compute/disks";
  return azureCall(`${type}/delete`, surroundings.azureResource(subscription, type), { status: 202 });
}
