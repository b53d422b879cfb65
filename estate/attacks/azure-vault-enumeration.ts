// Keys of storage accounts, databases and registries are listed one after the other, and vaults opened to whoever asks.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { azureCall, azureForbidden } from "../calls/azure.ts";
import { isAzureWay, type Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { AzureAccess } from "../identity.ts";
import { campaign, inVictimsHours, isStealable, mimicry, movesOver, overHours, steal, stepsAt, takeSeat } from "../intruder.ts";
import type { NonEmpty } from "../random.ts";
import { Surroundings } from "../surroundings.ts";

export const azureVaultEnumeration = defineAttack({
  id: "azure-vault-enumeration",
  technique: "T1555.006",
  providers: ["azure"],
  says: "With an application's or machine's identity somebody lists the keys of all that has keys, and grants itself access to vaults.",
  visible: "listKeys over many resources by an identity that listed few or none; access policies of vaults written by a machine; refusals.",
  invisible:
    "The secrets read from a vault: they stand in the vault's own log, which this estate has not. What is done with a storage account's key afterwards names nobody.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(30).describe("Calls."),
    hours: overHours.default(1),
    allowed: z.number().min(0).max(1).default(0.7).describe("Share of them that the identity's rights allow."),
    mimics: mimicry.default("agent"),
    inVictimsHours,
  }),
  plan(planning, { calls, hours, allowed, mimics, inVictimsHours: shadows }): AttackPlan | undefined {
    const { victim, random, startMs } = planning;
    const found = victim((way): way is Way<AzureAccess> => isAzureWay(way) && isStealable(way));
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const hold = steal(way, takeSeat(random, mimics, agents.azureCli(random)));
    const surroundings = new Surroundings(planning);
    const take = (_number: number, atMs: number, hour: Hour): void => {
      const access = hold(atMs, hour);
      const subscription = surroundings.subscriptionOf(resident, way.identity.account);
      const [type, operation] = surroundings.random.pick(keepers);
      const call = azureCall(operation, surroundings.azureResource(subscription, type));
      hour.azure(atMs, access, surroundings.random.chance(allowed) ? call : azureForbidden(call, access.objectId));
    };
    const steps = stepsAt(movesOver(random, calls, 2, startMs, hours), take);
    return { victims: [way.identity], ...campaign({ startMs, hours, steps, shadows: shadows ? resident : undefined }) };
  },
});

/** What holds keys, and how they are asked for; what is common comes twice. */
const keepers: NonEmpty<readonly [type: string, operation: string]> = [
  ["Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/listKeys/action"],
  ["Microsoft.Storage/storageAccounts", "Microsoft.Storage/storageAccounts/listKeys/action"],
  ["Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/accessPolicies/write"],
  ["Microsoft.DocumentDB/databaseAccounts", "Microsoft.DocumentDB/databaseAccounts/listKeys/action"],
  ["Microsoft.ContainerRegistry/registries", "Microsoft.ContainerRegistry/registries/listCredentials/action"],
  ["Microsoft.Cache/redis", "Microsoft.Cache/redis/listKeys/action"],
];
