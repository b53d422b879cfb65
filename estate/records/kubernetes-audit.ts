// Kubernetes audit events as kube-apiserver 1.36 writes them to its log file: members and their order by kind of request. The store
// knows them by auditID.
import type { JsonObject } from "../../model/json.ts";
import type { Failure, KubernetesAccess, KubernetesCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import type { NativeRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface KubernetesAct {
  readonly atMs: number;
  readonly access: KubernetesAccess;
  readonly call: KubernetesCall;
}

export function kubernetesAuditRecord({ atMs, access, call }: KubernetesAct, random: Random, world: World): NativeRecord {
  const uid = random.uuid();
  const { failure } = call;
  const received = preciseTime(atMs, random);
  const record: JsonObject = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: call.responseObject === undefined && call.requestObject === undefined ? "Metadata" : "RequestResponse",
    auditID: uid,
    stage: "ResponseComplete",
    requestURI: uriOf(call),
    verb: call.verb,
    user: access.user,
  };
  if (call.impersonates !== undefined) record.impersonatedUser = impersonated(call.impersonates.uid, access.cluster.uid);
  record.sourceIPs = [access.address];
  record.userAgent = access.userAgent;
  if (call.resource !== "") record.objectRef = objectRef(call);
  record.responseStatus = failure === undefined ? { metadata: {}, code: call.status ?? usualStatus(call.verb) } : refusal(call, failure);
  if (call.requestObject !== undefined) record.requestObject = call.requestObject;
  if (call.responseObject !== undefined) record.responseObject = call.responseObject;
  record.requestReceivedTimestamp = received;
  record.stageTimestamp = preciseTime(atMs + Math.ceil(random.logNormal(4, 0.8)), random);
  const isForbidden = failure?.code === "403";
  record.annotations = {
    ...call.annotations,
    "authorization.k8s.io/decision": isForbidden ? "forbid" : "allow",
    "authorization.k8s.io/reason": isForbidden ? "" : access.allowedBy,
  };
  const stream = streamNamed(world, `kubernetes/${access.cluster.uid}`, () => ({
    layout: world.clusters.find((cluster) => cluster.uid === access.cluster.uid)?.layout ?? "kubernetes-log",
    place: { cluster: access.cluster.name, uid: access.cluster.uid },
    delayMs: 3_000,
  }));
  return { uid, text: JSON.stringify(record), stream };
}

function uriOf({ group, version, namespace, resource, name, subresource, query }: KubernetesCall): string {
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const parts = [base, ...(namespace === undefined ? [] : ["namespaces", namespace]), resource, name, subresource];
  const path = parts.filter((part) => part !== undefined && part !== "").join("/");
  return query === undefined ? path : `${path}?${query}`;
}

function objectRef({ resource, namespace, name, group, version, subresource }: KubernetesCall): JsonObject {
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(group === "" ? {} : { apiGroup: group }),
    apiVersion: version,
    ...(subresource === undefined ? {} : { subresource }),
  };
}

const reasonsByStatus: Readonly<Record<string, string>> = { "403": "Forbidden", "404": "NotFound", "409": "Conflict", "429": "TooManyRequests" };

function refusal({ name, group, resource }: KubernetesCall, { code, message }: Failure): JsonObject {
  const details = { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind: resource };
  return { metadata: {}, status: "Failure", message, reason: reasonsByStatus[code] ?? "InternalError", details, code: Number(code) };
}

function usualStatus(verb: string): number {
  return verb === "create" ? 201 : 200;
}

function impersonated(uid: string, cluster: string): JsonObject {
  const username = uid.startsWith(`${cluster}/`) ? uid.slice(cluster.length + 1) : uid;
  return { username, groups: ["system:authenticated"] };
}

/** To the microsecond. */
function preciseTime(atMs: number, random: Random): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}${random.digits(3)}Z`;
}
