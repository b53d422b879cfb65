// Applications of Azure and Entra and the ways in which they hold credentials: managed identities, secrets, certificates, federation.
// The id of the token that a sign-in issues is what the Activity Log's claims carry afterwards.

import type { PrincipalType, WorkloadType } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import type { AzureAccess, Credential, EntraSigninCall, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import { Way } from "./way.ts";

export interface AzureApplication extends Identity {
  /** Object id of its service principal, which is its uid. */
  readonly objectId: string;
  readonly appId: string;
}

export function isAzureApplication(identity: Identity): identity is AzureApplication {
  return identity.provider === "azure" && "appId" in identity && "objectId" in identity;
}

/** What a token is for, as sign-ins name it: an application of Microsoft's and its object in the tenant. */
export interface EntraResource {
  readonly name: string;
  readonly appId: string;
  readonly objectId: string;
}

export const resourceManager: EntraResource = {
  name: "Windows Azure Service Management API",
  appId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  objectId: "00000000-0000-4000-8000-0000000000a1",
};

/** Other resources that machines ask tokens for; application ids as Microsoft publishes them (Verify first-party Microsoft applications). */
export const entraResources = {
  graph: { name: "Microsoft Graph", appId: "00000003-0000-0000-c000-000000000000", objectId: "00000000-0000-4000-8000-0000000000a2" },
  keyVault: { name: "Azure Key Vault", appId: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093", objectId: "00000000-0000-4000-8000-0000000000a3" },
  storage: { name: "Azure Storage", appId: "e406a681-f3d4-42a8-90b6-c2b029497af1", objectId: "00000000-0000-4000-8000-0000000000a4" },
  sqlDatabase: { name: "Azure SQL Database", appId: "022907d3-0f1b-48f7-badc-1ba6abab6d66", objectId: "00000000-0000-4000-8000-0000000000a5" },
  logAnalytics: { name: "Log Analytics API", appId: "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5", objectId: "00000000-0000-4000-8000-0000000000a6" },
  cognitiveServices: {
    name: "Microsoft Cognitive Services",
    appId: "7d312290-28c8-473c-a0ed-8e53749b6d6d",
    objectId: "00000000-0000-4000-8000-0000000000a7",
  },
  kubernetes: {
    name: "Azure Kubernetes Service AAD Server",
    appId: "6dae42f8-4368-4678-94ff-3960e28e3630",
    objectId: "00000000-0000-4000-8000-0000000000a8",
  },
} as const satisfies Readonly<Record<string, EntraResource>>;

export function azureApplication(
  random: Random,
  name: string,
  account: string,
  workload: WorkloadType = "unknown",
  principalType: PrincipalType = "service-principal",
): AzureApplication {
  const objectId = random.uuid();
  return { uid: objectId, objectId, appId: random.uuid(), name, provider: "azure", account, principalType, workloadType: workload, isMachine: true };
}

export interface AzureOrigin {
  readonly address: string;
  readonly userAgent: string;
  /** Role by which Resource Manager allows its calls: Contributor. */
  readonly role: string;
}

/** The identity of a resource: Azure renews its token once a day, and its sign-ins name no address. */
export function managedIdentity(
  random: Random,
  application: AzureApplication,
  resourceId: string,
  origin: AzureOrigin,
  { keyId = random.uuid(), resource = resourceManager }: { readonly keyId?: string; readonly resource?: EntraResource } = {},
): Way<AzureAccess> {
  return new Way(random, application, "platform-session", (atMs, emitter, drawn) => {
    const properties = { servicePrincipalCredentialKeyId: keyId, managedIdentityType: "systemAssigned" };
    const certificate: Credential = { uid: keyId, type: "client-certificate", lifetime: "short-lived", issuedAtMs: 0 };
    const session = { application, origin: { ...origin, address: "" }, credential: certificate, category: "ManagedIdentitySignInLogs" } as const;
    const signedIn = signIn(drawn, { ...session, atMs, properties, resource });
    emitter.azure(signedIn.atMs, signedIn.caller, signedIn.call);
    return { access: { ...signedIn.access, address: origin.address, managedResource: resourceId }, lastsMs: 23 * hourMs };
  });
}

interface SignInOptions {
  /** Resource Manager where absent. */
  readonly resource?: EntraResource;
  /** Further members of the sign-in: appOwnerTenantId. */
  readonly properties?: JsonObject;
  /** How long a process keeps its token; a token is good for an hour. */
  readonly lastsMs?: number;
}

const tokenLastsMs = 55 * 60_000;

/** A secret that an application was given; several ways may hold it, one a resource. */
export function clientSecretCredential(random: Random, issuedAtMs: number): Credential {
  return { uid: random.uuid(), type: "client-secret", lifetime: "static", issuedAtMs };
}

export function certificateCredential(random: Random, issuedAtMs: number): Credential {
  return { uid: random.uuid(), type: "client-certificate", lifetime: "static", issuedAtMs };
}

/** A service principal with a client secret; a token an hour. */
export function clientSecret(
  random: Random,
  application: AzureApplication,
  origin: AzureOrigin,
  secret: Credential,
  options: SignInOptions = {},
): Way<AzureAccess> {
  const properties = { servicePrincipalCredentialKeyId: secret.uid, clientCredentialType: "clientSecret" };
  return servicePrincipal(random, application, origin, secret, "static-key", { ...options, properties: { ...options.properties, ...properties } });
}

/** A service principal with a certificate of its own: sign-ins name its key id and, beside it, its thumbprint. */
export function clientCertificate(
  random: Random,
  application: AzureApplication,
  origin: AzureOrigin,
  certificate: Credential,
  options: SignInOptions = {},
): Way<AzureAccess> {
  const properties = {
    servicePrincipalCredentialKeyId: certificate.uid,
    servicePrincipalCredentialThumbprint: random.hex(40).toUpperCase(),
    clientCredentialType: "clientAssertion",
  };
  const more = { ...options, properties: { ...options.properties, ...properties } };
  return servicePrincipal(random, application, origin, certificate, "static-key", more);
}

/** A service principal that trusts another issuer's tokens: GitHub's runs, a cluster's service accounts. */
export function federatedCredential(
  random: Random,
  application: AzureApplication,
  origin: AzureOrigin | ((atMs: number) => AzureOrigin),
  { trust = federatedTrust(random), ...options }: SignInOptions & { readonly trust?: Credential } = {},
): Way<AzureAccess> {
  const properties = { federatedCredentialId: trust.uid, clientCredentialType: "federatedIdentityCredential" };
  return servicePrincipal(random, application, origin, trust, "federated-session", {
    ...options,
    properties: { ...options.properties, ...properties },
  });
}

export function federatedTrust(random: Random): Credential {
  return { uid: random.uuid(), type: "federated-credential", lifetime: "short-lived", issuedAtMs: 0 };
}

function servicePrincipal(
  random: Random,
  application: AzureApplication,
  origin: AzureOrigin | ((atMs: number) => AzureOrigin),
  credential: Credential,
  kind: "static-key" | "federated-session",
  { resource = resourceManager, properties = {}, lastsMs = tokenLastsMs }: SignInOptions,
): Way<AzureAccess> {
  return new Way(random, application, kind, (atMs, emitter, drawn) => {
    const from = typeof origin === "function" ? origin(atMs) : origin;
    const category = "ServicePrincipalSignInLogs";
    const signedIn = signIn(drawn, { application, origin: from, credential, category, atMs, properties, resource });
    emitter.azure(signedIn.atMs, signedIn.caller, signedIn.call);
    return { access: signedIn.access, lastsMs };
  });
}

interface SignIn {
  readonly application: AzureApplication;
  readonly origin: AzureOrigin;
  readonly credential: Credential;
  readonly category: EntraSigninCall["category"];
  readonly atMs: number;
  readonly properties: JsonObject;
  readonly resource: EntraResource;
}

interface SignedIn {
  readonly atMs: number;
  readonly caller: AzureAccess;
  readonly call: EntraSigninCall;
  readonly access: AzureAccess;
}

/** The sign-in, who made it, and what is presented from then on. */
function signIn(random: Random, { application, origin, credential, category, atMs, properties, resource }: SignIn): SignedIn {
  const tokenId = random.base64Url(22);
  const caller: AzureAccess = {
    provider: "azure",
    identity: application,
    credential,
    ...origin,
    delegation: [],
    statedIssuer: "",
    objectId: application.objectId,
    appId: application.appId,
    upn: "",
    managedResource: "",
    tokenId: "",
  };
  const call: EntraSigninCall = {
    provider: "azure",
    log: "signin",
    category,
    resource,
    properties,
    issues: { uid: tokenId, to: application.uid },
  };
  const token: Credential = { uid: tokenId, type: "access-token", lifetime: "short-lived", issuedAtMs: atMs - 1_200 };
  return { atMs: atMs - 1_200, caller, call, access: { ...caller, credential: token, tokenId } };
}
