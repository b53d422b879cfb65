// Entra directory audits (who changed which application, role, policy or credential), by diagnostic settings, Graph or Log
// Analytics. What was added to an application as a credential is the credential that later signs in.
import { blankAction, type CredentialType, type NormalizedAction } from "../../model/identity-action.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { AzureRecord, addressOf, isOtherLog, jsonList, listIn, objectIn, textIn } from "../azure/azure-record.ts";
import { contentHash } from "../content-hash.ts";
import { type AzureCaller, azureIdentityRules, blankAzureCaller } from "../identity/azure.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const entraAudit: Normalizer = { format: "entra-audit", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  if (isOtherLog(record)) return false;
  if (record.category === "AuditLogs" || record.Type === "AuditLogs") return true;
  if ("initiatedBy" in record || "InitiatedBy" in record)
    return "targetResources" in record || "TargetResources" in record || "activityDisplayName" in record;
  return (
    isObject(record.properties) &&
    "initiatedBy" in record.properties &&
    ("targetResources" in record.properties || "activityDisplayName" in record.properties)
  );
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const fields = new AzureRecord(record);
  const time = fields.timeMs("activitydatetime", "time", "timegenerated");
  if (time === undefined) return { kind: "rejected", reason: "activityDateTime is missing or no valid time" };
  const operation = fields.text("activitydisplayname", "operationname").trim();
  if (operation === "") return { kind: "rejected", reason: "activityDisplayName is missing or no text" };
  const action = blankAction("azure", "entra-audit");
  action.time = time;
  action.event_uid = fields.text("id") || contentHash(record);
  action.request_uid = fields.text("correlationid");
  action.account_uid = fields.text("aadtenantid", "tenantid") || context.defaultAccount;
  action.service = "microsoft.aadiam";
  action.action = operation;
  action.activity = "admin";
  applyCaller(action, fields, context);
  applyOutcome(action, fields);
  applyTargets(action, fields);
  action.user_agent = agentOf(fields).slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function applyOutcome(action: NormalizedAction, fields: AzureRecord): void {
  const result = fields.text("result", "resulttype");
  action.outcome = /^(?:success|0$)/i.test(result) ? "success" : /^(?:fail|timeout)/i.test(result) ? "failure" : "unknown";
  if (action.outcome !== "failure") return;
  action.error_code = result;
  action.error_message = fields.text("resultreason", "resultdescription");
  if (/denied|forbidden|unauthorized|insufficient/i.test(action.error_message)) action.outcome = "denied";
}

function applyCaller(action: NormalizedAction, fields: AzureRecord, context: NormalizeContext): void {
  const initiator = fields.object("initiatedby");
  const app = objectIn(initiator, "app");
  const user = objectIn(initiator, "user");
  const appName = textIn(app, "servicePrincipalName") || textIn(app, "displayName");
  // Some routes write both, the one that it was not as null or with empty fields.
  const isApp = textIn(app, "servicePrincipalId") !== "" || textIn(app, "appId") !== "" || appName !== "";
  const resolved = resolveIdentity(
    azureIdentityRules,
    isApp
      ? {
          ...blankAzureCaller,
          objectId: textIn(app, "servicePrincipalId"),
          appId: textIn(app, "appId"),
          name: appName,
          principalType: "ServicePrincipal",
        }
      : userCaller(textIn(user, "id"), textIn(user, "userPrincipalName") || textIn(user, "displayName")),
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  const network = context.network(addressOf(textIn(user, "ipAddress") || fields.text("calleripaddress")));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
}

function userCaller(objectId: string, name: string): AzureCaller {
  return { ...blankAzureCaller, objectId, name, principalType: objectId === "" && name === "" ? "" : "User" };
}

function applyTargets(action: NormalizedAction, fields: AzureRecord): void {
  for (const target of fields.list("targetresources")) {
    if (!isObject(target)) continue;
    const uid = textIn(target, "id") || textIn(target, "displayName");
    if (uid === "") continue;
    action.resource_uids.push(uid.toLowerCase());
    action.resource_types.push(textIn(target, "type"));
    action.resource_accounts.push(action.account_uid);
    if (action.outcome === "success") applyIssuedCredential(action, target, uid);
  }
  // For whom a role was changed, not the role; of a policy alone, nobody.
  const target = action.resource_types.findIndex((type) => /^$|user|principal|app|device|agent/i.test(type));
  action.target_identity_uid ||= action.resource_uids[target] ?? "";
}

/** From the start: the display name that follows is free text, and may be written like a key. */
const keyIdentifier = /^\[?KeyIdentifier=([0-9a-f-]{36}),KeyType=(\w+)/i;

/** A key or trust that the new value holds and the old one does not was added by this change. */
function applyIssuedCredential(action: NormalizedAction, target: JsonObject, uid: string): void {
  for (const change of listIn(target, "modifiedProperties")) {
    if (!isObject(change)) continue;
    const property = textIn(change, "displayName");
    const before = new Set(credentialsIn(property, textIn(change, "oldValue")).map(({ id }) => id));
    for (const { id, kind } of credentialsIn(property, textIn(change, "newValue"))) {
      if (before.has(id)) continue;
      action.issued_credential_uid = id;
      action.issued_credential_type = kind;
      action.target_identity_uid = uid.toLowerCase();
    }
  }
}

function credentialsIn(property: string, value: string): { readonly id: string; readonly kind: CredentialType }[] {
  if (property === "KeyDescription") {
    return jsonList(value).flatMap((item) => {
      const key = typeof item === "string" ? keyIdentifier.exec(item) : null;
      if (key === null) return [];
      const [, id = "", kind = ""] = key;
      return [{ id: id.toLowerCase(), kind: /password/i.test(kind) ? "client-secret" : "client-certificate" }];
    });
  }
  if (property !== "FederatedIdentityCredentials") return [];
  const trusts = jsonList(value).flatMap((trust) => (isObject(trust) ? [textIn(trust, "Id").toLowerCase()] : []));
  return trusts.filter((id) => id !== "").map((id) => ({ id, kind: "federated-credential" }));
}

function agentOf(fields: AzureRecord): string {
  const detail = fields.list("additionaldetails").find((entry) => isObject(entry) && textIn(entry, "key") === "User-Agent");
  return isObject(detail) ? textIn(detail, "value") : "";
}
