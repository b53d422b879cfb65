// A Kubernetes audit event as GKE writes it: an entry of the project's audit logs with serviceName k8s.io. It says neither credential
// nor pod; annotations become labels. Shape after entries that Kubernetes History Inspector and Cloud Custodian publish.
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { KubernetesAccess, KubernetesCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../world.ts";

interface GkeRequest {
  readonly atMs: number;
  readonly access: KubernetesAccess;
  readonly call: KubernetesCall;
  readonly cluster: Cluster;
}

const readVerbs = new Set(["get", "list", "watch"]);

/** Writes are Admin Activity, reads Data Access. */
export function gkeLog({ verb }: KubernetesCall): "activity" | "data_access" {
  return readVerbs.has(verb) ? "data_access" : "activity";
}

/** `event`: the same request as kube-apiserver writes it, whose auditID is the entry's operation. */
export function gkeEntry({ atMs, access, call, cluster }: GkeRequest, event: JsonObject, random: Random): string {
  const { failure } = call;
  const auditId = event.auditID ?? "";
  const resource = resourceOf(call);
  const method = methodOf(call);
  const status = objectOf(event.responseStatus);
  const impersonated = objectOf(event.impersonatedUser).username;
  const payload: JsonObject = {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    status: failure === undefined ? {} : { code: googleCodes[failure.code] ?? 13, message: failure.message },
    authenticationInfo: {
      principalEmail: access.user.username ?? "",
      ...(impersonated === undefined ? {} : { authoritySelector: impersonated }),
    },
    requestMetadata: { callerIp: access.address, callerSuppliedUserAgent: access.userAgent },
    serviceName: "k8s.io",
    methodName: method,
    authorizationInfo: [{ resource, permission: method, ...(failure?.code === "403" ? {} : { granted: true }) }],
    resourceName: resource,
  };
  if (event.requestObject !== undefined) payload.request = event.requestObject;
  if (failure !== undefined) payload.response = { "@type": "core.k8s.io/v1.Status", apiVersion: "v1", kind: "Status", ...status };
  else if (event.responseObject !== undefined) payload.response = event.responseObject;
  return JSON.stringify({
    protoPayload: payload,
    insertId: auditId,
    resource: { type: "k8s_cluster", labels: { project_id: cluster.gcpProject, location: cluster.region, cluster_name: cluster.name } },
    timestamp: event.requestReceivedTimestamp ?? "",
    labels: event.annotations ?? {},
    logName: `projects/${cluster.gcpProject}/logs/cloudaudit.googleapis.com%2F${gkeLog(call)}`,
    operation: { id: auditId, producer: "k8s.io", first: true, last: true },
    receiveTimestamp: `${new Date(atMs + random.integer(400, 9_000)).toISOString().slice(0, 23)}${random.digits(6)}Z`,
  });
}

/** google.rpc.Code by HTTP status, as GKE translates it: a conflict is ABORTED. */
const googleCodes: Readonly<Record<string, number>> = { "403": 7, "404": 5, "409": 10, "429": 8 };

/** io.k8s.core.v1.pods.exec.create; a group's parts are turned round: io.cert-manager.v1.certificates.patch */
function methodOf({ group, version, resource, subresource, verb }: KubernetesCall): string {
  const domain = group.includes(".") ? group.split(".").reverse().join(".") : `io.k8s.${group === "" ? "core" : group}`;
  return [domain, version, resource, ...(subresource === undefined ? [] : [subresource]), verb].join(".");
}

/** core/v1/namespaces/shop/pods/web-1 */
function resourceOf({ group, version, namespace, resource, name, subresource }: KubernetesCall): string {
  const place = namespace === undefined ? [] : ["namespaces", namespace];
  return [group === "" ? "core" : group, version, ...place, resource, name, subresource].filter((part) => part !== undefined).join("/");
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}
