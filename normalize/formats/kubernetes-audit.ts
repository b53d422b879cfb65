// Kubernetes audit events (audit.k8s.io) to one action a request: as kube-apiserver writes or sends them, as EKS and AKS wrap
// them, and as GKE rewrites them into a LogEntry. A request logs several stages under one id; the last that came stays.
import { asObject, asText, type JsonObject, parsedObject } from "../../model/json.ts";
import { auditPayload, readLogEntry } from "../gcp/log-entry.ts";
import { actionOfCall } from "../kubernetes/audit-call.ts";
import { readAuditEvent } from "../kubernetes/audit-event.ts";
import { isGkePayload, readGkeEntry } from "../kubernetes/gke-entry.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalizer.ts";

export const kubernetesAudit: Normalizer = { format: "kubernetes-audit", recognizes, normalize };

function recognizes(record: JsonObject): boolean {
  if (isAuditEvent(record) || isAksEnvelope(record)) return true;
  const payload = auditPayload(record);
  return payload !== undefined && isGkePayload(payload);
}

/** Items of a webhook's list have no kind of their own. */
function isAuditEvent(record: JsonObject): boolean {
  if (Object.hasOwn(record, "auditID")) return hasAny(record, ["stage", "verb", "requestURI", "level"]);
  if (record.kind === "Event" && asText(record.apiVersion).startsWith("audit.k8s.io/")) return true;
  return Object.hasOwn(record, "verb") && hasAny(record, ["objectRef", "requestURI"]) && hasAny(record, ["user", "responseStatus"]);
}

function hasAny(record: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(record, name));
}

function isAksEnvelope(record: JsonObject): boolean {
  return asText(record.category).startsWith("kube-audit") && asObject(record.properties)?.log !== undefined;
}

function rejected(reason: string): NormalizeResult {
  return { kind: "rejected", reason };
}

function normalize(record: JsonObject, context: NormalizeContext): NormalizeResult {
  if (isAuditEvent(record)) return normalizeEvent(record, clusterOfMember(record) || context.defaultAccount, "", context);
  if (isAksEnvelope(record)) return normalizeAks(record, context);
  const payload = auditPayload(record);
  if (payload === undefined) return rejected("no audit event, no AKS envelope and no LogEntry");
  if (asText(payload.methodName) === "") return rejected("protoPayload.methodName is missing or no text");
  const entry = readLogEntry(record, payload);
  if (entry === undefined) return rejected("timestamp is missing or no valid time");
  return { kind: "event", event: actionOfCall(readGkeEntry(entry, context.defaultAccount), context) };
}

/** Azure diagnostics hold the event as text. */
function normalizeAks(record: JsonObject, context: NormalizeContext): NormalizeResult {
  const event = parsedObject(asText(asObject(record.properties)?.log));
  if (event === undefined) return rejected("properties.log is no JSON object");
  const cluster = clusterOfResourceId(asText(record.resourceId)) || context.defaultAccount;
  return normalizeEvent(event, cluster, asText(record.time), context);
}

function normalizeEvent(event: JsonObject, cluster: string, envelopeTime: string, context: NormalizeContext): NormalizeResult {
  if (asText(event.verb) === "") return rejected("verb is missing or no text");
  const call = readAuditEvent(event, cluster, envelopeTime);
  if (call === undefined) return rejected("requestReceivedTimestamp is missing or no valid time");
  return { kind: "event", event: actionOfCall(call, context) };
}

/** AKS: `/subscriptions/…/managedclusters/name`. */
function clusterOfResourceId(resourceId: string): string {
  const lower = resourceId.toLowerCase();
  return lower.includes("/managedclusters/") ? lower : "";
}

/** Audit shippers add the cluster as a member of its own; the API server never does. */
function clusterOfMember(record: JsonObject): string {
  return asText(record.cluster) || asText(record.clusterName) || asText(record.cluster_name);
}
