// Azure's Activity Log by diagnostic settings: shapes follow Microsoft's schema pages and published records. The store knows a record
// by the hash of its content, as it brings no id.
import { createHash } from "node:crypto";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { AzureAccess, AzureActivityCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { restActivity } from "./azure-activity-rest.ts";
import { azureTime } from "./azure-time.ts";
import type { NativeRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

/** One record of an operation: what was said of it, and when. */
interface Phase {
  readonly resultType: "Start" | "Accept" | "Success" | "Failure";
  readonly resultSignature: string;
  readonly durationMs: number;
  readonly afterMs: number;
  /** Members of properties that only this record has. */
  readonly properties: JsonObject;
  /** Top-level members that only this record has. */
  readonly more: JsonObject;
}

/** Resource Manager writes when it starts a call, when it accepts one that goes on, and when it is done: each an event of its own. */
export function activityRecords(atMs: number, access: AzureAccess, call: AzureActivityCall, random: Random, world: World): readonly NativeRecord[] {
  const subscription = /\/subscriptions\/([^/]+)/i.exec(call.resourceId)?.[1]?.toLowerCase() ?? "";
  const identity = identityOf(atMs, access, call, subscription, world);
  const stream = streamNamed(world, `azure/activity/${subscription}`, () => ({
    layout: world.azure.subscriptions.find(({ id }) => id === subscription)?.layout ?? "azure-blob",
    place: { log: "insights-activity-logs", scope: `resourceId=/SUBSCRIPTIONS/${subscription.toUpperCase()}` },
    delayMs: 360_000,
  }));
  const correlationId = random.uuid();
  const resourceId = call.resourceId.toUpperCase();
  const operationName = call.operation.toUpperCase();
  const common = {
    eventCategory: "Administrative",
    entity: call.resourceId,
    message: call.operation,
    hierarchy: `${world.azure.tenant}/${subscription}`,
  };
  return phasesOf(call, random).map((phase) => {
    const record: JsonObject = {
      RoleLocation: roleLocation(call.location),
      Stamp: "FDWeb",
      ReleaseVersion: "7.2026.30.7",
      time: azureTime(atMs + phase.afterMs, random),
      resourceId,
      operationName,
      category: "Administrative",
      resultType: phase.resultType,
      resultSignature: phase.resultSignature,
      durationMs: String(phase.durationMs),
      callerIpAddress: access.address,
      correlationId,
      identity,
      level: phase.resultType === "Failure" ? "Error" : "Information",
      location: call.location,
      properties: { ...phase.properties, ...common, ...call.properties },
      tenantId: world.azure.tenant,
      ...phase.more,
    };
    const written = stream.layout === "azure-rest" ? restActivity(record, random) : { uid: contentUid(record), text: JSON.stringify(record) };
    return { ...written, stream, makes: "action", afterMs: phase.afterMs };
  });
}

function phasesOf(call: AzureActivityCall, random: Random): Phase[] {
  const { failure, status = failure === undefined ? 200 : refusedStatus(failure.code) } = call;
  const words = statusWords(status);
  const answerMs = Math.ceil(random.logNormal(120, 0.9));
  const service = (): JsonObject => ({ statusCode: words, serviceRequestId: random.uuid() });
  const start: Phase = { resultType: "Start", resultSignature: "Started.", durationMs: 0, afterMs: 0, properties: {}, more: {} };
  if (failure !== undefined) {
    const statusMessage = JSON.stringify({ error: { code: failure.code, message: failure.message } });
    const failed: Phase = {
      resultType: "Failure",
      resultSignature: `Failed.${words}`,
      durationMs: answerMs,
      afterMs: answerMs,
      properties: { ...service(), statusMessage },
      more: {},
    };
    // What the caller may not do is never started.
    return status === 401 || status === 403 ? [{ ...failed, afterMs: 0 }] : [start, failed];
  }
  const answered = { durationMs: answerMs, afterMs: answerMs, properties: service(), more: {} };
  if (status !== 202) return [start, { ...answered, resultType: "Success", resultSignature: `Succeeded.${words}` }];
  const lastsMs = answerMs + Math.ceil(random.logNormal(35_000, 0.7));
  return [
    start,
    { ...answered, resultType: "Accept", resultSignature: `Accepted.${words}` },
    {
      resultType: "Success",
      resultSignature: "Succeeded.",
      durationMs: 0,
      afterMs: lastsMs,
      properties: {},
      more: {
        jobId: `ProxyResourceLongOperationJob:${random.hex(24).toUpperCase()}|${random.hex(16).toUpperCase()}`,
        jobType: "ProxyResourceLongOperationJob",
      },
    },
  ];
}

/** By a resource's location: of the front end of Resource Manager that took the call. */
function roleLocation(location: string): string {
  return location === "westeurope" ? "West Europe" : location === "northeurope" ? "North Europe" : location;
}

function identityOf(atMs: number, access: AzureAccess, call: AzureActivityCall, subscription: string, world: World): JsonObject {
  const authorization: JsonObject = { scope: call.resourceId, action: call.operation };
  // What no assignment allows brings no evidence of one.
  if (call.failure?.code !== "AuthorizationFailed") {
    authorization.evidence = {
      role: access.role,
      roleAssignmentScope: `/subscriptions/${subscription}`,
      roleAssignmentId: undashed(access.objectId, 7),
      roleDefinitionId: roleDefinitions[access.role] ?? "b24988ac618042a0ab8820f7382dd24c",
      principalId: undashed(access.objectId, 0),
      principalType: access.upn === "" ? "ServicePrincipal" : "User",
    };
  }
  return { authorization, claims: claimsOf(atMs, access, world) };
}

/** Ids of built-in roles (learn.microsoft.com, Azure built-in roles), without hyphens as evidence writes them. */
const roleDefinitions: Readonly<Record<string, string>> = {
  Owner: "8e3af657a8ff443ca75c2fe8c4bcb635",
  Contributor: "b24988ac618042a0ab8820f7382dd24c",
  Reader: "acdd72a7338548efbd42f606fba81ae7",
  "Virtual Machine Contributor": "9980e02cc2be4d7394e8173b1dc7cf3c",
  "User Access Administrator": "18d7d88dd35e4fb5a5c37773c20a72d9",
  "Storage Account Contributor": "17d1049b9a8446fb8f53869881c3d3ab",
};

/** The claims of the token, in the names that Resource Manager gives them; values are texts. */
function claimsOf(atMs: number, access: AzureAccess, world: World): JsonObject {
  const issuedAt = Math.floor((access.credential.issuedAtMs || atMs - 60_000) / 1000);
  const tenantIssuer = `https://sts.windows.net/${world.azure.tenant}/`;
  const isManaged = access.managedResource !== "";
  const isUser = access.upn !== "";
  const claims: JsonObject = {
    aud: "https://management.azure.com/",
    iss: tenantIssuer,
    iat: String(issuedAt),
    nbf: String(issuedAt),
    exp: String(issuedAt + (isManaged ? 86_700 : 3_900)),
    aio: `E2Zg${access.tokenId}${isUser ? access.tokenId : ""}AA==`,
    appid: access.appId,
    appidacr: isUser ? "0" : isManaged ? "2" : "1",
    "http://schemas.microsoft.com/identity/claims/identityprovider": tenantIssuer,
    "http://schemas.microsoft.com/identity/claims/objectidentifier": access.objectId,
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier": access.objectId,
    "http://schemas.microsoft.com/identity/claims/tenantid": world.azure.tenant,
    rh: `1.${tokenHash(access.objectId)}.`,
    uti: access.tokenId,
    ver: "1.0",
    xms_tcdt: "1483074389",
  };
  if (!isUser) claims.idtyp = "app";
  else {
    Object.assign(claims, {
      idtyp: "user",
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": access.upn,
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name": access.upn,
      name: access.identity.name,
      ipaddr: access.address,
      "http://schemas.microsoft.com/claims/authnclassreference": "1",
      "http://schemas.microsoft.com/claims/authnmethodsreferences": "pwd,mfa",
      "http://schemas.microsoft.com/identity/claims/scope": "user_impersonation",
      puid: `10032001${access.objectId.slice(0, 8).toUpperCase()}`,
      wids: "b79fbf4d-3ef9-4689-8143-76b194e85509",
    });
  }
  if (isManaged) claims.xms_mirid = access.managedResource;
  return claims;
}

/** The same for one caller, as rh is. */
function tokenHash(objectId: string): string {
  return `A${objectId.replaceAll("-", "").toUpperCase()}EZIf3kAutdPukPawfj2MBN`;
}

/** An object id as evidence writes it: without hyphens; `turn` gives other ids that follow from it. */
function undashed(id: string, turn: number): string {
  const digits = id.replaceAll("-", "");
  return digits.slice(turn) + digits.slice(0, turn);
}

const wordsByStatus: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "NoContent",
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

function statusWords(status: number): string {
  return wordsByStatus[status] ?? String(status);
}

/** The HTTP status that goes with Resource Manager's code, where the call names none. */
function refusedStatus(code: string): number {
  if (/authoriz|forbidden|denied|policy/i.test(code)) return 403;
  if (/notfound/i.test(code)) return 404;
  if (/conflict|notallowed|inprogress|exists/i.test(code)) return 409;
  if (/toomany|throttl/i.test(code)) return 429;
  return /internal|server/i.test(code) ? 500 : 400;
}

/** docs/schema.md, event_uid: the first half of SHA-256 over kinds, lengths and values, keys in order. */
function contentUid(record: JsonObject): string {
  return createHash("sha256").update(written(record)).digest("hex").slice(0, 32);
}

function written(value: JsonValue): string {
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (Array.isArray(value)) return `a${value.length}:${value.map(written).join("")}`;
  if (!isObject(value)) return `p${String(value)};`;
  const keys = Object.keys(value).sort();
  return `o${keys.length}:${keys.map((key) => `k${key.length}:${key}${written(value[key] ?? null)}`).join("")}`;
}
