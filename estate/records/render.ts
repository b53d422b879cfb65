// Which log an act is written into: one renderer a provider.
import type { Act } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { azureRecord } from "./azure.ts";
import { cloudTrailRecord } from "./cloudtrail.ts";
import { gcpAuditRecord } from "./gcp-audit.ts";
import { kubernetesAuditRecord } from "./kubernetes-audit.ts";
import type { NativeRecord } from "./native-record.ts";

/** `random` is for what only this record holds: ids, sizes, the last digits of times. */
export function nativeRecord(act: Act, random: Random, world: World): NativeRecord {
  if (isOf(act, "aws")) return cloudTrailRecord(act, random, world);
  if (isOf(act, "azure")) return azureRecord(act, random, world);
  if (isOf(act, "gcp")) return gcpAuditRecord(act, random, world);
  if (isOf(act, "kubernetes")) return kubernetesAuditRecord(act, random, world);
  throw new RangeError("an act of no provider");
}

function isOf<Kind extends Act["access"]["provider"]>(act: Act, provider: Kind): act is Extract<Act, { access: { provider: Kind } }> {
  return act.access.provider === provider && act.call.provider === provider;
}
