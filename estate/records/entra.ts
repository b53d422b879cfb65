// Entra's sign-ins and directory audits by diagnostic settings. The store knows both by the id in properties.
import type { JsonObject } from "../../model/json.ts";
import type { AzureAccess, EntraAuditCall, EntraSigninCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { azureTime } from "./azure-time.ts";
import { type NativeRecord, type Stream, soleRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

export function signinRecord(atMs: number, access: AzureAccess, call: EntraSigninCall, random: Random, world: World): NativeRecord {
  const uid = random.uuid();
  const { failure } = call;
  const isManaged = call.category === "ManagedIdentitySignInLogs";
  const errorCode = Number(failure?.code ?? 0);
  const correlationId = random.uuid();
  const record: JsonObject = {
    time: azureTime(atMs, random),
    resourceId: `/tenants/${world.azure.tenant}/providers/Microsoft.aadiam`,
    operationName: "Sign-in activity",
    operationVersion: "1.0",
    category: call.category,
    tenantId: world.azure.tenant,
    resultType: String(errorCode),
    resultSignature: "None",
  };
  if (failure !== undefined) record.resultDescription = failure.message;
  record.durationMs = 0;
  if (!isManaged) record.callerIpAddress = access.address;
  record.correlationId = correlationId;
  if (access.upn !== "") record.identity = access.identity.name;
  record.Level = 4;
  record.location = isManaged ? "" : "IE";
  const properties: JsonObject = {
    id: uid,
    createdDateTime: azureTime(atMs, random),
    ...(access.upn === "" ? applicationFacts(access) : personFacts(access, call, uid)),
    appId: access.appId,
    ipAddress: isManaged ? "" : access.address,
    status: failure === undefined ? { errorCode } : { errorCode, failureReason: failure.message },
    location: isManaged ? {} : { city: "Dublin", state: "Dublin", countryOrRegion: "IE", geoCoordinates: { latitude: 53.35, longitude: -6.24 } },
    correlationId,
    conditionalAccessStatus: "notApplied",
    appliedConditionalAccessPolicies: [],
    authenticationContextClassReferences: [],
    authenticationProcessingDetails: isManaged ? [] : [authenticationLibrary],
    authenticationProtocol: "none",
    clientCredentialType: "none",
    crossTenantAccessType: "none",
    flaggedForReview: false,
    incomingTokenType: "none",
    isInteractive: call.category === "SignInLogs",
    isTenantRestricted: false,
    managedIdentityType: "none",
    networkLocationDetails: [],
    processingTimeInMilliseconds: random.integer(20, 400),
    riskDetail: "none",
    riskEventTypes: [],
    riskEventTypes_v2: [],
    riskLevelAggregated: "none",
    riskLevelDuringSignIn: "none",
    riskState: "none",
    resourceDisplayName: call.resource.name,
    resourceId: call.resource.appId,
    resourceServicePrincipalId: call.resource.objectId,
    resourceTenantId: world.azure.tenant,
    homeTenantId: world.azure.tenant,
    tenantId: world.azure.tenant,
    tokenIssuerName: "",
    tokenIssuerType: "AzureAD",
    uniqueTokenIdentifier: call.issues?.uid ?? random.base64Url(22),
    autonomousSystemNumber: 8075,
  };
  if (access.userAgent !== "" && !isManaged) properties.userAgent = access.userAgent;
  record.properties = Object.assign(properties, call.properties);
  return soleRecord(uid, record, directoryStream(world, call.category.toLowerCase()));
}

const authenticationLibrary = { key: "Azure AD App Authentication Library", value: "Family: MSAL Library: MSAL.Python 1.34.0 Platform: Python" };

function applicationFacts({ identity, objectId }: AzureAccess): JsonObject {
  return { servicePrincipalName: identity.name, servicePrincipalId: objectId };
}

/** What only sign-ins of people have. */
function personFacts({ identity, objectId, upn }: AzureAccess, { category }: EntraSigninCall, uid: string): JsonObject {
  return {
    userDisplayName: identity.name,
    userPrincipalName: upn,
    userId: objectId,
    userType: "Member",
    appDisplayName: "Microsoft Azure CLI",
    clientAppUsed: category === "SignInLogs" ? "Browser" : "Mobile Apps and Desktop clients",
    authenticationRequirement: "singleFactorAuthentication",
    authenticationRequirementPolicies: [],
    authenticationDetails: [],
    deviceDetail: { deviceId: "", displayName: "", operatingSystem: "Linux" },
    mfaDetail: {},
    originalRequestId: uid,
    servicePrincipalId: "",
    sessionLifetimePolicies: [],
  };
}

export function auditRecord(atMs: number, access: AzureAccess, call: EntraAuditCall, random: Random, world: World): NativeRecord {
  const correlationId = random.uuid();
  const uid = `Directory_${correlationId}_${random.key(5)}_${random.digits(8)}`;
  const { failure } = call;
  const isUser = access.upn !== "";
  const initiatedBy = isUser
    ? { user: { id: access.objectId, displayName: null, userPrincipalName: access.upn, ipAddress: access.address, roles: [] } }
    : { app: { appId: access.appId, displayName: access.identity.name, servicePrincipalId: access.objectId, servicePrincipalName: null } };
  const record: JsonObject = {
    time: azureTime(atMs, random),
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
      tenantId: world.azure.tenant,
      resultType: "",
      resultDescription: "",
      operationName: call.operation,
      identity: "",
      tenantGeo: "EU",
      id: uid,
      category: call.category,
      correlationId,
      result: failure === undefined ? "success" : "failure",
      resultReason: failure?.message ?? "",
      activityDisplayName: call.operation,
      activityDateTime: azureTime(atMs, random).replace("Z", "+00:00"),
      loggedByService: "Core Directory",
      operationType: operationType(call.operation),
      userAgent: null,
      initiatedBy,
      targetResources: call.targets.map((target) => ({ administrativeUnits: [], ...target })),
      additionalDetails: access.userAgent === "" ? [] : [{ key: "User-Agent", value: access.userAgent }],
    },
  };
  return soleRecord(uid, record, directoryStream(world, "auditlogs"));
}

/** By the operation's first word. */
function operationType(operation: string): string {
  if (/^Add (?:delegated|app role|owner|member)/.test(operation)) return "Assign";
  if (/^(?:Add service principal credentials|Update)/.test(operation)) return "Update";
  if (/^(?:Add|Create)/.test(operation)) return "Add";
  return /^(?:Delete|Remove)/.test(operation) ? "Delete" : "Update";
}

function directoryStream(world: World, category: string): Stream {
  return streamNamed(world, `azure/entra/${category}`, () => ({
    layout: world.azure.directoryLayout,
    place: { log: `insights-logs-${category}`, scope: `tenantId=${world.azure.tenant}` },
    delayMs: 420_000,
  }));
}
