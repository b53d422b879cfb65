// Kubernetes requests as GKE logs them: a Google Cloud LogEntry with serviceName k8s.io in place of the audit event.
import { blankAction } from "../../model/identity-action.ts";
import { arrayOf, isObject, type JsonObject, numberOf, objectOf, textOf } from "../../model/json.ts";
import { readAgent } from "../agent.ts";
import { blankKubernetesCaller, kubernetesIdentityRules } from "../identity/kubernetes.ts";
import { applyIdentity, resolveIdentity } from "../identity/rule.ts";
import type { NormalizeContext, NormalizeResult } from "../normalizer.ts";
import { parseTimestampMs } from "../timestamp.ts";
import { requestActivity } from "./request-activity.ts";

export function isGkeEntry(record: JsonObject): boolean {
  return textOf(objectOf(record, "protoPayload"), "serviceName") === "k8s.io";
}

export function readGkeEntry(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const payload = objectOf(record, "protoPayload");
  const time = parseTimestampMs(textOf(record, "timestamp"));
  if (time === undefined) return { kind: "rejected", reason: "timestamp is missing or no valid time" };
  const cluster = clusterOf(objectOf(objectOf(record, "resource"), "labels")) || context.defaultAccount;
  const action = blankAction("kubernetes", "kubernetes-audit");
  action.time = time;
  // operation.id is the audit id of the request.
  action.request_uid = textOf(objectOf(record, "operation"), "id");
  action.event_uid = action.request_uid || [textOf(record, "logName"), textOf(record, "timestamp"), textOf(record, "insertId")].join("|");
  action.account_uid = cluster;
  action.region = textOf(objectOf(objectOf(record, "resource"), "labels"), "location");
  const authentication = objectOf(payload, "authenticationInfo");
  const resolved = resolveIdentity(kubernetesIdentityRules, { ...blankKubernetesCaller, cluster, username: textOf(authentication, "principalEmail") });
  if (resolved !== undefined) applyIdentity(action, resolved.rule, resolved.identity);
  applyMethod(action, textOf(payload, "methodName"), textOf(payload, "resourceName"), cluster);
  const status = objectOf(payload, "status");
  const code = numberOf(status, "code") ?? 0;
  const isGranted = arrayOf(payload, "authorizationInfo").every((entry) => !isObject(entry) || entry.granted !== false);
  action.outcome = code === 7 || code === 16 || (code !== 0 && !isGranted) ? "denied" : code === 0 ? "success" : "failure";
  if (action.outcome !== "success") {
    action.error_code = String(code);
    action.error_message = textOf(status, "message");
  }
  const labels = objectOf(record, "labels");
  action.authorization_basis = [textOf(labels, "authorization.k8s.io/decision"), textOf(labels, "authorization.k8s.io/reason")].filter(Boolean).join(": ");
  const metadata = objectOf(payload, "requestMetadata");
  const network = context.network(textOf(metadata, "callerIp"));
  action.src_ip = network.ip;
  action.src_kind = network.kind;
  action.user_agent = textOf(metadata, "callerSuppliedUserAgent").slice(0, 1024);
  action.agent_family = readAgent(action.user_agent).family;
  return { kind: "event", event: action };
}

function clusterOf(labels: JsonObject | undefined): string {
  const name = textOf(labels, "cluster_name");
  return name === "" ? "" : [textOf(labels, "project_id"), textOf(labels, "location"), name].filter(Boolean).join("/");
}

/** `io.k8s.core.v1.pods.exec.create` on `core/v1/namespaces/ns/pods/name/exec`. */
function applyMethod(action: ReturnType<typeof blankAction>, methodName: string, resourceName: string, cluster: string): void {
  const method = methodName.replace(/^io\.k8s\./, "").split(".");
  const verb = method.at(-1) ?? "";
  const versionAt = method.findIndex((part) => /^v\d/.test(part));
  const [resource = "", subresource = ""] = method.slice(versionAt + 1, -1);
  const [group = "", , ...path] = resourceName.split("/");
  const namespaceAt = path.indexOf("namespaces");
  const namespace = namespaceAt === 0 && resource !== "namespaces" ? (path[1] ?? "") : "";
  const name = path[path.indexOf(resource) + 1] ?? "";
  const kind = subresource === "" ? resource : `${resource}/${subresource}`;
  action.service = group === "" ? "core" : group;
  action.action = `${verb} ${kind}`;
  action.activity = requestActivity(verb, group, resource, subresource);
  if (resourceName === "") return;
  action.resource_types = [kind];
  action.resource_uids = [[cluster === "" ? "unnamed-cluster" : cluster, action.service, resource, namespace, name].join("/")];
  action.resource_accounts = [cluster];
}
