// Azure's three logs by diagnostic settings: the Activity Log, and Entra's sign-ins and directory audits. Shapes follow Microsoft's
// schema pages and published records; the store knows an Activity record by the hash of its content, as it brings no id.
import { createHash } from "node:crypto";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { AzureAccess, AzureActivityCall, AzureCall, EntraAuditCall, EntraSigninCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { restActivity } from "./azure-activity-rest.ts";
import type { NativeRecord, Stream } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface AzureAct {
  readonly atMs: number;
  readonly access: AzureAccess;
  readonly call: AzureCall;
}

export function azureRecord({ atMs, access, call }: AzureAct, random: Random, world: World): NativeRecord {
  if (call.log === "activity") return activityRecord(atMs, access, call, random, world);
  return call.log === "signin" ? signinRecord(atMs, access, call, random, world) : auditRecord(atMs, access, call, random, world);
}

function activityRecord(atMs: number, access: AzureAccess, call: AzureActivityCall, random: Random, world: World): NativeRecord {
  const { failure, status = failure === undefined ? 200 : 403 } = call;
  const subscription = /\/subscriptions\/([^/]+)/i.exec(call.resourceId)?.[1]?.toLowerCase() ?? "";
  const words = statusWords(status);
  const record: JsonObject = {
    time: preciseTime(atMs, random),
    resourceId: call.resourceId.toUpperCase(),
    operationName: call.operation.toUpperCase(),
    category: "Administrative",
    resultType: failure === undefined ? "Success" : "Failure",
    resultSignature: `${failure === undefined ? "Succeeded" : "Failed"}.${failure?.code ?? words}`,
    durationMs: String(Math.round(random.logNormal(120, 0.9))),
    callerIpAddress: access.address,
    correlationId: random.uuid(),
    identity: {
      authorization: {
        scope: call.resourceId,
        action: call.operation,
        evidence: {
          role: access.role,
          roleAssignmentScope: `/subscriptions/${subscription}`,
          roleAssignmentId: undashed(access.objectId, 7),
          roleDefinitionId: "b24988ac618042a0ab8820f7382dd24c",
          principalId: undashed(access.objectId, 0),
          principalType: access.upn === "" ? "ServicePrincipal" : "User",
        },
      },
      claims: claimsOf(atMs, access, world),
    },
    level: failure === undefined ? "Information" : "Error",
    location: call.location,
    properties: {
      statusCode: words,
      serviceRequestId: random.uuid(),
      eventCategory: "Administrative",
      entity: call.resourceId,
      message: call.operation,
      hierarchy: `${world.azure.tenant}/${subscription}`,
      ...(failure === undefined ? {} : { statusMessage: JSON.stringify({ error: { code: failure.code, message: failure.message } }) }),
      ...call.properties,
    },
  };
  const stream = streamNamed(world, `azure/activity/${subscription}`, () => ({
    layout: world.azure.subscriptions.find(({ id }) => id === subscription)?.layout ?? "azure-blob",
    place: { log: "insights-activity-logs", scope: `resourceId=/SUBSCRIPTIONS/${subscription.toUpperCase()}` },
    delayMs: 360_000,
  }));
  if (stream.layout === "azure-rest") return { ...restActivity(record, random), stream };
  return { uid: contentUid(record), text: JSON.stringify(record), stream };
}

function claimsOf(atMs: number, access: AzureAccess, world: World): JsonObject {
  const issuedAt = Math.floor((access.credential.issuedAtMs || atMs - 60_000) / 1000);
  const tenantIssuer = `https://sts.windows.net/${world.azure.tenant}/`;
  const isManaged = access.managedResource !== "";
  const claims: JsonObject = {
    aud: "https://management.azure.com/",
    iss: tenantIssuer,
    iat: String(issuedAt),
    nbf: String(issuedAt),
    exp: String(issuedAt + (isManaged ? 86_700 : 3_900)),
    appid: access.appId,
    appidacr: access.upn !== "" ? "0" : isManaged ? "2" : "1",
    "http://schemas.microsoft.com/identity/claims/identityprovider": tenantIssuer,
    "http://schemas.microsoft.com/identity/claims/objectidentifier": access.objectId,
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier": access.objectId,
    "http://schemas.microsoft.com/identity/claims/tenantid": world.azure.tenant,
    uti: access.tokenId,
    ver: "1.0",
  };
  if (access.upn === "") claims.idtyp = "app";
  else {
    claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = access.upn;
    claims.ipaddr = access.address;
  }
  if (isManaged) claims.xms_mirid = access.managedResource;
  return claims;
}

function signinRecord(atMs: number, access: AzureAccess, call: EntraSigninCall, random: Random, world: World): NativeRecord {
  const uid = random.uuid();
  const { failure, resource } = call;
  const isManaged = call.category === "ManagedIdentitySignInLogs";
  const errorCode = Number(failure?.code ?? 0);
  const caller =
    access.upn === ""
      ? { servicePrincipalName: access.identity.name, servicePrincipalId: access.objectId }
      : { userDisplayName: access.identity.name, userPrincipalName: access.upn, userId: access.objectId, appDisplayName: "Microsoft Azure CLI" };
  const record: JsonObject = {
    time: preciseTime(atMs, random),
    resourceId: `/tenants/${world.azure.tenant}/providers/Microsoft.aadiam`,
    operationName: "Sign-in activity",
    operationVersion: "1.0",
    category: call.category,
    tenantId: world.azure.tenant,
    resultType: String(errorCode),
    resultSignature: failure === undefined ? "SUCCESS" : "FAILURE",
    durationMs: 0,
    ...(isManaged ? {} : { callerIpAddress: access.address }),
    correlationId: random.uuid(),
    Level: 4,
    location: isManaged ? "" : "IE",
    properties: {
      id: uid,
      createdDateTime: preciseTime(atMs, random),
      ...caller,
      appId: access.appId,
      ipAddress: isManaged ? "" : access.address,
      ...(access.userAgent === "" || isManaged ? {} : { userAgent: access.userAgent }),
      status: failure === undefined ? { errorCode } : { errorCode, failureReason: failure.message },
      location: isManaged ? {} : { city: "Dublin", state: "Dublin", countryOrRegion: "IE", geoCoordinates: { latitude: 53.35, longitude: -6.24 } },
      correlationId: random.uuid(),
      conditionalAccessStatus: "notApplied",
      authenticationProcessingDetails: [],
      tokenIssuerType: "AzureAD",
      incomingTokenType: "none",
      processingTimeInMilliseconds: random.integer(20, 400),
      riskDetail: "none",
      riskLevelAggregated: "none",
      riskLevelDuringSignIn: "none",
      riskState: "none",
      resourceDisplayName: resource.name,
      resourceId: resource.appId,
      resourceServicePrincipalId: resource.objectId,
      resourceTenantId: world.azure.tenant,
      homeTenantId: world.azure.tenant,
      uniqueTokenIdentifier: call.issues?.uid ?? random.base64Url(22),
      ...call.properties,
    },
  };
  return { uid, text: JSON.stringify(record), stream: directoryStream(world, call.category.toLowerCase()) };
}

function auditRecord(atMs: number, access: AzureAccess, call: EntraAuditCall, random: Random, world: World): NativeRecord {
  const correlationId = random.uuid();
  const uid = `Directory_${correlationId}_${random.key(5)}_${random.digits(8)}`;
  const { failure } = call;
  const isUser = access.upn !== "";
  const initiatedBy = isUser
    ? { user: { id: access.objectId, displayName: null, userPrincipalName: access.upn, ipAddress: access.address, roles: [] } }
    : { app: { appId: access.appId, displayName: access.identity.name, servicePrincipalId: access.objectId, servicePrincipalName: null } };
  const record: JsonObject = {
    time: preciseTime(atMs, random),
    resourceId: `/tenants/${world.azure.tenant}/providers/Microsoft.aadiam`,
    operationName: call.operation,
    operationVersion: "1.0",
    category: "AuditLogs",
    tenantId: world.azure.tenant,
    resultSignature: "None",
    durationMs: 0,
    ...(isUser ? { callerIpAddress: access.address } : {}),
    correlationId,
    Level: 4,
    properties: {
      id: uid,
      category: call.category,
      correlationId,
      result: failure === undefined ? "success" : "failure",
      resultReason: failure?.message ?? "",
      activityDisplayName: call.operation,
      activityDateTime: preciseTime(atMs, random),
      loggedByService: "Core Directory",
      operationType: "Update",
      userAgent: null,
      initiatedBy,
      targetResources: [...call.targets],
      additionalDetails: access.userAgent === "" ? [] : [{ key: "User-Agent", value: access.userAgent }],
    },
  };
  return { uid, text: JSON.stringify(record), stream: directoryStream(world, "auditlogs") };
}

function directoryStream(world: World, category: string): Stream {
  return streamNamed(world, `azure/entra/${category}`, () => ({
    layout: world.azure.directoryLayout,
    place: { log: `insights-logs-${category}`, scope: `tenantId=${world.azure.tenant}` },
    delayMs: 420_000,
  }));
}

/** 2026-11-09T02:10:00.1234567Z: Azure counts in 100 ns. */
function preciseTime(atMs: number, random: Random): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}${random.digits(4)}Z`;
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
  409: "Conflict",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

function statusWords(status: number): string {
  return wordsByStatus[status] ?? "Forbidden";
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
