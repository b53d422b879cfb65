// Azure Activity Log, by diagnostic settings, REST or Log Analytics, to actions. Azure logs an operation's start and its end as
// records of their own with ids of their own: each is an event, the start with an unknown outcome.
import { blankAction, type NormalizedAction, type Outcome } from "../../model/identity-action.ts";
import { type JsonObject, numberOf, textOf } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { AzureRecord, addressOf, isOtherLog, objectIn, textIn } from "../azure/azure-record.ts";
import { operationActivity } from "../azure/operation-activity.ts";
import { contentHash } from "../content-hash.ts";
import { azureIdentityRules, blankAzureCaller } from "../identity/azure.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import { memoize } from "../memoize.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";
import { entraAudit } from "./entra-audit.ts";
import { entraSignin } from "./entra-signin.ts";

export const azureActivity: Normalizer = { format: "azure-activity", recognizes, normalize };

const companions = [
  "resourceId",
  "resourceid",
  "ResourceId",
  "_ResourceId",
  "caller",
  "Caller",
  "authorization",
  "Authorization",
  "identity",
  "claims",
  "callerIpAddress",
  "subscriptionId",
  "SubscriptionId",
];

function recognizes(record: JsonObject): boolean {
  if (!("operationName" in record || "OperationNameValue" in record || "operationname" in record)) return false;
  if (isOtherLog(record)) return false;
  return companions.some((name) => name in record) && !entraSignin.recognizes(record) && !entraAudit.recognizes(record);
}

const claimNames = {
  objectId: "http://schemas.microsoft.com/identity/claims/objectidentifier",
  upn: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
  name: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
} as const;

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const fields = new AzureRecord(record);
  const time = fields.timeMs("eventtimestamp", "time", "timegenerated", "eventsubmissiontimestamp");
  if (time === undefined) return { kind: "rejected", reason: "time is missing or no valid time" };
  const operation = fields.text("operationnamevalue", "operationname");
  if (operation === "") return { kind: "rejected", reason: "operationName is missing or no text" };
  const action = blankAction("azure", "azure-activity");
  action.time = time;
  action.event_uid = fields.text("eventdataid") || contentHash(record);
  action.request_uid = fields.text("correlationid");
  action.region = fields.text("location");
  applyCaller(action, fields);
  action.action = operation;
  action.activity = operationActivity(operation);
  applyResource(action, fields, context);
  // A resource's own log (Key Vault's AuditEvent, Storage) names its operations without the provider: SecretGet, GetBlob.
  const provider = operation.includes("/") ? operation : (action.resource_types[0] ?? operation);
  action.service = (provider.split("/")[0] ?? provider).toLowerCase();
  applyOutcome(action, fields);
  const request = fields.object("httprequest");
  const network = context.network(addressOf(fields.text("calleripaddress") || textIn(request, "clientIpAddress")));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = fields.text("useragent", "useragentheader", "clientinfo").slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function applyCaller(action: NormalizedAction, fields: AzureRecord): void {
  const identity = fields.object("identity");
  const claims = fields.object("claims", "claims_d") ?? objectIn(identity, "claims") ?? objectIn(identity, "claim");
  const requester = objectIn(identity, "requester");
  const authorization = fields.object("authorization") ?? objectIn(identity, "authorization");
  const evidence = objectIn(authorization, "evidence");
  const resolved = resolveCaller(
    textOf(claims, claimNames.objectId) || textOf(claims, "oid") || textIn(requester, "objectId") || principalOf(evidence),
    textOf(claims, "appid") || textOf(claims, "azp") || textIn(requester, "appId"),
    textOf(claims, claimNames.upn) ||
      textOf(claims, "upn") ||
      textOf(claims, claimNames.name) ||
      textIn(requester, "upn") ||
      fields.text("caller") ||
      textOf(claims, "name"),
    textIn(evidence, "principalType"),
    textOf(claims, "idtyp"),
    textOf(claims, "xms_mirid"),
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  const role = textIn(evidence, "role");
  action.authorization_basis = role === "" ? "" : `role ${role} at ${textIn(evidence, "roleAssignmentScope")}`;
  action.credential_uid = textOf(claims, "uti");
  // Platform events bring claims without content.
  if (claims === undefined || Object.keys(claims).length === 0) return;
  action.credential_type = "access-token";
  action.credential_lifetime = "short-lived";
  const issuedAt = numberOf(claims, "iat") ?? Number(textOf(claims, "iat") || 0);
  if (Number.isSafeInteger(issuedAt) && issuedAt > 0 && issuedAt < 9e9) action.credential_issued_at = issuedAt * 1000;
}

/** Whom the role was given to: the caller, unless a group that the caller is in. Written without hyphens. */
function principalOf(evidence: JsonObject | undefined): string {
  if (/group/i.test(textIn(evidence, "principalType"))) return "";
  return textIn(evidence, "principalId").replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i, "$1-$2-$3-$4-$5");
}

const resolveCaller = memoize(
  (objectId: string, appId: string, name: string, principalType: string, tokenKind: string, managedIdentityResource: string) =>
    resolveIdentity(azureIdentityRules, { ...blankAzureCaller, objectId, appId, name, principalType, tokenKind, managedIdentityResource }),
);

function applyResource(action: NormalizedAction, fields: AzureRecord, context: NormalizeContext): void {
  // The REST shape's id is the resource's, followed by /events/….
  const resource = (fields.text("resourceid", "_resourceid") || (fields.text("id").split("/events/", 1)[0] ?? "")).toLowerCase();
  const subscription = /\/subscriptions\/([^/]+)/.exec(resource)?.[1] ?? fields.text("subscriptionid").toLowerCase();
  action.account_uid = subscription || fields.text("tenantid") || context.defaultAccount;
  if (!resource.startsWith("/")) return;
  action.resource_uids = [resource];
  action.resource_types = [resourceType(resource)];
  action.resource_accounts = [action.account_uid];
}

/** `microsoft.keyvault/vaults/secrets` of `…/providers/microsoft.keyvault/vaults/v/secrets/s`; else what the id ends in. */
function resourceType(resource: string): string {
  const parts = resource.slice(resource.lastIndexOf("/providers/") + "/providers/".length).split("/");
  if (!resource.includes("/providers/")) return resource.includes("/resourcegroups/") ? "resourcegroups" : "subscriptions";
  return [parts[0], ...parts.slice(1).filter((_, index) => index % 2 === 0)].join("/");
}

function applyOutcome(action: NormalizedAction, fields: AzureRecord): void {
  const status = fields.text("activitystatusvalue", "status", "resulttype", "activitystatus", "statustext");
  const detail = fields.text("activitysubstatusvalue", "substatus", "resultsignature", "httpstatuscode", "statuscode");
  // Resource Manager's answer, as JSON text; Key Vault and others write a sentence.
  const cause = textIn(objectIn(fields.object("statusmessage"), "error"), "code");
  action.outcome = outcomeOf(status, detail, cause);
  if (action.outcome !== "failure" && action.outcome !== "denied") return;
  action.error_code = cause || detail || status;
  action.error_message = fields.text("statusmessage", "resultdescription");
}

const refusal = /forbidden|unauthorized|authorizationfailed|^40[13]\b|denied|disallowedbypolicy/i;

function outcomeOf(status: string, detail: string, cause: string): Outcome {
  if (refusal.test(`${detail} ${status}`) || /\b40[13]$/.test(detail) || (refusal.test(cause) && /^fail/i.test(status))) return "denied";
  if (/^(?:success|succeeded|active|resolved|ok$|0$)/i.test(status)) return "success";
  if (/^fail/i.test(status)) return "failure";
  // Storage's own log: an HTTP status, its text a word for each error.
  if (/^2\d\d$/.test(detail)) return status === "" ? "success" : "unknown";
  return /^[45]\d\d$/.test(detail) ? "failure" : "unknown";
}
