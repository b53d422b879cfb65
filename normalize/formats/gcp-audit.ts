// Google Cloud audit LogEntries (Admin Activity, Data Access, System Event, Policy Denied) to actions; the end of a long-running
// operation to its completion.
import { blankAction, type NormalizedAction, type Outcome } from "../../model/identity-action.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, textOf } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { methodActivity } from "../gcp/method-activity.ts";
import { gcpIdentityRules } from "../identity/gcp.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import { memoize } from "../memoize.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";
import { parseTimestampMs } from "../timestamp.ts";

export const gcpAudit: Normalizer = { format: "gcp-audit", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  const payload = objectOf(record, "protoPayload");
  if (payload === undefined || textOf(payload, "serviceName") === "k8s.io") return false;
  return "methodName" in payload || "serviceName" in payload || textOf(record, "logName").includes("cloudaudit.googleapis.com");
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const payload = objectOf(record, "protoPayload");
  const time = parseTimestampMs(textOf(record, "timestamp") || textOf(record, "receiveTimestamp"));
  if (time === undefined) return { kind: "rejected", reason: "timestamp is missing or no valid time" };
  const method = textOf(payload, "methodName");
  if (method === "") return { kind: "rejected", reason: "protoPayload.methodName is missing or no text" };
  const { outcome, code, message } = outcomeOf(record, payload);
  const operation = objectOf(record, "operation");
  const operationUid = textOf(operation, "id");
  if (operationUid !== "" && operation?.last === true && operation.first !== true) {
    return {
      kind: "completion",
      completion: { event_uid: longOperationUid(record, payload, operationUid), completed_at: time, outcome, error_code: code, error_message: message },
    };
  }
  const action = blankAction("gcp", "gcp-audit");
  action.time = time;
  action.request_uid = textOf(record, "insertId");
  action.event_uid = operationUid !== "" && operation?.first === true ? longOperationUid(record, payload, operationUid) : entryUid(record);
  applySplit(action, record);
  const labels = objectOf(objectOf(record, "resource"), "labels");
  action.account_uid = projectOf(record, labels) || context.defaultAccount;
  action.region = textOf(labels, "location") || textOf(labels, "zone") || textOf(labels, "region");
  applyCaller(action, payload);
  const service = textOf(payload, "serviceName");
  action.service = service;
  action.action = method;
  const permission = firstPermission(payload);
  action.activity = activityOf(service, permission, method);
  applyResource(action, payload, record, service);
  applyIssuedCredential(action, payload, method);
  action.outcome = outcome;
  action.error_code = code;
  action.error_message = message;
  action.authorization_basis = permission;
  const metadata = objectOf(payload, "requestMetadata");
  const network = context.network(textOf(metadata, "callerIp"));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = textOf(metadata, "callerSuppliedUserAgent").slice(0, 1024);
  const agent = readAgent(action.user_agent);
  action.agent_family = agent.family;
  if (action.workload_type === "unknown" && agent.kind === "infrastructure-as-code") action.workload_type = "infrastructure-as-code";
  return { kind: "event", event: action };
}

const activityOf = memoize(methodActivity, { primary: 2 });

/** Unique in a log (cloud.google.com, LogEntry: insertId with logName and timestamp). */
function entryUid(record: JsonObject): string {
  return [textOf(record, "logName"), textOf(record, "timestamp"), textOf(record, "insertId")].join("|");
}

/** Start and end of one operation name different producers, so that only service, log and id make its uid. */
function longOperationUid(record: JsonObject, payload: JsonObject | undefined, operationUid: string): string {
  return ["operation", textOf(record, "logName"), textOf(payload, "serviceName"), operationUid].join("|");
}

/** A large entry comes in parts: one action; the first part, which holds the caller, stays. */
function applySplit(action: NormalizedAction, record: JsonObject): void {
  const split = objectOf(record, "split");
  const uid = textOf(split, "uid");
  if (uid === "") return;
  action.event_uid = ["split", textOf(record, "logName"), uid].join("|");
  action.event_rank = (numberOf(split, "index") ?? 0) === 0 ? 1 : 0;
}

function projectOf(record: JsonObject, labels: JsonObject | undefined): string {
  return textOf(labels, "project_id") || (/^(?:projects|folders|organizations|billingAccounts)\/([^/]+)\//.exec(textOf(record, "logName"))?.[1] ?? "");
}

function applyCaller(action: NormalizedAction, payload: JsonObject | undefined): void {
  const authentication = objectOf(payload, "authenticationInfo");
  const chain = arrayOf(authentication, "serviceAccountDelegationInfo").map(authorityOf).filter(Boolean).join(" ");
  const resolved = resolveCaller(
    textOf(authentication, "principalEmail"),
    textOf(authentication, "principalSubject"),
    textOf(authentication, "serviceAccountKeyName"),
    chain,
    textOf(objectOf(objectOf(authentication, "thirdPartyPrincipal"), "thirdPartyClaims"), "sub"),
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
}

const resolveCaller = memoize((principalEmail: string, principalSubject: string, keyName: string, delegation: string, thirdPartySubject: string) =>
  resolveIdentity(gcpIdentityRules, { principalEmail, principalSubject, keyName, delegation, thirdPartySubject }),
);

/** One authority of the chain, as a durable identity; "" for the empty entries that the log may hold. */
function authorityOf(entry: unknown): string {
  if (!isObject(entry)) return "";
  const email = textOf(objectOf(entry, "firstPartyPrincipal"), "principalEmail");
  const subject = textOf(entry, "principalSubject") || textOf(objectOf(objectOf(entry, "thirdPartyPrincipal"), "thirdPartyClaims"), "sub");
  return (email || subject.replace(/^(?:serviceAccount|user):/, "")).replaceAll(" ", "%20");
}

function firstPermission(payload: JsonObject | undefined): string {
  const [first] = arrayOf(payload, "authorizationInfo");
  return isObject(first) ? textOf(first, "permission") : "";
}

function applyResource(action: NormalizedAction, payload: JsonObject | undefined, record: JsonObject, service: string): void {
  const name = textOf(payload, "resourceName");
  if (name === "") return;
  action.resource_uids = [name.startsWith("//") ? name : `//${service}/${name}`];
  action.resource_types = [textOf(objectOf(record, "resource"), "type")];
  action.resource_accounts = [/^(?:\/\/[^/]+\/)?projects\/([^/_-][^/]*)/.exec(name)?.[1] ?? action.account_uid];
}

/** Calls that hand out a token or key of a service account: the account is in the resource, a key's id in the answer. */
function applyIssuedCredential(action: NormalizedAction, payload: JsonObject | undefined, method: string): void {
  const name = method.split(".").at(-1) ?? "";
  const account = /serviceAccounts\/([^/:]+)/.exec(textOf(payload, "resourceName") || textOf(objectOf(payload, "request"), "name"))?.[1] ?? "";
  if (/^(?:GenerateAccessToken|GenerateIdToken|SignBlob|SignJwt)$/i.test(name)) {
    action.target_identity_uid = account.includes("@") ? account : "";
    action.issued_credential_type = "access-token";
  } else if (/CreateServiceAccountKey$/.test(name)) {
    const key = textOf(objectOf(payload, "response"), "name");
    action.target_identity_uid = /serviceAccounts\/([^/]+@[^/]+)/.exec(key)?.[1] ?? account;
    action.issued_credential_uid = key.split("/keys/")[1] ?? "";
    action.issued_credential_type = "service-account-key";
  }
}

/** google.rpc.Code: 7 PERMISSION_DENIED, 16 UNAUTHENTICATED; any entry of the policy log is a refusal. */
function outcomeOf(record: JsonObject, payload: JsonObject | undefined): { outcome: Outcome; code: string; message: string } {
  const status = objectOf(payload, "status");
  const code = numberOf(status, "code") ?? 0;
  const isRefused = arrayOf(payload, "authorizationInfo").some((entry) => isObject(entry) && entry.granted === false);
  const isPolicyDenied = textOf(record, "logName").endsWith("cloudaudit.googleapis.com%2Fpolicy");
  if (code === 0 && !isPolicyDenied) return { outcome: "success", code: "", message: "" };
  const outcome = code === 7 || code === 16 || isRefused || isPolicyDenied ? "denied" : "failure";
  return { outcome, code: String(code), message: textOf(status, "message") };
}
