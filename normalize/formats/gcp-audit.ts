// Google Cloud audit LogEntries (Admin Activity, Data Access, System Event, Policy Denied) to actions; the end of a long-running
// operation to its completion. Kubernetes requests that GKE logs in such entries are kubernetes-audit's.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { arrayOf, asObject, asText, type JsonObject, numberOf, textOf } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { resolveCaller } from "../gcp/caller.ts";
import { applyIssuedCredential } from "../gcp/issued-credentials.ts";
import { auditLogMark, auditPayload, entryUid, type LogEntry, logNameOf, logOwner, readLogEntry } from "../gcp/log-entry.ts";
import { activityOfCall } from "../gcp/method-activity.ts";
import { authorizationBasis, type GcpOutcome, gcpOutcome } from "../gcp/outcome.ts";
import { applyResources } from "../gcp/resources.ts";
import { applyIdentity } from "../identity/rule.ts";
import { isGkePayload } from "../kubernetes/gke-entry.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const gcpAudit: Normalizer = { format: "gcp-audit", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  const payload = auditPayload(record);
  if (payload !== undefined) return !isGkePayload(payload);
  return otherLogEntry(record) !== undefined;
}

/** Entries of other logs come in the same stream when a sink exports more than audit logs. */
function otherLogEntry(record: JsonObject): string | undefined {
  const logName = logNameOf(record);
  if (!/^(?:projects|folders|organizations|billingAccounts)\/[^/]+\/logs\//.test(logName)) return undefined;
  if (!["protoPayload", "jsonPayload", "textPayload"].some((name) => Object.hasOwn(record, name))) return undefined;
  if (logName.includes(`${auditLogMark}%2Faccess_transparency`)) return "Access Transparency entry: Google's own staff, no identity of the customer";
  return logName.includes(auditLogMark) ? undefined : "LogEntry of a log other than Cloud Audit Logs";
}

const longestName = 256;

function rejected(reason: string): NormalizeResult {
  return { kind: "rejected", reason };
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const payload = auditPayload(record);
  if (payload === undefined) {
    const reason = otherLogEntry(record);
    return reason === undefined ? rejected("protoPayload is missing or no audit record") : { kind: "ignored", reason };
  }
  const method = asText(payload.methodName).slice(0, longestName);
  if (method === "") return rejected("protoPayload.methodName is missing or no text");
  const entry = readLogEntry(record, payload);
  if (entry === undefined) return rejected("timestamp is missing or no valid time");
  const outcome = gcpOutcome(payload, entry.logName);
  const operation = operationOf(entry);
  if (operation?.isEnd === true) return completionOf(entry, operation.uid, outcome);

  const action = blankAction("gcp", "gcp-audit");
  action.time = entry.time;
  applyIds(action, entry, operation?.uid);
  action.service = asText(payload.serviceName).slice(0, longestName);
  action.action = method;
  applyPlace(action, entry, context);
  applyCaller(action, entry, outcome);
  action.activity = activityOfCall(action.service, method, payload);
  action.outcome = outcome.outcome;
  action.error_code = outcome.code;
  action.error_message = outcome.message;
  action.authorization_basis = authorizationBasis(payload, outcome.outcome);
  applyResources(action, record, payload, action.service);
  applyIssuedCredential(action, record, payload);
  applyOrigin(action, payload, context);
  return { kind: "event", event: action };
}

interface Operation {
  readonly uid: string;
  readonly isEnd: boolean;
}

/**
 * First and last entry of a long-running operation; undefined for a call that one entry records. Ids are unique with their
 * producer (LogEntryOperation), but the two entries of one operation may name different producers, so the service stands for it.
 */
function operationOf({ record, payload }: LogEntry): Operation | undefined {
  const operation = asObject(record.operation);
  const id = asText(operation?.id);
  const isFirst = operation?.first === true;
  const isLast = operation?.last === true;
  if (id === "" || isFirst === isLast) return undefined;
  return { uid: `operation|${asText(payload.serviceName) || asText(operation?.producer)}|${id}`, isEnd: isLast };
}

function completionOf(entry: LogEntry, event_uid: string, { outcome, code, message }: GcpOutcome): NormalizeResult {
  return { kind: "completion", completion: { event_uid, completed_at: entry.time, outcome, error_code: code, error_message: message } };
}

const highestRank = 15;

/**
 * A large entry comes in parts, which share all fields but metadata, request and response (cloud.google.com, Split audit log
 * entries): one action, and of its parts the lowest index that came stays.
 */
function applyIds(action: NormalizedAction, entry: LogEntry, operationUid: string | undefined): void {
  action.request_uid = entry.insertId;
  action.event_uid = operationUid ?? entryUid(entry);
  const split = asObject(entry.record.split);
  const splitUid = asText(split?.uid);
  if (splitUid === "") return;
  const index = numberOf(split, "index") ?? 0;
  action.event_rank = highestRank - (Number.isInteger(index) && index >= 0 ? Math.min(index, highestRank) : highestRank);
  if (operationUid === undefined) action.event_uid = `split|${entry.logName}|${splitUid}`;
}

function applyPlace(action: NormalizedAction, { record, payload, logName }: LogEntry, context: NormalizeContext): void {
  const labels = asObject(asObject(record.resource)?.labels);
  const [location] = arrayOf(asObject(payload.resourceLocation), "currentLocations");
  action.account_uid = textOf(labels, "project_id") || logOwner(logName) || context.defaultAccount;
  action.region = textOf(labels, "location") || textOf(labels, "zone") || textOf(labels, "region") || asText(location);
}

function applyCaller(action: NormalizedAction, { payload, logName }: LogEntry, { code }: GcpOutcome): void {
  const isSystemEvent = /cloudaudit\.googleapis\.com(?:%2F|\/)system_event$/.test(logName);
  const resolved = resolveCaller(payload, action.service, isSystemEvent, code === "UNAUTHENTICATED");
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
}

const longestUserAgent = 1024;

function applyOrigin(action: NormalizedAction, payload: JsonObject, context: NormalizeContext): void {
  const metadata = asObject(payload.requestMetadata);
  const network = context.network(asText(metadata?.callerIp ?? metadata?.callerIP));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  const userAgent = asText(metadata?.callerSuppliedUserAgent);
  const agent = readAgent(userAgent);
  action.user_agent = userAgent.length > longestUserAgent ? userAgent.slice(0, longestUserAgent) : userAgent;
  action.agent_family = agent.family;
  // The client writes its agent itself: it decides only where the entry says nothing more certain.
  const isNamed = action.identity_uid !== "" && action.principal_type !== "anonymous";
  if (isNamed && action.workload_type === "unknown" && agent.kind === "infrastructure-as-code") action.workload_type = agent.kind;
}
