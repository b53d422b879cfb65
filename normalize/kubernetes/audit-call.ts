// One request to a Kubernetes API server, whoever wrote it down, and the action that it is. It stands alone because the API
// server's own event and GKE's LogEntry say the same things in other words.
import { blankAction, type NormalizedAction, type Outcome } from "../../model/identity-action.ts";
import { readAgent } from "../agent.ts";
import { type KubernetesCaller, kubernetesIdentityRules, kubernetesUid } from "../identity/kubernetes.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import { memoize } from "../memoize.ts";
import type { NormalizeContext } from "../normalizer.ts";
import { requestActivity } from "./request-activity.ts";

/** Every text is "" where the record does not say. */
export interface AuditCall {
  readonly time: number;
  readonly eventUid: string;
  readonly eventRank: number;
  readonly requestUid: string;
  readonly region: string;
  readonly caller: KubernetesCaller;
  /** User as whom the caller asked to act. */
  readonly impersonated: string;
  readonly request: ApiRequest;
  /** JTI=… of the token that the answer holds. */
  readonly issuedCredentialId: string;
  readonly answer: ApiAnswer;
  /** annotations authorization.k8s.io/decision and /reason. */
  readonly decision: string;
  readonly decisionReason: string;
  readonly address: string;
  readonly userAgent: string;
}

export interface ApiRequest {
  readonly verb: string;
  /** "" is the core group. */
  readonly group: string;
  /** "" for a request that names no resource (/version, /healthz). */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Path without its query string, which may carry anything: commands, tokens. */
  readonly path: string;
}

export interface ApiAnswer {
  readonly outcome: Outcome;
  readonly code: string;
  readonly message: string;
}

const longestUserAgent = 1024;

export function actionOfCall(call: AuditCall, context: NormalizeContext): NormalizedAction {
  const { caller, answer } = call;
  const action = blankAction("kubernetes", "kubernetes-audit");
  action.time = call.time;
  action.event_uid = call.eventUid;
  action.event_rank = call.eventRank;
  action.request_uid = call.requestUid;
  action.account_uid = caller.cluster;
  action.region = call.region;
  const resolved = resolveCaller(
    caller.cluster,
    caller.username,
    caller.uid,
    caller.credentialId,
    caller.podName,
    caller.awsArn,
    caller.awsCanonicalArn,
    caller.awsAccessKeyId,
    caller.awsSessionName,
    caller.legacyTokenSecret,
    caller.isLegacyToken,
    caller.isGoogleAccount,
    caller.isUnauthenticated,
  );
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  applyRequest(action, call);
  action.outcome = answer.outcome;
  action.error_code = answer.code;
  action.error_message = answer.message;
  action.authorization_basis = call.decisionReason === "" ? call.decision : `${call.decision}: ${call.decisionReason}`;
  const network = context.network(call.address);
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = call.userAgent.length > longestUserAgent ? call.userAgent.slice(0, longestUserAgent) : call.userAgent;
  const agent = readAgent(call.userAgent);
  action.agent_family = agent.family;
  const isNamed = action.identity_uid !== "" && action.principal_type !== "anonymous";
  if (isNamed && action.workload_type === "unknown" && agent.kind === "infrastructure-as-code") action.workload_type = agent.kind;
  return action;
}

const resolveCaller = memoize(
  (
    cluster: string,
    username: string,
    uid: string,
    credentialId: string,
    podName: string,
    awsArn: string,
    awsCanonicalArn: string,
    awsAccessKeyId: string,
    awsSessionName: string,
    legacyTokenSecret: string,
    isLegacyToken: boolean,
    isGoogleAccount: boolean,
    isUnauthenticated: boolean,
  ) =>
    resolveIdentity<KubernetesCaller>(kubernetesIdentityRules, {
      cluster,
      username,
      uid,
      credentialId,
      podName,
      awsArn,
      awsCanonicalArn,
      awsAccessKeyId,
      awsSessionName,
      legacyTokenSecret,
      isLegacyToken,
      isGoogleAccount,
      isUnauthenticated,
    }),
  { primary: 1 },
);

const activityOf = memoize(requestActivity, { primary: 2 });

function applyRequest(action: NormalizedAction, { caller: { cluster }, request, impersonated, issuedCredentialId }: AuditCall): void {
  const { verb, group, resource, subresource, namespace, name, path } = request;
  // Who authenticated is who acted; as whom, the record says beside it.
  if (impersonated !== "") action.target_identity_uid = kubernetesUid(cluster, impersonated);
  if (resource === "") {
    action.service = "non-resource";
    action.action = verb;
    action.activity = activityOf(verb, "", "", "", "");
    if (path !== "") setResource(action, "non-resource", kubernetesUid(cluster, path.replace(/^\//, "")), cluster);
    return;
  }
  const kind = subresource === "" ? resource : `${resource}/${subresource}`;
  action.service = group === "" ? "core" : group;
  action.action = `${verb} ${kind}`;
  action.activity = activityOf(verb, group, resource, subresource, name);
  setResource(action, kind, kubernetesUid(cluster, [action.service, resource, namespace, name].join("/")), cluster);
  if (resource !== "serviceaccounts" || subresource !== "token") return;
  action.target_identity_uid = kubernetesUid(cluster, `system:serviceaccount:${namespace}:${name}`);
  if (issuedCredentialId === "" || action.outcome === "denied") return;
  action.issued_credential_uid = issuedCredentialId.replace(/^JTI=/, "");
  action.issued_credential_type = "service-account-token";
}

function setResource(action: NormalizedAction, type: string, uid: string, account: string): void {
  action.resource_types = [type];
  action.resource_uids = [uid];
  action.resource_accounts = [account];
}
