// What is compared with what: the same call with the same end, whoever made it; and callers of the same kind, whatever they called.
// The first leaves out what tells the caller, the second what belongs to the call.
import type { FormatId } from "../../model/identity-action.ts";
import { type JsonObject, numberOf, objectOf, textOf } from "../../model/json.ts";

interface LogKinds {
  action(record: JsonObject): string;
  caller(record: JsonObject): string;
  /** Paths, and all below them, that tell the caller. */
  readonly callerPaths: readonly string[];
  /** Paths that belong to the call. */
  readonly callPaths: readonly string[];
}

const awsKinds: LogKinds = {
  action: (record) =>
    `${textOf(record, "eventSource").replace(".amazonaws.com", "")} ${textOf(record, "eventName")}${record.errorCode === undefined ? "" : ", failed"}`,
  caller(record) {
    const user = objectOf(record, "userIdentity");
    const type = textOf(user, "type") || "no type";
    if (type === "IAMUser" && user?.sessionContext !== undefined) return "IAMUser in a session";
    const isThroughService = type !== "AWSService" && /amazonaws\.com$|^AWS Internal$/.test(textOf(record, "sourceIPAddress"));
    return `${type}${isThroughService ? " through a service" : ""}`;
  },
  callerPaths: ["userIdentity"],
  callPaths: [
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "resources",
    "errorCode",
    "errorMessage",
    "apiVersion",
    "sharedEventID",
  ],
};

const gcpKinds: LogKinds = {
  action(record) {
    const payload = objectOf(record, "protoPayload");
    const operation = objectOf(record, "operation");
    const isEnd = operation?.last === true && operation.first !== true;
    const isFailed = (numberOf(objectOf(payload, "status"), "code") ?? 0) !== 0;
    const log = /%2F(\w+)$/.exec(textOf(record, "logName"))?.[1] ?? "";
    return `${textOf(payload, "methodName")} in ${log}${isEnd ? ", end" : ""}${isFailed ? ", failed" : ""}`;
  },
  caller(record) {
    const operation = objectOf(record, "operation");
    if (operation?.last === true && operation.first !== true) return "end of an operation";
    const info = objectOf(objectOf(record, "protoPayload"), "authenticationInfo");
    if (info?.serviceAccountDelegationInfo !== undefined) return "impersonated";
    if (info?.serviceAccountKeyName !== undefined) return "service account by key";
    const email = textOf(info, "principalEmail");
    if (email === "") return info?.principalSubject === undefined ? "nobody named" : "federated";
    return email.includes("gserviceaccount.com") ? "service account" : "person";
  },
  callerPaths: ["protoPayload.authenticationInfo"],
  callPaths: [
    "protoPayload.request",
    "protoPayload.response",
    "protoPayload.metadata",
    "protoPayload.serviceData",
    "protoPayload.status",
    "protoPayload.resourceLocation",
    "protoPayload.resourceName",
    "resource.labels",
    "operation",
  ],
};

const callerKinds: readonly (readonly [prefix: string, kind: string])[] = [
  ["system:serviceaccount:", "service account"],
  ["system:node:", "node"],
  ["system:", "system"],
];

/** What shippers add and webhooks leave out. */
const shipped = ["cluster", "job", "kind", "apiVersion"];

const kubernetesKinds: LogKinds = {
  action(record) {
    if (record.protoPayload !== undefined) return `GKE ${textOf(objectOf(record, "protoPayload"), "methodName")}`;
    const reference = objectOf(record, "objectRef");
    const code = numberOf(objectOf(record, "responseStatus"), "code") ?? 0;
    const what = [textOf(reference, "resource"), textOf(reference, "subresource")].filter((part) => part !== "").join("/");
    return `${textOf(record, "verb")} ${what || "no object"}${code >= 400 ? ", failed" : ""}`;
  },
  caller(record) {
    const name = textOf(objectOf(record, "user"), "username");
    const kind = callerKinds.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "person";
    return record.protoPayload === undefined ? `${kind}, ${textOf(record, "level")}` : "GKE";
  },
  callerPaths: ["user", "impersonatedUser", ...shipped],
  callPaths: [...shipped, "requestObject", "responseObject", "objectRef", "responseStatus", "annotations"],
};

const activityKinds: LogKinds = {
  action: (record) => textOf(record, "resultType") || "no result",
  caller: (record) => textOf(objectOf(objectOf(record, "identity"), "claims"), "idtyp") || "no claims",
  callerPaths: ["identity.claims"],
  callPaths: ["properties"],
};

/** Entra's: few real ones, so that categories are compared and not operations. */
const auditKinds: LogKinds = {
  action: (record) => textOf(objectOf(record, "properties"), "loggedByService") || "no service",
  caller: (record) => (objectOf(objectOf(record, "properties"), "initiatedBy")?.app === undefined ? "person" : "application"),
  callerPaths: ["properties.initiatedBy"],
  callPaths: ["properties.targetResources"],
};

const signinKinds: LogKinds = {
  action: (record) => textOf(record, "category"),
  caller(record) {
    if (textOf(record, "category") === "ManagedIdentitySignInLogs") return "managed identity";
    return textOf(objectOf(record, "properties"), "userPrincipalName") === "" ? "application" : "person";
  },
  callerPaths: [],
  callPaths: [],
};

export const kindsByLog: Readonly<Record<FormatId, LogKinds>> = {
  "aws-cloudtrail": awsKinds,
  "gcp-audit": gcpKinds,
  "kubernetes-audit": kubernetesKinds,
  "azure-activity": activityKinds,
  "entra-signin": signinKinds,
  "entra-audit": auditKinds,
};

export function withoutPaths(shape: ReadonlyMap<string, string>, paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...shape].filter(([path]) => !paths.some((left) => path === left || path.startsWith(`${left}.`) || path.startsWith(`${left}[`))));
}
