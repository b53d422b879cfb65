// Request and response bodies of Kubernetes audit events, as the usual policy logs them: of writes, but never of what holds secrets.
// Objects are plain ones of their kind, with the defaults that an API server fills in; the same object has the same uid every time.
import { type JsonObject, type JsonValue, objectOf } from "../../model/json.ts";
import type { KubernetesCall } from "../identity.ts";
import type { Random } from "../random.ts";

/** Logged at level Metadata whatever is done with them (kubernetes.io, Auditing; the policies of GKE and EKS). */
const secretive = new Set(["secrets", "configmaps", "tokenreviews"]);
const writes = new Set(["create", "update", "patch", "delete"]);

export function isBodyLogged({ verb, resource, subresource, requestObject, responseObject }: KubernetesCall): boolean {
  if (requestObject !== undefined || responseObject !== undefined) return true;
  return writes.has(verb) && resource !== "" && !secretive.has(resource) && subresource !== "token";
}

interface Exchange {
  readonly call: KubernetesCall;
  /** The record's responseStatus. */
  readonly status: JsonObject;
  readonly cluster: string;
  /** Who owns the fields that are written: the agent's name. */
  readonly manager: string;
  readonly atMs: number;
}

interface Bodies {
  readonly request: JsonObject | undefined;
  readonly response: JsonObject | undefined;
}

export function bodiesOf(exchange: Exchange, random: Random): Bodies {
  const { call, status } = exchange;
  const isForbidden = call.failure?.code === "403";
  // What is refused is refused before its body is read.
  const request = isForbidden ? undefined : (call.requestObject ?? requestOf(exchange, random));
  if (call.failure !== undefined) return { request, response: { kind: "Status", apiVersion: "v1", ...status } };
  const answer = responseOf(exchange, random);
  return { request, response: call.responseObject === undefined ? answer : completed(call.responseObject, answer) };
}

/** What a call says of the object that it got back, with what an API server always adds. */
function completed(said: JsonObject, usual: JsonObject | undefined): JsonObject {
  const metadata = { ...objectOf(usual, "metadata"), ...objectOf(said, "metadata") };
  return usual === undefined || usual.kind === "Status" ? said : { kind: usual.kind ?? "", apiVersion: usual.apiVersion ?? "", ...said, metadata };
}

function requestOf(exchange: Exchange, random: Random): JsonObject | undefined {
  const { call, atMs } = exchange;
  const { verb, subresource } = call;
  if (verb === "delete") return { kind: "DeleteOptions", apiVersion: "meta.k8s.io/__internal" };
  if (isStream(subresource)) return undefined;
  if (subresource === "eviction") return { kind: "Eviction", apiVersion: "policy/v1", metadata: { name: call.name ?? "" } };
  // Who updates sends back the whole object that it had read.
  if (verb === "update") return objectIn(exchange, random);
  const { kind, parts } = kindOf(call, atMs);
  return verb === "patch" ? patchOf(call, parts, atMs) : { kind, apiVersion: apiVersion(call), metadata: namesOf(call), ...parts };
}

function responseOf(exchange: Exchange, random: Random): JsonObject | undefined {
  const { verb, subresource } = exchange.call;
  if (isStream(subresource)) return undefined;
  const isAnsweredByStatus = verb === "delete" || subresource === "eviction" || subresource === "binding";
  return isAnsweredByStatus ? { kind: "Status", apiVersion: "v1", ...exchange.status } : objectIn(exchange, random);
}

/** The object as the cluster has it. */
function objectIn({ call, cluster, manager, atMs }: Exchange, random: Random): JsonObject {
  const { verb, subresource, resource } = call;
  const { kind, parts } = kindOf(call, atMs);
  const isNew = verb === "create";
  const uid = objectUid(cluster, call);
  const metadata = namesOf(call);
  metadata.uid = uid;
  metadata.resourceVersion = resourceVersion(atMs, random);
  if (generations.has(resource)) metadata.generation = isNew ? 1 : random.integer(2, 40);
  const time = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  metadata.creationTimestamp = isNew ? time : createdAt(uid);
  const owned: JsonObject = {
    manager,
    operation: "Update",
    apiVersion: apiVersion(call),
    time,
    fieldsType: "FieldsV1",
    fieldsV1: ownedFields(resource, parts),
  };
  if (subresource === "status") owned.subresource = subresource;
  metadata.managedFields = [owned];
  return { kind, apiVersion: apiVersion(call), metadata, ...parts };
}

function namesOf({ name = "", namespace }: KubernetesCall): JsonObject {
  return namespace === undefined ? { name } : { name, namespace };
}

function isStream(subresource: string | undefined): boolean {
  return subresource === "exec" || subresource === "attach" || subresource === "portforward";
}

function apiVersion({ group, version }: KubernetesCall): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Kinds whose spec is counted. */
const generations = new Set(["deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs", "pods", "ingresses"]);

/** Irregular ones; others follow from the resource: leases, Lease. */
const kinds: Readonly<Record<string, string>> = {
  endpoints: "Endpoints",
  endpointslices: "EndpointSlice",
  ingresses: "Ingress",
  networkpolicies: "NetworkPolicy",
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  cronjobs: "CronJob",
  serviceaccounts: "ServiceAccount",
  rolebindings: "RoleBinding",
  clusterroles: "ClusterRole",
  clusterrolebindings: "ClusterRoleBinding",
  persistentvolumeclaims: "PersistentVolumeClaim",
  persistentvolumes: "PersistentVolume",
  horizontalpodautoscalers: "HorizontalPodAutoscaler",
  poddisruptionbudgets: "PodDisruptionBudget",
  customresourcedefinitions: "CustomResourceDefinition",
  certificatesigningrequests: "CertificateSigningRequest",
  subjectaccessreviews: "SubjectAccessReview",
  selfsubjectaccessreviews: "SelfSubjectAccessReview",
  selfsubjectrulesreviews: "SelfSubjectRulesReview",
};

interface Kind {
  readonly kind: string;
  /** Members beside kind, apiVersion and metadata. */
  readonly parts: JsonObject;
}

function kindOf(call: KubernetesCall, atMs: number): Kind {
  const { resource, subresource } = call;
  if (subresource === "scale")
    return { kind: "Scale", parts: { spec: { replicas: 3 }, status: { replicas: 3, selector: `app=${call.name ?? ""}` } } };
  const kind = kinds[resource] ?? singular(resource);
  return { kind, parts: (partsByResource[resource] ?? plainParts)(call.name ?? resource, atMs) };
}

function singular(resource: string): string {
  const stem = resource.endsWith("ies") ? `${resource.slice(0, -3)}y` : resource.replace(/s$/, "");
  return stem.charAt(0).toUpperCase() + stem.slice(1);
}

/** Of kinds that are not described here: custom resources. */
const plainParts = (): JsonObject => ({ spec: {}, status: {} });

const partsByResource: Readonly<Record<string, (name: string, atMs: number) => JsonObject>> = {
  deployments: (name, atMs) => ({
    spec: {
      replicas: 3,
      ...selected(name, atMs),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {},
  }),
  statefulsets: (name, atMs) => ({
    spec: { replicas: 3, ...selected(name, atMs), serviceName: name, podManagementPolicy: "OrderedReady", updateStrategy: { type: "RollingUpdate" } },
    status: { replicas: 3 },
  }),
  daemonsets: (name, atMs) => ({
    spec: {
      ...selected(name, atMs),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    },
    status: {},
  }),
  replicasets: (name, atMs) => ({ spec: { replicas: 3, ...selected(name, atMs) }, status: { replicas: 3 } }),
  pods: (name, atMs) => ({ spec: podSpec(name, atMs, "Always"), status: { phase: "Pending", qosClass: "Burstable" } }),
  jobs: (name, atMs) => ({
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      template: { metadata: {}, spec: podSpec(name, atMs, "Never") },
      completionMode: "NonIndexed",
    },
    status: {},
  }),
  cronjobs: (name, atMs) => ({
    spec: {
      schedule: "0 3 * * *",
      concurrencyPolicy: "Allow",
      suspend: false,
      jobTemplate: { metadata: {}, spec: { template: { metadata: {}, spec: podSpec(name, atMs, "Never") } } },
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
    status: {},
  }),
  leases: (name, atMs) => ({
    spec: {
      holderIdentity: `${name}_${hashedUid(name)}`,
      leaseDurationSeconds: 15,
      acquireTime: `${new Date(atMs - 86_400_000).toISOString().slice(0, 23)}000Z`,
      renewTime: `${new Date(atMs).toISOString().slice(0, 23)}000Z`,
      leaseTransitions: 2,
    },
  }),
  services: (name) => ({
    spec: {
      ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
      selector: { app: name },
      type: "ClusterIP",
      sessionAffinity: "None",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
    },
    status: { loadBalancer: {} },
  }),
  endpointslices: (name) => ({
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.12.7"], conditions: { ready: true, serving: true, terminating: false } }],
    ports: [{ name, protocol: "TCP", port: 8080 }],
  }),
  events: (name) => ({
    involvedObject: { kind: "Pod", name: name.split(".", 1)[0] ?? name, apiVersion: "v1" },
    reason: "Pulled",
    message: "Successfully pulled image",
    source: { component: "kubelet" },
    count: 1,
    type: "Normal",
  }),
  nodes: () => ({
    spec: { providerID: "" },
    status: {
      capacity: { cpu: "4", "ephemeral-storage": "83873772Ki", memory: "16073472Ki", pods: "58" },
      allocatable: { cpu: "3920m", "ephemeral-storage": "76224326324", memory: "15056640Ki", pods: "58" },
      conditions: ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map((type) => ({ type, status: type === "Ready" ? "True" : "False" })),
    },
  }),
  namespaces: () => ({ spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } }),
  serviceaccounts: () => ({}),
  roles: (name) => ({ rules: [{ verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["pods", "services"], resourceNames: [name] }] }),
  clusterroles: () => ({ rules: [{ verbs: ["get", "list", "watch"], apiGroups: ["", "apps"], resources: ["pods", "deployments"] }] }),
  rolebindings: (name) => bindingParts(name, "Role"),
  clusterrolebindings: (name) => bindingParts(name, "ClusterRole"),
};

function selected(name: string, atMs: number): JsonObject {
  return { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: podSpec(name, atMs, "Always") } };
}

function podSpec(name: string, atMs: number, restartPolicy: string): JsonObject {
  return {
    containers: [
      {
        name: "main",
        image: imageOf(name, atMs),
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "IfNotPresent",
      },
    ],
    restartPolicy,
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  };
}

function bindingParts(name: string, kind: string): JsonObject {
  return { subjects: [{ kind: "ServiceAccount", name, namespace: "default" }], roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name } };
}

/** A patch holds what changes and no more: of a workload, its image. */
function patchOf({ name = "", resource, subresource }: KubernetesCall, parts: JsonObject, atMs: number): JsonObject {
  if (subresource === "status") return { status: parts.status ?? {} };
  if (workloads.has(resource)) return { spec: { template: { spec: { containers: [{ name: "main", image: imageOf(name, atMs) }] } } } };
  return parts.spec === undefined ? { metadata: { annotations: {} } } : { spec: parts.spec };
}

const workloads = new Set(["deployments", "statefulsets", "daemonsets"]);

/** A new build a day. */
function imageOf(name: string, atMs: number): string {
  return `registry.example.com/${name}:1.${Math.floor(atMs / 86_400_000) % 1000}`;
}

const ownedByResource = new Map<string, JsonObject>();

/** Of a resource always the same, since its parts have always the same members. */
function ownedFields(resource: string, parts: JsonObject): JsonObject {
  let owned = ownedByResource.get(resource);
  if (owned === undefined) {
    owned = fieldsOf(parts);
    ownedByResource.set(resource, owned);
  }
  return owned;
}

/** managedFields' fieldsV1: the same tree with f: before each member; lists and empty objects are leaves. */
function fieldsOf(parts: JsonObject): JsonObject {
  const fields: JsonObject = {};
  for (const [name, value] of Object.entries(parts)) fields[`f:${name}`] = fieldOf(value);
  return fields;
}

function fieldOf(value: JsonValue): JsonValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? fieldsOf(value) : {};
}

/** Grows with time over the whole cluster. */
export function resourceVersion(atMs: number, random: Random): string {
  return String(Math.floor(atMs / 250) - 7_000_000_000 + random.integer(0, 3));
}

/** An object's uid: of its cluster, kind and name alone, so that all its records agree. */
export function objectUid(cluster: string, { group, resource, namespace = "", name = "" }: KubernetesCall): string {
  return hashedUid(`${cluster} ${group}/${resource} ${namespace}/${name}`);
}

/** Before any estate begins; by the object alone, as its uid is. */
function createdAt(uid: string): string {
  const ageDays = Number.parseInt(uid.slice(0, 4), 16) % 400;
  return `${new Date(Date.UTC(2025, 5, 1) - ageDays * 86_400_000).toISOString().slice(0, 11)}09:14:02Z`;
}

function hashedUid(text: string): string {
  let [a, b, c, d] = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x9e3779b1) ^ (d >>> 11);
    b = Math.imul(b ^ a, 0x85ebca77);
    c = Math.imul(c ^ (b >>> 7) ^ code, 0xc2b2ae3d);
    d = Math.imul(d ^ c, 0x27d4eb2f);
  }
  const [p, q, r, s] = [a, b, c, d].map((word) => (word >>> 0).toString(16).padStart(8, "0"));
  return `${p}-${q?.slice(0, 4)}-4${q?.slice(5)}-a${r?.slice(1, 4)}-${r?.slice(4)}${s}`;
}
