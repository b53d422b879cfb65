// Which log an act is written into: one renderer a provider.
import { type Act, isActOf } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { azureRecords } from "./azure.ts";
import { cloudTrailRecord } from "./cloudtrail.ts";
import { gcpAuditRecords } from "./gcp-audit.ts";
import { kubernetesAuditRecords } from "./kubernetes-audit.ts";
import type { NativeRecord } from "./native-record.ts";

/** One, or several where the log writes a start and an end. `random` is for what only these hold: ids, sizes, the last digits of times. */
export function nativeRecords(act: Act, random: Random, world: World): readonly NativeRecord[] {
  if (isActOf(act, "aws")) return [cloudTrailRecord(act, random, world)];
  if (isActOf(act, "azure")) return azureRecords(act, random, world);
  if (isActOf(act, "gcp")) return gcpAuditRecords(act, random, world);
  if (isActOf(act, "kubernetes")) return kubernetesAuditRecords(act, random, world);
  throw new RangeError("an act of no provider");
}
