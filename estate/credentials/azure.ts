// Azure and Entra identities and the ways in which they hold credentials: managed identities, client secrets, federated credentials.
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

/** What a token of Resource Manager is for, as sign-ins name it. */
export const resourceManager = {
  name: "Windows Azure Service Management API",
  appId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  objectId: "00000000-0000-4000-8000-0000000000a1",
} as const;

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
export function managedIdentity(random: Random, application: AzureApplication, resourceId: string, origin: AzureOrigin): Way<AzureAccess> {
  const keyId = random.uuid();
  return new Way(random, application, "platform-session", (atMs, emitter, drawn) => {
    const properties = { servicePrincipalCredentialKeyId: keyId, managedIdentityType: "systemAssigned" };
    const certificate: Credential = { uid: keyId, type: "client-certificate", lifetime: "short-lived", issuedAtMs: 0 };
    const session = { application, origin: { ...origin, address: "" }, credential: certificate, category: "ManagedIdentitySignInLogs" } as const;
    const signedIn = signIn(drawn, { ...session, atMs, properties });
    emitter.azure(signedIn.atMs, signedIn.caller, signedIn.call);
    return { access: { ...signedIn.access, address: origin.address, managedResource: resourceId }, lastsMs: 23 * hourMs };
  });
}

/** A service principal with a client secret; a token an hour. */
export function clientSecret(random: Random, application: AzureApplication, origin: AzureOrigin, issuedAtMs: number): Way<AzureAccess> {
  const secret: Credential = { uid: random.uuid(), type: "client-secret", lifetime: "static", issuedAtMs };
  return servicePrincipal(random, application, origin, secret, "static-key");
}

/** A service principal that trusts another issuer's tokens. */
export function federatedCredential(random: Random, application: AzureApplication, origin: AzureOrigin): Way<AzureAccess> {
  const trust: Credential = { uid: random.uuid(), type: "federated-credential", lifetime: "short-lived", issuedAtMs: 0 };
  return servicePrincipal(random, application, origin, trust, "federated-session");
}

function servicePrincipal(
  random: Random,
  application: AzureApplication,
  origin: AzureOrigin,
  credential: Credential,
  kind: "static-key" | "federated-session",
): Way<AzureAccess> {
  const isFederated = kind === "federated-session";
  const properties = isFederated
    ? { federatedCredentialId: credential.uid, clientCredentialType: "federatedIdentityCredential" }
    : { servicePrincipalCredentialKeyId: credential.uid, clientCredentialType: "clientSecret" };
  return new Way(random, application, kind, (atMs, emitter, drawn) => {
    const category = "ServicePrincipalSignInLogs";
    const signedIn = signIn(drawn, { application, origin, credential, category, atMs, properties });
    emitter.azure(signedIn.atMs, signedIn.caller, signedIn.call);
    return { access: signedIn.access, lastsMs: 55 * 60_000 };
  });
}

interface SignIn {
  readonly application: AzureApplication;
  readonly origin: AzureOrigin;
  readonly credential: Credential;
  readonly category: EntraSigninCall["category"];
  readonly atMs: number;
  readonly properties: JsonObject;
}

interface SignedIn {
  readonly atMs: number;
  readonly caller: AzureAccess;
  readonly call: EntraSigninCall;
  readonly access: AzureAccess;
}

/** The sign-in, who made it, and what is presented from then on. */
export function signIn(random: Random, { application, origin, credential, category, atMs, properties }: SignIn): SignedIn {
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
    resource: resourceManager,
    properties,
    issues: { uid: tokenId, to: application.uid },
  };
  const token: Credential = { uid: tokenId, type: "access-token", lifetime: "short-lived", issuedAtMs: atMs - 1_200 };
  return { atMs: atMs - 1_200, caller, call, access: { ...caller, credential: token, tokenId } };
}
