// Azure's three logs: the Activity Log, and Entra's sign-ins and directory audits.
import type { AzureAccess, AzureCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { activityRecords } from "./azure-activity.ts";
import { auditRecord, signinRecord } from "./entra.ts";
import type { NativeRecord } from "./native-record.ts";

interface AzureAct {
  readonly atMs: number;
  readonly access: AzureAccess;
  readonly call: AzureCall;
}

export function azureRecords({ atMs, access, call }: AzureAct, random: Random, world: World): readonly NativeRecord[] {
  if (call.log === "activity") return activityRecords(atMs, access, call, random, world);
  return [call.log === "signin" ? signinRecord(atMs, access, call, random, world) : auditRecord(atMs, access, call, random, world)];
}
