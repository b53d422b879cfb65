// An Activity record as the REST interface of Azure Monitor answers it: the facts of a record by diagnostic settings under other
// names (EventData of Microsoft's REST reference), with an id of its own.
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { Random } from "../random.ts";

/** `diagnostic`: the same record by diagnostic settings. */
export function restActivity(diagnostic: JsonObject, random: Random): { uid: string; text: string } {
  const identity = objectOf(diagnostic.identity);
  const { scope = "", action = "", evidence } = objectOf(identity.authorization);
  const claims = objectOf(identity.claims);
  const properties = objectOf(diagnostic.properties);
  const resourceId = String(scope);
  const [, , subscriptionId = "", , resourceGroupName = "", , providerName = ""] = resourceId.split("/");
  const eventDataId = random.uuid();
  const time = String(diagnostic.time);
  const resultType = String(diagnostic.resultType);
  const status = statuses[resultType] ?? resultType;
  const upn = claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"];
  const record: JsonObject = {
    authorization: { action, role: objectOf(evidence).role ?? "", scope },
    caller: upn ?? claims["http://schemas.microsoft.com/identity/claims/objectidentifier"] ?? "",
    channels: "Operation",
    claims,
    correlationId: diagnostic.correlationId ?? "",
    description: "",
    eventDataId,
    eventName: resultType === "Start" ? named("BeginRequest", "Begin request") : named("EndRequest", "End request"),
    category: named("Administrative", "Administrative"),
    httpRequest: { clientRequestId: random.uuid(), clientIpAddress: diagnostic.callerIpAddress ?? "", method: methodOf(String(action)) },
    id: `${resourceId}/events/${eventDataId}/ticks/${ticksOf(time)}`,
    level: resultType === "Failure" ? "Error" : "Informational",
    resourceGroupName,
    resourceProviderName: named(providerName, providerName),
    resourceId,
    resourceType: named(typeOf(String(action)), typeOf(String(action))),
    operationId: diagnostic.correlationId ?? "",
    operationName: named(String(action), String(action)),
    properties,
    status: named(status, status),
    subStatus: named(String(properties.statusCode ?? ""), String(properties.statusCode ?? "")),
    eventTimestamp: time,
    submissionTimestamp: new Date(Date.parse(time) + random.integer(60, 240) * 1000).toISOString(),
    subscriptionId,
    tenantId: claims["http://schemas.microsoft.com/identity/claims/tenantid"] ?? "",
  };
  return { uid: eventDataId, text: JSON.stringify(record) };
}

const statuses: Readonly<Record<string, string>> = { Start: "Started", Accept: "Accepted", Success: "Succeeded", Failure: "Failed" };

function named(value: string, localizedValue: string): JsonObject {
  return { value, localizedValue };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Microsoft.Compute/virtualMachines/start/action is about a Microsoft.Compute/virtualMachines. */
function typeOf(action: string): string {
  const parts = action.split("/");
  return parts.slice(0, parts.at(-1) === "action" ? -2 : -1).join("/");
}

function methodOf(action: string): string {
  return action.endsWith("/action") ? "POST" : action.endsWith("/delete") ? "DELETE" : action.endsWith("/read") ? "GET" : "PUT";
}

/** 100 ns since year 1, to the millisecond. */
function ticksOf(time: string): string {
  return String((BigInt(Date.parse(time)) + 62_135_596_800_000n) * 10_000n);
}
