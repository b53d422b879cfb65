// AWS CloudTrail: one record of a trail, of EventBridge, of LookupEvents or of Logstash to one action.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { asBoolean, asIdentifier, asObject, asText, type JsonObject } from "../../model/json.ts";
import { type Agent, readAgent } from "../agent.ts";
import { describeAction } from "../aws/action-activity.ts";
import { accountOfArn } from "../aws/arn.ts";
import { readCaller } from "../aws/caller.ts";
import { applyIssuedCredential } from "../aws/issued-credentials.ts";
import { outcomeOf, refusalBasis } from "../aws/outcome.ts";
import { applyResources } from "../aws/request-resources.ts";
import { resolveCaller } from "../aws/resolve-caller.ts";
import { workloadOfAgent } from "../aws/session-workload.ts";
import { parseAwsTimeMs } from "../aws/time.ts";
import { contentHash } from "../content-hash.ts";
import { applyIdentity } from "../identity/rule.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const awsCloudtrail: Normalizer = { format: "aws-cloudtrail", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  if (Object.hasOwn(record, "eventSource") && Object.hasOwn(record, "eventName")) return hasAny(record, companionFields);
  if (ignoredReason(record) !== undefined) return true;
  return Object.hasOwn(record, "eventVersion") && hasAny(record, identifyingFields);
}

const companionFields = ["eventVersion", "awsRegion", "userIdentity", "eventTime", "eventType", "recipientAccountId"];
const identifyingFields = ["userIdentity", "awsRegion", "eventSource", "eventName", "recipientAccountId"];

function hasAny(record: JsonObject, fields: readonly string[]): boolean {
  for (const field of fields) if (Object.hasOwn(record, field)) return true;
  return false;
}

/** What CloudTrail delivers beside actions, by eventCategory and, for older records, eventType. */
const noActions: ReadonlyMap<string, string> = new Map([
  ["Insight", "CloudTrail Insights event: a statistic, no single action"],
  ["AwsCloudTrailInsight", "CloudTrail Insights event: a statistic, no single action"],
  ["Aggregated", "CloudTrail aggregated event: a summary of actions"],
  ["ActivityAuditLog", "CloudTrail Lake event of a source outside AWS"],
  ["ConfigurationItem", "CloudTrail Lake configuration item: a state, no action"],
  ["Evidence", "CloudTrail Lake evidence of Audit Manager, no action"],
]);

function ignoredReason(record: JsonObject): string | undefined {
  const reason = noActions.get(asText(record.eventCategory)) ?? noActions.get(asText(record.eventType));
  if (reason !== undefined) return reason;
  if (!Object.hasOwn(record, "digestStartTime") || !Object.hasOwn(record, "awsAccountId")) return undefined;
  return "CloudTrail digest file: hashes of log files, no action";
}

function rejected(reason: string): NormalizeResult {
  return { kind: "rejected", reason };
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const ignored = ignoredReason(record);
  if (ignored !== undefined) return { kind: "ignored", reason: ignored };
  const eventName = asText(record.eventName);
  const eventSource = asText(record.eventSource);
  if (eventName === "") return rejected("eventName is missing or no text");
  if (eventSource === "") return rejected("eventSource is missing or no text");
  // Logstash drops eventTime once it has read it into @timestamp.
  const eventTime = asText(record.eventTime) || asText(record["@timestamp"]);
  if (eventTime === "") return rejected("eventTime is missing or no text");
  const time = parseAwsTimeMs(eventTime);
  if (time === undefined) return rejected("eventTime is no valid time");

  const action = blankAction("aws", "aws-cloudtrail");
  action.time = time;
  applyOperation(action, record, eventSource, eventName);
  applyCaller(action, record, context);
  applyOrigin(action, record, context);
  applyResources(action, record);
  applyIssuedCredential(action, record, eventSource);
  applyThirdParty(action, record);
  applyEventId(action, record);
  return { kind: "event", event: action };
}

function applyOperation(action: NormalizedAction, record: JsonObject, eventSource: string, eventName: string): void {
  const readOnly = asBoolean(record.readOnly);
  // Records from before eventCategory say it by managementEvent; network activity is no management event either, and no data event.
  const category = asText(record.eventCategory);
  const isData = category === "Data" || (category === "" && asBoolean(record.managementEvent) === false);
  const described = describeAction(eventSource, eventName, readOnly === undefined ? "" : String(readOnly), isData);
  action.service = described.service;
  action.action = described.action;
  action.activity = described.activity;
  if (described.service === "ssm" && described.activity === "data-read") {
    // A SecureString parameter is a secret only when the caller asks for it decrypted.
    if (asBoolean(asObject(record.requestParameters)?.withDecryption) === true) action.activity = "secret-read";
  }
  action.error_code = asIdentifier(record.errorCode);
  action.error_message = asText(record.errorMessage);
  action.outcome = outcomeOf(record, eventName, action.error_code);
  if (action.outcome === "denied") action.authorization_basis = refusalBasis(action.error_message);
  action.request_uid = asText(record.requestID);
  action.region = asText(record.awsRegion);
}

function applyCaller(action: NormalizedAction, record: JsonObject, context: NormalizeContext): void {
  const caller = readCaller(record, context);
  const resolved = resolveCaller(caller);
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  if (caller.invokedBy === "cloudformation.amazonaws.com" && action.workload_type === "unknown") action.workload_type = "infrastructure-as-code";
  const recipient = asIdentifier(record.recipientAccountId);
  action.account_uid = recipient || caller.accountId || accountOfArn(caller.arn) || context.defaultAccount;
}

function applyOrigin(action: NormalizedAction, record: JsonObject, context: NormalizeContext): void {
  const network = context.network(asText(record.sourceIPAddress));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  const userAgent = asText(record.userAgent);
  const agent = readAgent(userAgent);
  action.user_agent = userAgent.length > longestUserAgent ? userAgent.slice(0, longestUserAgent) : userAgent;
  action.agent_family = agent.family;
  if (action.workload_type === "unknown" && action.identity_uid !== "" && action.principal_type !== "anonymous") applyAgent(action, userAgent, agent);
}

const longestUserAgent = 1024;

/** The client writes its agent itself: it decides only where the record says nothing more certain. */
function applyAgent(action: NormalizedAction, userAgent: string, agent: Agent): void {
  const workload = agent.kind === "infrastructure-as-code" ? agent.kind : agent.kind === "browser" ? "human" : workloadOfAgent(userAgent);
  if (workload === "human") {
    // A person only for a user's own session. Who holds a machine's key or role can write a browser's agent, and would.
    const isUser = action.principal_type === "iam-user" || action.principal_type === "root";
    if (!isUser || action.credential_lifetime === "static") return;
    action.is_machine = false;
  }
  action.workload_type = workload;
  // Lambda names the sessions of its functions after them.
  if (workload === "lambda-function" && action.workload_uid === "") action.workload_uid = action.session_name;
}

/** An external id is what a third party brings to assume a role in a customer's account. */
function applyThirdParty(action: NormalizedAction, record: JsonObject): void {
  if (action.action !== "AssumeRole" || action.workload_type !== "unknown") return;
  const request = asObject(record.requestParameters);
  if (asText(request?.externalId) === "") return;
  const caller = asIdentifier(asObject(record.userIdentity)?.accountId);
  const owner = accountOfArn(asText(request?.roleArn));
  if (caller !== "" && owner !== "" && caller !== owner) action.workload_type = "third-party";
}

/** An addendum completes an event that was delivered before: it takes that event's id and stands above it. */
function applyEventId(action: NormalizedAction, record: JsonObject): void {
  const addendum = asObject(record.addendum);
  const own = asText(record.eventID) || asText(record.eventId);
  action.event_uid = asText(addendum?.originalEventID) || own || contentHash(record);
  action.event_rank = addendum === undefined ? 0 : 1;
  action.shared_event_uid = asText(record.sharedEventID);
}
