// What each Google Cloud service always puts into its audit entries, beside what the call says: types of requests, whose name an
// authorization bears, which calls are operations that end later. By published entries of these services.
import { arrayOf, isObject, type JsonObject, objectOf } from "../../model/json.ts";
import type { GcpCall } from "../identity.ts";
import type { Random } from "../random.ts";

interface Conventions {
  /** status is there, and empty, when all went well. */
  readonly saysStatus: boolean;
  readonly saysRequestTime: boolean;
  /** authorizationInfo names the resource itself; others only describe it in resourceAttributes. */
  readonly authorizesByName: boolean;
  /** Filled, empty or absent resourceAttributes. */
  readonly attributes: "described" | "empty" | "none";
  /** Its call is an operation with a first and a last entry. */
  readonly isLong: boolean;
  /** How long one takes, median. */
  readonly lastsMs: number;
  /** The last entry says who had called. */
  readonly endNamesCaller: boolean;
  operationId(atMs: number, random: Random): string;
}

const usual = {
  saysStatus: true,
  saysRequestTime: true,
  authorizesByName: true,
  attributes: "empty",
  isLong: false,
  lastsMs: 60_000,
  endNamesCaller: true,
  operationId: (atMs: number, random: Random) => `operation-${atMs}-${random.hex(13)}-${random.hex(8)}-${random.hex(8)}`,
} as const satisfies Conventions;

/** Computes of services; what is not named is usual. */
const byService: ReadonlyMap<string, Partial<Conventions>> = new Map<string, Partial<Conventions>>([
  ["compute.googleapis.com", { saysStatus: false, authorizesByName: false, attributes: "described", lastsMs: 12_000 }],
  [
    "container.googleapis.com",
    {
      saysStatus: false,
      saysRequestTime: false,
      attributes: "described",
      lastsMs: 240_000,
      endNamesCaller: false,
      operationId: (atMs, random) => `operation-${atMs}-${random.uuid()}`,
    },
  ],
  [
    "bigquery.googleapis.com",
    { attributes: "none", saysRequestTime: false, lastsMs: 4_000, operationId: (atMs, random) => `${atMs}-${random.digits(6)}` },
  ],
  ["cloudkms.googleapis.com", { attributes: "described" }],
  ["secretmanager.googleapis.com", { attributes: "described" }],
  ["dns.googleapis.com", { authorizesByName: false }],
  ["cloudresourcemanager.googleapis.com", { saysRequestTime: false, attributes: "described" }],
  ["pubsub.googleapis.com", { saysStatus: false }],
  ["monitoring.googleapis.com", { saysStatus: false }],
  ["aiplatform.googleapis.com", { saysStatus: false }],
  ["dataflow.googleapis.com", { saysStatus: false }],
  ["dataproc.googleapis.com", { saysStatus: false, lastsMs: 90_000 }],
]);

const known = new Map<string, Conventions>();

/** By service and method alone, so that it is worked out once for each. */
export function conventionsOf({ service, method, isAdminActivity }: GcpCall): Conventions {
  const key = `${service} ${method} ${isAdminActivity}`;
  let conventions = known.get(key);
  if (conventions === undefined) {
    conventions = { ...usual, ...byService.get(service), isLong: isLongCall(service, method, isAdminActivity) };
    known.set(key, conventions);
  }
  return conventions;
}

function isLongCall(service: string, method: string, isAdminActivity: boolean): boolean {
  if (service === "bigquery.googleapis.com") return method.endsWith(".InsertJob");
  if (!isAdminActivity || /IamPolicy$/i.test(method)) return false;
  if (service === "compute.googleapis.com" || service === "container.googleapis.com") return true;
  return service === "dataproc.googleapis.com" && /Cluster$/.test(method);
}

export function authorizationOf(call: GcpCall, { authorizesByName, attributes }: Conventions): JsonObject {
  const authorization: JsonObject = {};
  if (authorizesByName) authorization.resource = call.resourceName;
  authorization.permission = call.permission;
  // Absent where it is false, as protocol buffers leave it out.
  if (call.failure?.code !== "7") authorization.granted = true;
  if (attributes === "described") authorization.resourceAttributes = described(call);
  else if (attributes === "empty") authorization.resourceAttributes = {};
  authorization.permissionType = call.isAdminActivity ? "ADMIN_WRITE" : isWrite(call.permission) ? "DATA_WRITE" : "DATA_READ";
  return authorization;
}

function isWrite(permission: string): boolean {
  return /\.(?:create|update|delete|insert|patch|publish|set\w*|write\w*)$/i.test(permission);
}

function described({ service, resourceName, permission }: GcpCall): JsonObject {
  const collection = permission.split(".")[1] ?? "";
  if (service === "compute.googleapis.com") return { service: "compute", name: resourceName, type: `compute.${collection}` };
  const type = collection.charAt(0).toUpperCase() + collection.slice(1).replace(/s$/, "");
  return {
    service,
    name: resourceName,
    type: service === "cloudkms.googleapis.com" ? `google.cloud.kms.${type}` : `${service}/${type}`,
  };
}

/** The request as the service types it; storage and BigQuery log none of theirs. */
export function requestOf(call: GcpCall): JsonObject | undefined {
  if (call.request !== undefined) return "@type" in call.request ? call.request : { "@type": requestType(call), ...call.request };
  if (call.service === "storage.googleapis.com" || call.service === "bigquery.googleapis.com") return undefined;
  const type = requestType(call);
  return call.service === "compute.googleapis.com" ? { "@type": type } : { "@type": type, name: call.resourceName };
}

const typesByMethod = new Map<string, string>();

/** google.iam.admin.v1.CreateRole: google.iam.admin.v1.CreateRoleRequest; v1.compute.instances.insert: compute.instances.insert. */
function requestType({ service, method }: GcpCall): string {
  const key = `${service} ${method}`;
  let type = typesByMethod.get(key);
  if (type === undefined) {
    type = `type.googleapis.com/${requestName(service, method)}`;
    typesByMethod.set(key, type);
  }
  return type;
}

function requestName(service: string, method: string): string {
  if (service === "compute.googleapis.com") return method.replace(/^(?:v1|beta|alpha)\./, "");
  if (/^(?:Get|Set)IamPolicy$/.test(method)) return `google.iam.v1.${method}Request`;
  const parts = method.split(".");
  const name = `${parts.at(-1) ?? method}Request`;
  // The interface between package and method is no part of a type's name: google.pubsub.v1.Publisher.CreateTopic.
  const packageName = parts.slice(0, -1).filter((part) => !/^[A-Z]/.test(part));
  if (packageName[0] === "google") return [...packageName, name].join(".");
  const product = service.split(".")[0] ?? service;
  return `google.cloud.${product === "cloudkms" ? "kms" : product}.v1.${name}`;
}

/** What a set policy changed. */
export function policyDelta({ method, request }: GcpCall): JsonObject | undefined {
  const bindings = method.endsWith("SetIamPolicy") ? arrayOf(objectOf(request, "policy"), "bindings").filter(isObject) : [];
  const [changed] = bindings;
  const [member] = arrayOf(changed, "members");
  if (changed === undefined || member === undefined) return undefined;
  const bindingDeltas = [{ action: "ADD", role: changed.role ?? "", member }];
  return { "@type": "type.googleapis.com/google.iam.v1.logging.AuditData", policyDelta: { bindingDeltas } };
}

interface Begun {
  readonly call: GcpCall;
  readonly operation: string;
  readonly atMs: number;
  readonly email: string;
}

/** What a long operation answers at once: itself, still running. BigQuery says it in metadata instead. */
export function operationAnswer({ call, operation, atMs, email }: Begun, random: Random): JsonObject | undefined {
  const time = new Date(atMs).toISOString();
  if (call.service === "container.googleapis.com") {
    return {
      "@type": "type.googleapis.com/google.container.v1.Operation",
      name: operation,
      operationType: screaming(call.method),
      selfLink: `https://container.googleapis.com/v1/projects/${call.project}/operations/${operation}`,
      startTime: time,
      status: "RUNNING",
      targetLink: `https://container.googleapis.com/v1/${call.resourceName}`,
    };
  }
  if (call.service !== "compute.googleapis.com") return undefined;
  const target = `https://www.googleapis.com/compute/v1/${call.resourceName}`;
  return {
    "@type": "type.googleapis.com/operation",
    id: random.digits(19),
    insertTime: time,
    name: operation,
    operationType: call.method.split(".").at(-1) ?? call.method,
    progress: "0",
    selfLink: `https://www.googleapis.com/compute/v1/projects/${call.project}/global/operations/${operation}`,
    startTime: time,
    status: "RUNNING",
    targetId: random.digits(19),
    targetLink: target,
    user: email,
  };
}

/** metadata of an operation's last entry. */
export function endMetadata(call: GcpCall, random: Random): JsonObject | undefined {
  if (call.service === "container.googleapis.com") return { operationType: screaming(call.method), requestID: `0x${random.hex(16)}` };
  const inserted = objectOf(call.metadata, "jobInsertion");
  if (inserted === undefined) return call.metadata;
  const { job = null } = inserted;
  return { "@type": call.metadata?.["@type"] ?? "", jobChange: { before: "RUNNING", after: "DONE", job } };
}

/** google.container.v1.ClusterManager.CreateNodePool: CREATE_NODE_POOL */
function screaming(method: string): string {
  const name = method.split(".").at(-1) ?? method;
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
