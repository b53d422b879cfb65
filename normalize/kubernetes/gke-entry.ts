// Kubernetes requests as GKE logs them: a Google Cloud LogEntry with serviceName k8s.io in place of the audit event.
import type { Outcome } from "../../model/identity-action.ts";
import { asObject, asText, type JsonObject, numberOf } from "../../model/json.ts";
import { entryUid, type LogEntry } from "../gcp/log-entry.ts";
import { gcpOutcome } from "../gcp/outcome.ts";
import { blankKubernetesCaller } from "../identity/kubernetes.ts";
import type { ApiAnswer, ApiRequest, AuditCall } from "./audit-call.ts";

export function isGkePayload(payload: JsonObject): boolean {
  const service = asText(payload.serviceName);
  return service === "k8s.io" || (service === "" && asText(payload.methodName).startsWith("io.k8s."));
}

const longestText = 1024;

export function readGkeEntry(entry: LogEntry, defaultCluster: string): AuditCall {
  const { record, payload } = entry;
  const place = asObject(asObject(record.resource)?.labels);
  const authentication = asObject(payload.authenticationInfo);
  const email = asText(authentication?.principalEmail).slice(0, longestText);
  const selected = asText(authentication?.authoritySelector).slice(0, longestText);
  const metadata = asObject(payload.requestMetadata);
  const annotations = asObject(record.labels);
  const answer = answerOf(entry);
  return {
    time: entry.time,
    ...idsOf(entry),
    region: asText(place?.location),
    caller: {
      ...blankKubernetesCaller,
      cluster: clusterOf(place) || defaultCluster,
      username: email || selected,
      // GKE itself authenticates by Google account; every other name comes from the cluster.
      isGoogleAccount: email.includes("@") && !email.startsWith("system:"),
      isUnauthenticated: answer.code === "UNAUTHENTICATED" || answer.code === "Unauthorized",
    },
    impersonated: email === "" ? "" : selected,
    request: requestOf(asText(payload.methodName).slice(0, longestText), asText(payload.resourceName).slice(0, longestText)),
    issuedCredentialId: asText(annotations?.["authentication.kubernetes.io/issued-credential-id"]),
    answer,
    decision: asText(annotations?.["authorization.k8s.io/decision"]),
    decisionReason: asText(annotations?.["authorization.k8s.io/reason"]),
    address: asText(metadata?.callerIp ?? metadata?.callerIP),
    userAgent: asText(metadata?.callerSuppliedUserAgent),
  };
}

/** operation.id is the request's audit id. Where its answer comes in two entries, the last one stays, as with stages. */
function idsOf(entry: LogEntry): { eventUid: string; eventRank: number; requestUid: string } {
  const operation = asObject(entry.record.operation);
  const requestUid = asText(operation?.id);
  return { eventUid: requestUid || entryUid(entry), eventRank: operation?.last === true ? 3 : 2, requestUid: requestUid || entry.insertId };
}

function clusterOf(labels: JsonObject | undefined): string {
  const name = asText(labels?.cluster_name);
  return name === "" ? "" : [asText(labels?.project_id), asText(labels?.location), name].filter(Boolean).join("/");
}

/** `io.k8s.core.v1.pods.exec.create` on `core/v1/namespaces/ns/pods/name/exec`; groups have dots, versions begin with v and a digit. */
function requestOf(methodName: string, resourceName: string): ApiRequest {
  const method = methodName.replace(/^io\.k8s\./, "").split(".");
  const versionAt = method.findIndex((part) => /^v\d/.test(part));
  const [resource = "", subresource = ""] = versionAt < 0 ? [] : method.slice(versionAt + 1, -1);
  const [group = "", , ...path] = resourceName.split("/");
  const isNamespaced = path[0] === "namespaces" && path.length > 2 && resource !== "namespaces";
  const rest = isNamespaced ? path.slice(2) : path;
  return {
    verb: method.at(-1) ?? "",
    group: group === "core" || versionAt < 0 ? "" : group,
    resource,
    subresource,
    namespace: isNamespaced ? (path[1] ?? "") : "",
    name: rest[0] === resource ? (rest[1] ?? "") : "",
    path: versionAt < 0 ? `/${resourceName.split("?", 1)[0] ?? ""}` : "",
  };
}

/** The answer of the API server, where the entry holds it, tells more than Google's code for it (a conflict becomes ABORTED). */
function answerOf({ payload, logName }: LogEntry): ApiAnswer {
  const status = gcpOutcome(payload, logName);
  const response = asObject(payload.response);
  const httpCode = asText(response?.kind) === "Status" ? numberOf(response, "code") : undefined;
  if (httpCode === undefined || httpCode < 400) return status;
  const outcome: Outcome = httpCode === 401 || httpCode === 403 || status.outcome === "denied" ? "denied" : "failure";
  return { outcome, code: asText(response?.reason) || status.code, message: asText(response?.message) || status.message };
}
