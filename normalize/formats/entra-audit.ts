// Entra directory audits (who changed which application, role, policy or credential), by diagnostic settings, Graph or Log
// Analytics. What was added to an application as a credential is the credential that later signs in.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { AzureRecord, addressOf, listIn, objectIn, textIn } from "../azure/azure-record.ts";
import { contentHash } from "../content-hash.ts";
import { azureIdentityRules, blankAzureCaller } from "../identity/azure.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const entraAudit: Normalizer = { format: "entra-audit", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  if ("eventSource" in record || "protoPayload" in record || "auditID" in record) return false;
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
  applyTargets(action, fields);
  const result = fields.text("result", "resulttype");
  action.outcome = /^(?:success|0$)/i.test(result) ? "success" : /^(?:fail|timeout)/i.test(result) ? "failure" : "unknown";
  if (action.outcome === "failure") {
    action.error_code = result;
    action.error_message = fields.text("resultreason", "resultdescription");
  }
  action.user_agent = agentOf(fields).slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function applyCaller(action: NormalizedAction, fields: AzureRecord, context: NormalizeContext): void {
  const initiator = fields.object("initiatedby");
  const app = objectIn(initiator, "app");
  const user = objectIn(initiator, "user");
  const resolved = resolveIdentity(
    azureIdentityRules,
    app === undefined
      ? {
          ...blankAzureCaller,
          objectId: textIn(user, "id"),
          name: textIn(user, "userPrincipalName") || textIn(user, "displayName"),
          principalType: user === undefined ? "" : "User",
        }
      : {
          ...blankAzureCaller,
          objectId: textIn(app, "servicePrincipalId"),
          appId: textIn(app, "appId"),
          name: textIn(app, "servicePrincipalName") || textIn(app, "displayName"),
          principalType: textIn(app, "servicePrincipalId") === "" ? "" : "ServicePrincipal",
        },
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  const network = context.network(addressOf(textIn(user, "ipAddress") || fields.text("calleripaddress")));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
}

function applyTargets(action: NormalizedAction, fields: AzureRecord): void {
  for (const target of fields.list("targetresources")) {
    if (!isObject(target)) continue;
    const uid = textIn(target, "id") || textIn(target, "displayName");
    if (uid === "") continue;
    action.resource_uids.push(uid.toLowerCase());
    action.resource_types.push(textIn(target, "type"));
    action.resource_accounts.push(action.account_uid);
    applyIssuedCredential(action, target, uid);
  }
  action.target_identity_uid ||= action.resource_uids[0] ?? "";
}

const keyIdentifier = /KeyIdentifier=([0-9a-f-]{36}),KeyType=(\w+)/gi;

/** A key that the new value of KeyDescription holds and the old one does not was added by this change. */
function applyIssuedCredential(action: NormalizedAction, target: JsonObject, uid: string): void {
  for (const change of listIn(target, "modifiedProperties")) {
    if (!isObject(change) || textIn(change, "displayName") !== "KeyDescription") continue;
    const before = textIn(change, "oldValue");
    for (const [, key = "", kind = ""] of textIn(change, "newValue").matchAll(keyIdentifier)) {
      if (before.includes(key)) continue;
      action.issued_credential_uid = key.toLowerCase();
      action.issued_credential_type = /password/i.test(kind) ? "client-secret" : "client-certificate";
      action.target_identity_uid = uid.toLowerCase();
    }
  }
}

function agentOf(fields: AzureRecord): string {
  const detail = fields.list("additionaldetails").find((entry) => isObject(entry) && textIn(entry, "key") === "User-Agent");
  return isObject(detail) ? textIn(detail, "value") : "";
}
