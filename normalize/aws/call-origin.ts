// Who made a CloudTrail call, from where and with what: everything that depends on the caller, its address and its agent. It
// stands alone because a session's records repeat it: the parser hands out the same userIdentity object for the same bytes, so
// what was found for the object is the answer wherever the few other members it depends on are the same too.
import type { NormalizedAction } from "../../model/identity-action.ts";
import { asIdentifier, asObject, asText, type JsonObject, type JsonValue } from "../../model/json.ts";
import { ValueGroup } from "../../model/value-group.ts";
import { type Agent, readAgent } from "../agent.ts";
import { networkForBaseline } from "../baseline-values.ts";
import { applyIdentity } from "../identity/rule.ts";
import type { NormalizeContext } from "../normalizer.ts";
import { accountOfArn } from "./arn.ts";
import { readCaller } from "./caller.ts";
import { resolveCaller } from "./resolve-caller.ts";
import { workloadOfAgent } from "./session-workload.ts";

/** All that an answer depends on beside the userIdentity, and the answer. */
interface KnownOrigin {
  readonly context: NormalizeContext;
  readonly sourceIPAddress: JsonValue | undefined;
  readonly userAgent: JsonValue | undefined;
  readonly awsRegion: JsonValue | undefined;
  readonly recipientAccountId: JsonValue | undefined;
  readonly eventType: JsonValue | undefined;
  readonly sessionCredentialFromConsole: JsonValue | undefined;
  /** Set on an action that was blank before. */
  readonly action: NormalizedAction;
  readonly group: ValueGroup;
}

const capacity = 16_384;
/** Addresses, agents and regions of one session that are remembered. */
const originsPerCaller = 4;
/** Most objects that the parser does not keep are met once: what was found of them is not worth remembering. */
const metOnce: KnownOrigin[] = [];
const known = new Map<JsonObject, KnownOrigin[]>();

/** Fills the fields of `callerColumns`, is_machine, credential_issued_at and delegation. The answer stands for the former. */
export function applyCallOrigin(action: NormalizedAction, record: JsonObject, context: NormalizeContext): ValueGroup | undefined {
  const user = asObject(record.userIdentity);
  // A service that acts by itself is also named by other members of the record.
  if (user === undefined || user.type === "AWSService" || user.arn === undefined) {
    resolveOrigin(action, record, context);
    return undefined;
  }
  const origins = known.get(user);
  if (origins === undefined) {
    resolveOrigin(action, record, context);
    if (known.size >= capacity) known.clear();
    known.set(user, metOnce);
    return undefined;
  }
  if (origins !== metOnce) {
    for (const origin of origins) {
      if (!isOriginOf(origin, record, context)) continue;
      copyOrigin(origin.action, action);
      return origin.group;
    }
  }
  resolveOrigin(action, record, context);
  return remember(user, origins, record, context, { ...action });
}

function isOriginOf(origin: KnownOrigin, record: JsonObject, context: NormalizeContext): boolean {
  return (
    origin.sourceIPAddress === record.sourceIPAddress &&
    origin.userAgent === record.userAgent &&
    origin.awsRegion === record.awsRegion &&
    origin.recipientAccountId === record.recipientAccountId &&
    origin.eventType === record.eventType &&
    origin.sessionCredentialFromConsole === record.sessionCredentialFromConsole &&
    origin.context === context
  );
}

function remember(user: JsonObject, origins: KnownOrigin[], record: JsonObject, context: NormalizeContext, action: NormalizedAction): ValueGroup {
  const { sourceIPAddress, userAgent, awsRegion, recipientAccountId, eventType, sessionCredentialFromConsole } = record;
  const group = new ValueGroup();
  const origin = { context, sourceIPAddress, userAgent, awsRegion, recipientAccountId, eventType, sessionCredentialFromConsole, action, group };
  if (origins === metOnce) known.set(user, [origin]);
  else {
    origins.unshift(origin);
    if (origins.length > originsPerCaller) origins.pop();
  }
  return group;
}

/** By constant names: several times faster than a loop over them. A test compares with what a first reading gives. */
function copyOrigin(from: NormalizedAction, to: NormalizedAction): void {
  to.account_uid = from.account_uid;
  to.region = from.region;
  to.identity_uid = from.identity_uid;
  to.identity_name = from.identity_name;
  to.identity_alias = from.identity_alias;
  to.identity_rule = from.identity_rule;
  to.principal_type = from.principal_type;
  to.workload_type = from.workload_type;
  to.is_machine = from.is_machine;
  to.session_name = from.session_name;
  to.workload_uid = from.workload_uid;
  to.credential_uid = from.credential_uid;
  to.credential_type = from.credential_type;
  to.credential_lifetime = from.credential_lifetime;
  to.credential_issued_at = from.credential_issued_at;
  to.issuer_uid = from.issuer_uid;
  to.delegation = from.delegation;
  to.src_ip = from.src_ip;
  to.src_kind = from.src_kind;
  to.src_network = from.src_network;
  to.user_agent = from.user_agent;
  to.agent_family = from.agent_family;
}

function resolveOrigin(action: NormalizedAction, record: JsonObject, context: NormalizeContext): void {
  const caller = readCaller(record, context);
  const resolved = resolveCaller(caller);
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  if (caller.invokedBy === "cloudformation.amazonaws.com" && action.workload_type === "unknown") action.workload_type = "infrastructure-as-code";
  const recipient = asIdentifier(record.recipientAccountId);
  action.account_uid = recipient || caller.accountId || accountOfArn(caller.arn) || context.defaultAccount;
  action.region = asText(record.awsRegion);
  applyNetwork(action, record, context);
}

const longestUserAgent = 1024;

function applyNetwork(action: NormalizedAction, record: JsonObject, context: NormalizeContext): void {
  const network = context.network(asText(record.sourceIPAddress));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.src_network = networkForBaseline(network.ip, network.kind);
  const userAgent = asText(record.userAgent);
  const agent = readAgent(userAgent);
  action.user_agent = userAgent.length > longestUserAgent ? userAgent.slice(0, longestUserAgent) : userAgent;
  action.agent_family = agent.family;
  if (action.workload_type === "unknown" && action.identity_uid !== "" && action.principal_type !== "anonymous") applyAgent(action, userAgent, agent);
}

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
