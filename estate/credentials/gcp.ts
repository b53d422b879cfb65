// Google Cloud identities and the ways in which they hold credentials: attached service accounts, keys, chains of impersonation.

import type { WorkloadType } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import type { Credential, GcpAccess, Identity } from "../identity.ts";
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
  return {
    provider: "gcp",
    identity: account,
    credential,
    address: origin.address,
    userAgent: origin.userAgent,
    delegation: [],
    statedIssuer: "",
    authenticationInfo: { principalEmail: account.email, ...more, principalSubject: `serviceAccount:${account.email}` },
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
  origin: GcpOrigin,
): Way<GcpAccess> {
  return new Way(random, account, "delegated-session", (atMs, emitter) => {
    const issuedAtMs = atMs - 400;
    const caller = from.at(issuedAtMs, emitter);
    emitter.gcp(issuedAtMs, caller, generateAccessToken(account, through));
    const chain = [...through].reverse().map(({ email }) => email);
    chain.push(caller.identity.uid);
    return { access: delegatedAccess(account, origin, [...chain, ...caller.delegation], issuedAtMs), lastsMs: hourMs - 60_000 };
  });
}

function delegatedAccess(account: GcpAccount, origin: GcpOrigin, chain: readonly string[], issuedAtMs: number): GcpAccess {
  const credential: Credential = { uid: "", type: "access-token", lifetime: "short-lived", issuedAtMs };
  const access = accountAccess(account, origin, credential, {
    serviceAccountDelegationInfo: chain.map((email) => ({ firstPartyPrincipal: { principalEmail: email } })),
  });
  return { ...access, delegation: chain, statedIssuer: chain[0] ?? "" };
}

function generateAccessToken(account: GcpAccount, through: readonly GcpAccount[]) {
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
    request: delegates.length === 0 ? request : { ...request, delegates },
    ...(delegates.length === 0 ? {} : { metadata: { identityDelegationChain: delegates } }),
  } as const;
}
