// Azure calls that many machines make: operations of Resource Manager as the Activity Log names them.

import type { JsonObject } from "../../model/json.ts";
import type { AzureActivityCall, EntraAuditCall, Failure } from "../identity.ts";

export interface AzureResource {
  /** Azure's id: /subscriptions/…/providers/Microsoft.Compute/virtualMachines/web-1 */
  readonly id: string;
  readonly location: string;
}

/** A call of Resource Manager: azureCall("Microsoft.Compute/virtualMachines/start/action", machine). */
export function azureCall(
  operation: string,
  { id, location }: AzureResource,
  rest: { status?: number; properties?: JsonObject; failure?: Failure } = {},
): AzureActivityCall {
  return { provider: "azure", log: "activity", operation, resourceId: id, location, ...rest };
}

export function azureResource(
  subscription: { readonly id: string; readonly location: string },
  group: string,
  type: string,
  name: string,
): AzureResource {
  return { id: `/subscriptions/${subscription.id}/resourceGroups/${group}/providers/${type}/${name}`, location: subscription.location };
}

/** A change in the directory, of a user, a group, an application: category UserManagement, GroupManagement, ApplicationManagement. */
export function directoryChange(operation: string, category: string, targets: readonly JsonObject[], failure?: Failure): EntraAuditCall {
  return { provider: "azure", log: "audit", operation, category, targets, ...(failure === undefined ? {} : { failure }) };
}

interface DirectoryObject {
  readonly id: string;
  readonly type: "User" | "Group";
  /** Sign-in name of a user, display name of a group. */
  readonly name: string;
}

/** What was changed: `changes` gives old and new value, as JSON text, by property. */
export function directoryTarget({ id, type, name }: DirectoryObject, changes: Readonly<Record<string, readonly [string, string]>> = {}): JsonObject {
  const modifiedProperties = Object.entries(changes).map(([displayName, [oldValue, newValue]]) => ({ displayName, oldValue, newValue }));
  const own = type === "User" ? { userPrincipalName: name } : { groupType: "azureAD" };
  return { id, displayName: type === "User" ? null : name, type, ...own, modifiedProperties, administrativeUnits: [] };
}

/** What Resource Manager refuses to a principal without the role for it. */
export function azureForbidden(call: AzureActivityCall, objectId: string): AzureActivityCall {
  const message = `The client '${objectId}' with object id '${objectId}' does not have authorization to perform action '${call.operation}' over scope '${call.resourceId}' or the scope is invalid.`;
  return { ...call, status: 403, failure: { code: "AuthorizationFailed", message } };
}

/** Roles by the ids that are the same in every tenant. */
const roleDefinitions = { Owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c" } as const;

interface RoleAssignment {
  readonly id: string;
  /** /subscriptions/… */
  readonly scope: string;
  readonly role: keyof typeof roleDefinitions;
  /** Object id of whom it is given to. */
  readonly principalId: string;
}

export function assignRole({ id, scope, role, principalId }: RoleAssignment): AzureActivityCall {
  const subscription = scope.split("/").slice(0, 3).join("/");
  const RoleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitions[role]}`;
  const Properties = { PrincipalId: principalId, PrincipalType: "ServicePrincipal", RoleDefinitionId, Scope: scope };
  return azureCall(
    "Microsoft.Authorization/roleAssignments/write",
    { id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`, location: "global" },
    { status: 201, properties: { requestbody: JSON.stringify({ Id: id.replaceAll("-", ""), Properties }) } },
  );
}
