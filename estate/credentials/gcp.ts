// Google Cloud identities and the ways in which they hold credentials: attached service accounts, keys, federation with other issuers,
// chains of impersonation, people.

import type { WorkloadType } from "../../model/identity-action.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import type { Credential, GcpAccess, GcpCall, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import type { GcpProject } from "../world.ts";
import { noCredential } from "./aws.ts";
import { Way } from "./way.ts";

export interface GcpAccount extends Identity {
  readonly email: string;
  /** 21 digits. */
  readonly uniqueId: string;
}

export function gcpServiceAccount(random: Random, project: GcpProject, name: string, workload: WorkloadType = "unknown"): GcpAccount {
  const email = `${name}@${project.id}.iam.gserviceaccount.com`;
  return {
    uid: email,
    email,
    name,
    uniqueId: `1${random.digits(20)}`,
    provider: "gcp",
    account: project.id,
    principalType: "service-account",
    workloadType: workload,
    isMachine: true,
  };
}

/** One that has keys and can be acted as: Google's own accounts cannot. */
export function isGcpAccount(identity: Identity): identity is GcpAccount {
  return identity.provider === "gcp" && "uniqueId" in identity && identity.uniqueId !== "" && "email" in identity;
}

export interface GcpOrigin {
  /** An address, "private" or "gce-internal-ip". */
  readonly address: string;
  readonly userAgent: string;
}

/** The account of a machine, function or job: the platform gives it tokens, and no log names them. */
export function attachedAccount(random: Random, account: GcpAccount, origin: GcpOrigin): Way<GcpAccess> {
  const access = accountAccess(account, origin, noCredential, {});
  return new Way(random, account, "platform-session", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

/** A key file that somebody downloaded. */
export function accountKey(random: Random, account: GcpAccount, origin: GcpOrigin, issuedAtMs: number): Way<GcpAccess> {
  const access = accountKeyAccess(account, origin, random.hex(40), issuedAtMs);
  return new Way(random, account, "static-key", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

export function accountKeyAccess(account: GcpAccount, origin: GcpOrigin, keyId: string, issuedAtMs: number): GcpAccess {
  const credential: Credential = { uid: keyId, type: "service-account-key", lifetime: "static", issuedAtMs };
  const serviceAccountKeyName = `//iam.googleapis.com/projects/${account.account}/serviceAccounts/${account.email}/keys/${keyId}`;
  return accountAccess(account, origin, credential, { serviceAccountKeyName });
}

function accountAccess(account: GcpAccount, origin: GcpOrigin, credential: Credential, more: JsonObject): GcpAccess {
  const authenticationInfo = { principalEmail: account.email, ...more, principalSubject: `serviceAccount:${account.email}` };
  return presented(account, origin, credential, authenticationInfo);
}

function presented(identity: Identity, origin: GcpOrigin, credential: Credential, authenticationInfo: JsonObject): GcpAccess {
  const { address, userAgent } = origin;
  return { provider: "gcp", identity, credential, address, userAgent, delegation: [], statedIssuer: "", authenticationInfo };
}

/** An account that Google runs for a project: service-NUMBER@gcp-sa-pubsub.iam.gserviceaccount.com. */
export function serviceAgent(project: GcpProject, email: string): GcpAccount {
  const facts = {
    provider: "gcp",
    account: project.id,
    principalType: "service-account",
    workloadType: "provider-service",
    isMachine: true,
  } as const;
  return { ...facts, uid: email, email, name: email, uniqueId: "" };
}

export function gcpPerson(project: GcpProject, email: string): Identity {
  return { uid: email, name: email, provider: "gcp", account: project.id, principalType: "user", workloadType: "human", isMachine: false };
}

/** gcloud's own OAuth client; the console's calls name none. */
const gcloudClient = "32555940559.apps.googleusercontent.com";

/** A person by console or gcloud; logs name no credential but gcloud's client. */
export function personSession(random: Random, person: Identity, origin: GcpOrigin, tool: "console" | "gcloud"): Way<GcpAccess> {
  const token: Credential = { uid: "", type: "access-token", lifetime: "short-lived", issuedAtMs: 0 };
  const info = { principalEmail: person.uid, principalSubject: `user:${person.uid}` };
  const access = presented(person, origin, token, tool === "gcloud" ? { ...info, oauthInfo: { oauthClientId: gcloudClient } } : info);
  return new Way(random, person, "person", () => ({ access, lastsMs: hourMs }));
}

/** An identity that Google knows without an account of its own: `principal` is its whole principal identifier. */
export function ownPrincipal(random: Random, identity: Identity, principal: string, origin: GcpOrigin): Way<GcpAccess> {
  const access = presented(identity, origin, federated, { principalSubject: principal });
  return new Way(random, identity, "platform-session", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

const federated: Credential = { uid: "", type: "federated-credential", lifetime: "short-lived", issuedAtMs: 0 };

/** A pool of workload identities and the issuer that it trusts. */
export interface WorkloadPool {
  readonly project: GcpProject;
  /** github */
  readonly name: string;
  /** Of its issuer, within the pool: actions */
  readonly provider: string;
}

function poolName({ project, name }: WorkloadPool): string {
  return `iam.googleapis.com/projects/${project.number}/locations/global/workloadIdentityPools/${name}`;
}

/** principal://iam.googleapis.com/…/subject/SUBJECT */
export function poolPrincipal(pool: WorkloadPool, subject: string): string {
  return `principal://${poolName(pool)}/subject/${subject}`;
}

interface PoolOptions {
  readonly pool: WorkloadPool;
  /** Of the token in hand: repo:org/app:ref:refs/heads/main; the run may change, the identity does not. */
  readonly subject: (atMs: number) => string;
  readonly origin: (atMs: number) => GcpOrigin;
}

/** Another issuer's token, traded for one of Google's: the exchange stands in the pool's project, later calls name the principal. */
export function workloadIdentity(random: Random, identity: Identity, { pool, subject, origin }: PoolOptions): Way<GcpAccess> {
  return new Way(random, identity, "federated-session", (atMs, emitter) => {
    const [tokenSubject, from, issuedAtMs] = [subject(atMs), origin(atMs), atMs - 700];
    const principal = poolPrincipal(pool, tokenSubject);
    emitter.gcp(issuedAtMs, presented(identity, from, federated, { principalSubject: tokenSubject }), exchangeToken(pool, principal, identity));
    return { access: presented(identity, from, { ...federated, issuedAtMs }, { principalSubject: principal }), lastsMs: hourMs - 60_000 };
  });
}

function exchangeToken(pool: WorkloadPool, principal: string, { uid }: Identity): GcpCall {
  const [service, method] = ["sts.googleapis.com", "google.identity.sts.v1.SecurityTokenService.ExchangeToken"];
  const provider = `${poolName(pool)}/providers/${pool.provider}`;
  return {
    provider: "gcp",
    service,
    method,
    project: pool.project.id,
    resourceName: provider.slice("iam.googleapis.com/".length),
    resource: { type: "audited_resource", labels: { method, project_id: pool.project.id, service } },
    permission: "sts.identityProviders.checkLogging",
    isAdminActivity: false,
    request: {
      "@type": "type.googleapis.com/google.identity.sts.v1.ExchangeTokenRequest",
      audience: `//${provider}`,
      grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
      requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
      subjectTokenType: "urn:ietf:params:oauth:token-type:jwt",
    },
    metadata: { "@type": "type.googleapis.com/google.identity.sts.v1.AuditData", mapped_principal: principal },
    issues: { uid: "", to: uid },
  };
}

/**
 * An account that another one acts as: from -> through[0] -> through[1] -> … -> account. One call opens the session, and every
 * later call states the chain, nearest first.
 */
export function impersonatedAccount(
  random: Random,
  from: Way<GcpAccess>,
  through: readonly GcpAccount[],
  account: GcpAccount,
  origin: GcpOrigin | ((atMs: number) => GcpOrigin),
): Way<GcpAccess> {
  return new Way(random, account, "delegated-session", (atMs, emitter) => {
    const issuedAtMs = atMs - 400;
    const caller = from.at(issuedAtMs, emitter);
    emitter.gcp(issuedAtMs, caller, generateAccessToken(account, through));
    const access = actingAs(account, caller, through, typeof origin === "function" ? origin(atMs) : origin, issuedAtMs);
    return { access, lastsMs: hourMs - 60_000 };
  });
}

/** What a caller presents once it acts as another account: the chain is stated nearest first. */
export function actingAs(account: GcpAccount, caller: GcpAccess, through: readonly GcpAccount[], origin: GcpOrigin, issuedAtMs: number): GcpAccess {
  const nearest = [...through].reverse();
  const delegation = [...nearest.map(({ email }) => email), caller.identity.uid, ...caller.delegation];
  const chain = [...nearest.map(({ email }) => authority({ principalEmail: email })), authority(caller.authenticationInfo), ...chainOf(caller)];
  const credential: Credential = { uid: "", type: "access-token", lifetime: "short-lived", issuedAtMs };
  const access = accountAccess(account, origin, credential, { serviceAccountDelegationInfo: chain });
  return { ...access, delegation, statedIssuer: delegation[0] ?? "" };
}

/** Accounts are named by e-mail, whoever has none by the whole principal. */
function authority({ principalEmail, principalSubject }: JsonObject): JsonObject {
  return typeof principalEmail === "string" ? { firstPartyPrincipal: { principalEmail } } : { principalSubject: principalSubject ?? "" };
}

function chainOf({ authenticationInfo: { serviceAccountDelegationInfo } }: GcpAccess): readonly JsonValue[] {
  return Array.isArray(serviceAccountDelegationInfo) ? serviceAccountDelegationInfo : [];
}

/** The call that hands out a token of another account, through delegates where there are any. */
export function generateAccessToken(account: GcpAccount, through: readonly GcpAccount[]): GcpCall {
  const name = `projects/-/serviceAccounts/${account.email}`;
  const delegates = through.map(({ email }) => `projects/-/serviceAccounts/${email}`);
  const request = { "@type": "type.googleapis.com/google.iam.credentials.v1.GenerateAccessTokenRequest", name };
  return {
    provider: "gcp",
    service: "iamcredentials.googleapis.com",
    method: "GenerateAccessToken",
    project: account.account,
    resourceName: `projects/-/serviceAccounts/${account.uniqueId}`,
    resource: { type: "service_account", labels: { email_id: account.email, project_id: account.account, unique_id: account.uniqueId } },
    permission: "iam.serviceAccounts.getAccessToken",
    isAdminActivity: false,
    issues: { uid: "", to: account.uid },
    request: delegates.length === 0 ? request : { ...request, delegates },
    ...(delegates.length === 0 ? {} : { metadata: { identityDelegationChain: delegates } }),
  };
}
