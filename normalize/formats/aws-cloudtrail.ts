// AWS CloudTrail: one record of a trail, of EventBridge, of LookupEvents or of Logstash to one action.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { asBoolean, asIdentifier, asObject, asText, type JsonObject } from "../../model/json.ts";
import type { ValueGroup } from "../../model/value-group.ts";
import { describeAction } from "../aws/action-activity.ts";
import { accountOfArn } from "../aws/arn.ts";
import { applyCallOrigin } from "../aws/call-origin.ts";
import { applyIssuedCredential } from "../aws/issued-credentials.ts";
import { outcomeOf, refusalBasis } from "../aws/outcome.ts";
import { applyResources } from "../aws/request-resources.ts";
import { parseAwsTimeMs } from "../aws/time.ts";
import { contentHash } from "../content-hash.ts";
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
  // First of all: what is remembered of a caller was set on an action of which nothing else was known.
  const caller = applyCallOrigin(action, record, context);
  action.time = time;
  const call = applyOperation(action, record, eventSource, eventName);
  applyResources(action, record);
  applyIssuedCredential(action, record, eventSource);
  const isThirdParty = applyThirdParty(action, record);
  applyEventId(action, record);
  return { kind: "event", event: action, caller: isThirdParty ? undefined : caller, call };
}

/** The answer stands for service, action and activity. */
function applyOperation(action: NormalizedAction, record: JsonObject, eventSource: string, eventName: string): ValueGroup | undefined {
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
  return action.activity === described.activity ? described.group : undefined;
}

/** An external id is what a third party brings to assume a role in a customer's account. */
function applyThirdParty(action: NormalizedAction, record: JsonObject): boolean {
  if (action.action !== "AssumeRole" || action.workload_type !== "unknown") return false;
  const request = asObject(record.requestParameters);
  if (asText(request?.externalId) === "") return false;
  const caller = asIdentifier(asObject(record.userIdentity)?.accountId);
  const owner = accountOfArn(asText(request?.roleArn));
  if (caller === "" || owner === "" || caller === owner) return false;
  action.workload_type = "third-party";
  return true;
}

/** An addendum completes an event that was delivered before: it takes that event's id and stands above it. */
function applyEventId(action: NormalizedAction, record: JsonObject): void {
  const addendum = asObject(record.addendum);
  const own = asText(record.eventID) || asText(record.eventId);
  action.event_uid = asText(addendum?.originalEventID) || own || contentHash(record);
  action.event_rank = addendum === undefined ? 0 : 1;
  action.shared_event_uid = asText(record.sharedEventID);
}
