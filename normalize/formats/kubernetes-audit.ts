// Kubernetes audit events (audit.k8s.io) to one action a request: as kube-apiserver writes or sends them, as EKS and AKS wrap
// them, and as GKE rewrites them into a LogEntry. A request logs several stages under one id; the last that came stays.
import { blankAction, type NormalizedAction, type Outcome } from "../../model/identity-action.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, textOf } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { credentialUidOf, type KubernetesCaller, kubernetesIdentityRules, kubernetesUid } from "../identity/kubernetes.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import { isGkeEntry, readGkeEntry } from "../kubernetes/gke-entry.ts";
import { requestActivity } from "../kubernetes/request-activity.ts";
import { memoize } from "../memoize.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";
import { parseTimestampMs } from "../timestamp.ts";

export const kubernetesAudit: Normalizer = { format: "kubernetes-audit", recognizes, normalize };

/** Later stages replace earlier ones (kubernetes.io, Auditing): a watch or exec has both answers, a 401 only the first. */
const stageRanks: Readonly<Record<string, number>> = { RequestReceived: 1, ResponseStarted: 2, ResponseComplete: 3, Panic: 4 };

function recognizes(record: JsonObject): boolean {
  if ("auditID" in record) return "stage" in record || "verb" in record || "requestURI" in record;
  if (typeof record.category === "string" && record.category.startsWith("kube-audit")) return textOf(objectOf(record, "properties"), "log") !== "";
  return isGkeEntry(record);
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  if (isGkeEntry(record)) return readGkeEntry(record, context);
  if ("auditID" in record) return readEvent(record, context.defaultAccount || clusterOfMetadata(record), context);
  const event = parseObject(textOf(objectOf(record, "properties"), "log"));
  if (event === undefined) return { kind: "rejected", reason: "properties.log is not a JSON object" };
  return readEvent(event, clusterOfResourceId(textOf(record, "resourceId")) || context.defaultAccount, context);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** AKS: `/subscriptions/…/managedclusters/name`. */
function clusterOfResourceId(resourceId: string): string {
  const lower = resourceId.toLowerCase();
  return lower.includes("/managedclusters/") ? lower : "";
}

/** Audit shippers add the cluster to the event's annotations or as a member of its own; the API server never does. */
function clusterOfMetadata(record: JsonObject): string {
  return textOf(record, "cluster") || textOf(record, "clusterName");
}

function readEvent(record: JsonObject, cluster: string, context: NormalizeContext): NormalizeResult {
  const auditUid = textOf(record, "auditID");
  if (auditUid === "") return { kind: "rejected", reason: "auditID is missing or no text" };
  const received = textOf(record, "requestReceivedTimestamp") || textOf(record, "timestamp") || textOf(record, "stageTimestamp");
  const time = parseTimestampMs(received);
  if (time === undefined) return { kind: "rejected", reason: "requestReceivedTimestamp is missing or no valid time" };
  const action = blankAction("kubernetes", "kubernetes-audit");
  action.time = time;
  action.event_uid = auditUid;
  action.event_rank = stageRanks[textOf(record, "stage")] ?? 0;
  action.request_uid = auditUid;
  action.account_uid = cluster;
  applyCaller(action, record, cluster);
  applyRequest(action, record, cluster);
  applyAnswer(action, record);
  const addresses = arrayOf(record, "sourceIPs");
  // All but the last can be set by the client (Kubernetes API reference, audit.k8s.io/v1 Event).
  const last = addresses.at(-1);
  const network = context.network(typeof last === "string" ? last : "");
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = textOf(record, "userAgent").slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function applyCaller(action: NormalizedAction, record: JsonObject, cluster: string): void {
  const user = objectOf(record, "user");
  const extra = objectOf(user, "extra");
  const annotations = objectOf(record, "annotations");
  const { rule, identity } = resolveCaller(
    cluster,
    textOf(user, "username"),
    textOf(user, "uid"),
    firstOf(extra, "authentication.kubernetes.io/credential-id"),
    firstOf(extra, "authentication.kubernetes.io/pod-name"),
    firstOf(extra, "canonicalArn") || firstOf(extra, "arn"),
    firstOf(extra, "accessKeyId"),
    firstOf(extra, "sessionName"),
    textOf(annotations, "authentication.k8s.io/legacy-token") !== "" || textOf(annotations, "authentication.k8s.io/legacy-token-manual-secret") !== "",
  );
  applyIdentity(action, rule, identity);
  // Who authenticated is who acted; as whom, the record says beside it.
  const impersonated = textOf(objectOf(record, "impersonatedUser"), "username");
  if (impersonated !== "") action.target_identity_uid = kubernetesUid(cluster, impersonated);
}

const resolveCaller = memoize(
  (
    cluster: string,
    username: string,
    uid: string,
    credentialId: string,
    podName: string,
    awsArn: string,
    awsAccessKeyId: string,
    awsSessionName: string,
    isLegacyToken: boolean,
  ) => {
    const caller: KubernetesCaller = { cluster, username, uid, credentialId, podName, awsArn, awsAccessKeyId, awsSessionName, isLegacyToken };
    const resolved = resolveIdentity(kubernetesIdentityRules, caller);
    if (resolved === undefined) throw new Error("the last rule of Kubernetes takes every caller");
    return resolved;
  },
  { primary: 1 },
);

/** user.extra holds lists of texts. */
function firstOf(extra: JsonObject | undefined, key: string): string {
  const value = arrayOf(extra, key)[0];
  return typeof value === "string" ? value : "";
}

function applyRequest(action: NormalizedAction, record: JsonObject, cluster: string): void {
  const verb = textOf(record, "verb");
  const reference = objectOf(record, "objectRef");
  const clusterName = cluster === "" ? "unnamed-cluster" : cluster;
  if (reference === undefined) {
    // Without its query string, which may carry anything.
    const path = textOf(record, "requestURI").split("?")[0] ?? "";
    action.service = "non-resource";
    action.action = verb;
    action.activity = requestActivity(verb, "", "", "");
    if (path !== "") setResource(action, "non-resource", `${clusterName}${path}`, cluster);
    return;
  }
  const group = textOf(reference, "apiGroup");
  const resource = textOf(reference, "resource");
  const subresource = textOf(reference, "subresource");
  const namespace = textOf(reference, "namespace");
  const name = textOf(reference, "name") || textOf(objectOf(objectOf(record, "responseObject"), "metadata"), "name");
  const kind = subresource === "" ? resource : `${resource}/${subresource}`;
  action.service = group === "" ? "core" : group;
  action.action = `${verb} ${kind}`;
  action.activity = requestActivity(verb, group, resource, subresource);
  setResource(action, kind, [clusterName, action.service, resource, namespace, name].join("/"), cluster);
  applyIssuedToken(action, record, resource, subresource, namespace, name);
}

function setResource(action: NormalizedAction, type: string, uid: string, account: string): void {
  action.resource_types = [type];
  action.resource_uids = [uid];
  action.resource_accounts = [account];
}

/** TokenRequest: the annotation names the token that was issued, later calls carry the same id. */
function applyIssuedToken(action: NormalizedAction, record: JsonObject, resource: string, subresource: string, namespace: string, name: string): void {
  if (resource !== "serviceaccounts" || subresource !== "token") return;
  action.target_identity_uid = kubernetesUid(action.account_uid, `system:serviceaccount:${namespace}:${name}`);
  const issued = credentialUidOf(textOf(objectOf(record, "annotations"), "authentication.kubernetes.io/issued-credential-id"));
  if (issued === "") return;
  action.issued_credential_uid = issued;
  action.issued_credential_type = "service-account-token";
}

function applyAnswer(action: NormalizedAction, record: JsonObject): void {
  const annotations = objectOf(record, "annotations");
  const decision = textOf(annotations, "authorization.k8s.io/decision");
  const reason = textOf(annotations, "authorization.k8s.io/reason");
  action.authorization_basis = reason === "" ? decision : `${decision}: ${reason}`;
  const status = objectOf(record, "responseStatus");
  const code = numberOf(status, "code");
  action.outcome = outcomeOf(code, decision);
  if (action.outcome === "success" || action.outcome === "unknown") return;
  action.error_code = textOf(status, "reason") || (code === undefined ? decision : String(code));
  action.error_message = textOf(status, "message");
}

function outcomeOf(code: number | undefined, decision: string): Outcome {
  if (code === 401 || code === 403 || decision === "forbid") return "denied";
  if (code === undefined) return "unknown";
  return code >= 400 ? "failure" : "success";
}
