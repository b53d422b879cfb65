// Azure calls that many machines make: operations of Resource Manager as the Activity Log names them.

import type { JsonObject } from "../../model/json.ts";
import type { AzureActivityCall, Failure } from "../identity.ts";

interface Resource {
  /** Azure's id: /subscriptions/…/providers/Microsoft.Compute/virtualMachines/web-1 */
  readonly id: string;
  readonly location: string;
}

/** A call of Resource Manager: azureCall("Microsoft.Compute/virtualMachines/start/action", machine). */
export function azureCall(
  operation: string,
  { id, location }: Resource,
  rest: { status?: number; properties?: JsonObject; failure?: Failure } = {},
): AzureActivityCall {
  return { provider: "azure", log: "activity", operation, resourceId: id, location, ...rest };
}

export function azureResource(subscription: { readonly id: string; readonly location: string }, group: string, type: string, name: string): Resource {
  return { id: `/subscriptions/${subscription.id}/resourceGroups/${group}/providers/${type}/${name}`, location: subscription.location };
}
