// How a Google Cloud call ended: success, failure or denied, from google.rpc.Status, from the log that the entry stands in and
// from what sign-ins write instead of a status.
import type { Outcome } from "../../model/identity-action.ts";
import { arrayOf, asIdentifier, asObject, asText, isObject, type JsonObject } from "../../model/json.ts";

export interface GcpOutcome {
  readonly outcome: Outcome;
  readonly code: string;
  readonly message: string;
}

/** google.rpc.Code, by number. */
const codeNames = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** 401 and 403: a few services write the HTTP code. */
const refusals = new Set(["PERMISSION_DENIED", "UNAUTHENTICATED", "401", "403"]);
const successes = new Set(["", "OK", "200", "201", "204"]);

export function gcpOutcome(payload: JsonObject, logName: string): GcpOutcome {
  const status = asObject(payload.status);
  const code = codeName(asIdentifier(status?.code));
  const message = asText(status?.message);
  // Every entry of the policy log is a refusal (cloud.google.com, Cloud Audit Logs overview, Policy Denied audit logs).
  const isPolicyDenied = logName.endsWith("cloudaudit.googleapis.com%2Fpolicy") || logName.endsWith("cloudaudit.googleapis.com/policy");
  if (isPolicyDenied) return { outcome: "denied", code: successes.has(code) ? "PERMISSION_DENIED" : code, message };
  if (successes.has(code)) {
    return asText(payload.methodName).endsWith(".loginFailure")
      ? { outcome: "denied", code: "loginFailure", message }
      : { outcome: "success", code: "", message: "" };
  }
  return { outcome: refusals.has(code) || isAnyRefused(payload) ? "denied" : "failure", code, message };
}

function codeName(code: string): string {
  return /^\d{1,2}$/.test(code) ? (codeNames[Number(code)] ?? code) : code;
}

function isAnyRefused(payload: JsonObject): boolean {
  return arrayOf(payload, "authorizationInfo").some((entry) => isObject(entry) && entry.granted === false);
}

/** The permission that was granted, or was not; the policy where one refused. A call may check more than it needs. */
export function authorizationBasis(payload: JsonObject, outcome: Outcome): string {
  const isDenied = outcome === "denied";
  const violation = isDenied ? asText(asObject(payload.metadata)?.violationReason) : "";
  if (violation !== "") return `VPC Service Controls: ${violation}`;
  for (const entry of arrayOf(payload, "authorizationInfo")) {
    if (!isObject(entry) || (entry.granted === true) === isDenied) continue;
    const permission = asText(entry.permission);
    if (permission !== "") return `${isDenied ? "not granted" : "granted"}: ${permission}`;
  }
  return "";
}
