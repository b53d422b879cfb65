// Kubernetes audit events as kube-apiserver 1.36 writes them to its log file: members and their order by kind of request. The store
// knows them by auditID.
import type { JsonObject } from "../../model/json.ts";
import type { Failure, KubernetesAccess, KubernetesCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { auditLogStream } from "./gcp-audit.ts";
import { gkeEntry, gkeLog } from "./gke-entry.ts";
import { bodiesOf, isBodyLogged, objectUid, resourceVersion } from "./kubernetes-bodies.ts";
import type { NativeRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface KubernetesAct {
  readonly atMs: number;
  readonly access: KubernetesAccess;
  readonly call: KubernetesCall;
}

/** One event; a request whose answer goes on (watch, exec) is logged when the answer begins and once more when it ends. */
export function kubernetesAuditRecords({ atMs, access, call }: KubernetesAct, random: Random, world: World): readonly NativeRecord[] {
  const uid = random.uuid();
  const { failure } = call;
  const hasBodies = isBodyLogged(call);
  const answerLasts = answerLastsMs(call, random);
  const answeredMs = atMs + Math.ceil(random.logNormal(4, 0.8));
  const record: JsonObject = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: hasBodies ? "RequestResponse" : "Metadata",
    auditID: uid,
    stage: answerLasts === undefined ? "ResponseComplete" : "ResponseStarted",
    requestURI: uriOf(call),
    verb: call.verb,
    user: access.user,
  };
  if (call.impersonates !== undefined) record.impersonatedUser = impersonated(call.impersonates.uid, access.cluster.uid);
  record.sourceIPs = [access.address];
  record.userAgent = access.userAgent;
  if (call.resource !== "") record.objectRef = objectRef({ call, cluster: access.cluster.uid, atMs }, random);
  const status = statusOf(call, failure, access.cluster.uid);
  record.responseStatus = status;
  if (hasBodies) {
    const { request, response } = bodiesOf({ call, status, cluster: access.cluster.uid, manager: managerOf(access.userAgent), atMs }, random);
    if (request !== undefined) record.requestObject = request;
    if (response !== undefined) record.responseObject = response;
  }
  record.requestReceivedTimestamp = preciseTime(atMs, random);
  record.stageTimestamp = preciseTime(answeredMs, random);
  record.annotations = annotationsOf(call, access);
  const cluster = world.clusters.find((each) => each.uid === access.cluster.uid);
  if (cluster?.kind === "gke") {
    const stream = auditLogStream(world, cluster.gcpProject, gkeLog(call));
    return [{ uid, text: gkeEntry({ atMs, access, call, cluster }, record, random), stream, makes: "action", afterMs: 0 }];
  }
  const stream = streamNamed(world, `kubernetes/${access.cluster.uid}`, () => ({
    layout: cluster?.layout ?? "kubernetes-log",
    place: { cluster: access.cluster.name, uid: access.cluster.uid },
    delayMs: 3_000,
  }));
  const first: NativeRecord = { uid, text: JSON.stringify(record), stream, makes: "action", afterMs: 0 };
  if (answerLasts === undefined) return [first];
  record.stage = "ResponseComplete";
  record.stageTimestamp = preciseTime(answeredMs + answerLasts, random);
  return [first, { uid, text: JSON.stringify(record), stream, makes: "stage", afterMs: answerLasts }];
}

/** API servers end a watch after five to ten minutes (their --min-request-timeout). */
function answerLastsMs({ verb, subresource }: KubernetesCall, random: Random): number | undefined {
  if (verb === "watch") return Math.floor(random.between(300_000, 600_000));
  if (subresource === "exec" || subresource === "attach" || subresource === "portforward") return Math.floor(random.logNormal(20_000, 1.2));
  return subresource === "log" ? Math.ceil(random.logNormal(3, 0.9)) : undefined;
}

function annotationsOf({ annotations, failure }: KubernetesCall, { allowedBy, annotations: authenticated }: KubernetesAccess): JsonObject {
  const isForbidden = failure?.code === "403";
  const decision = {
    "authorization.k8s.io/decision": isForbidden ? "forbid" : "allow",
    "authorization.k8s.io/reason": isForbidden ? "" : allowedBy,
  };
  return annotations === undefined && authenticated === undefined ? decision : { ...authenticated, ...annotations, ...decision };
}

function uriOf({ group, version, namespace, resource, name, subresource, verb, query }: KubernetesCall): string {
  let path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  if (namespace !== undefined) path += `/namespaces/${namespace}`;
  if (resource !== "") path += `/${resource}`;
  // What is made is named in its body, not in the path, unless a part of something is made: a token, an eviction.
  if (name !== undefined && name !== "" && (verb !== "create" || subresource !== undefined)) path += `/${name}`;
  if (subresource !== undefined) path += `/${subresource}`;
  return query === undefined ? path : `${path}?${query}`;
}

function objectRef({ call, cluster, atMs }: { call: KubernetesCall; cluster: string; atMs: number }, random: Random): JsonObject {
  const { resource, namespace, name, group, version, subresource, verb, failure } = call;
  const reference: JsonObject = { resource };
  if (namespace !== undefined) reference.namespace = namespace;
  if (name !== undefined) reference.name = name;
  // Of the object that was sent: only an update sends one that has them.
  const isUpdate = verb === "update" && failure?.code !== "403" && subresource !== "scale";
  if (isUpdate) reference.uid = objectUid(cluster, call);
  if (group !== "") reference.apiGroup = group;
  reference.apiVersion = version;
  if (isUpdate) reference.resourceVersion = resourceVersion(atMs, random);
  if (subresource !== undefined) reference.subresource = subresource;
  return reference;
}

const reasonsByStatus: Readonly<Record<string, string>> = {
  "400": "BadRequest",
  "401": "Unauthorized",
  "403": "Forbidden",
  "404": "NotFound",
  "409": "Conflict",
  "422": "Invalid",
  "429": "TooManyRequests",
};

function statusOf(call: KubernetesCall, failure: Failure | undefined, cluster: string): JsonObject {
  const { name, group, resource, verb, status } = call;
  const details: JsonObject = { ...(name === undefined ? {} : { name }), ...(group === "" ? {} : { group }), kind: resource };
  if (failure !== undefined) {
    const { code, message } = failure;
    return { metadata: {}, status: "Failure", message, reason: reasonsByStatus[code] ?? "InternalError", details, code: Number(code) };
  }
  if (verb !== "delete") return { metadata: {}, code: status ?? (verb === "create" ? 201 : 200) };
  return { metadata: {}, status: "Success", details: { ...details, uid: objectUid(cluster, call) }, code: status ?? 200 };
}

function impersonated(uid: string, cluster: string): JsonObject {
  const username = uid.startsWith(`${cluster}/`) ? uid.slice(cluster.length + 1) : uid;
  return { username, groups: ["system:authenticated"] };
}

/** The field manager that an API server makes of an agent: its part before the version. */
function managerOf(userAgent: string): string {
  return userAgent.split("/", 1)[0] ?? userAgent;
}

/** To the microsecond. */
function preciseTime(atMs: number, random: Random): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}${random.digits(3)}Z`;
}
