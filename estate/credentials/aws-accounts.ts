// Roles that somebody of another account assumes. Both accounts' logs tell it, each in its own way: the caller's knows who it is,
// the role's owner sees a foreign account and a unique id; sharedEventID joins the two.
import { hourMs } from "../calendar.ts";
import type { AwsAccess, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import { type AssumeOptions, type AwsRole, assumeRoleCall, noCredential, type Origin, roleSession } from "./aws.ts";
import { Way } from "./way.ts";

interface Crossing {
  readonly sessionName: (atMs: number) => string;
  readonly lastsMs?: number;
  /** Where the role is used; the caller's own region where absent. */
  readonly region?: string;
}

/** A role of an account of the same organisation: one event, two records. Whoever assumes it calls from where it was. */
export function crossAccountRole(random: Random, from: Way<AwsAccess>, role: AwsRole, crossing: Crossing): Way<AwsAccess> {
  const { sessionName, lastsMs = hourMs } = crossing;
  return new Way(random, role, "delegated-session", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 900;
    const name = sessionName(atMs);
    const caller = from.at(issuedAtMs, emitter);
    const more = { requestID: session.uuid(), sharedEventID: session.uuid() };
    const call = { ...assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs), more };
    emitter.aws(issuedAtMs, caller, call);
    emitter.aws(issuedAtMs, seenFromOutside(caller, role.account), call);
    const origin = { address: caller.address, userAgent: caller.userAgent, region: crossing.region ?? caller.region };
    return { access: roleSession({ ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs }), lastsMs: lastsMs - 60_000 };
  });
}

/** Somebody of an account whose log is not ours. */
export interface Vendor {
  readonly identity: Identity;
  readonly principalId: string;
}

export function awsVendor(random: Random, account: string): Vendor {
  const uniqueId = `AROA${random.key(17)}`;
  return { identity: outsider(uniqueId, account), principalId: `${uniqueId}:collector` };
}

/** A role for a vendor, who brings the external id that was agreed on. */
export function vendorRole(random: Random, vendor: Vendor, role: AwsRole, options: AssumeOptions & { readonly externalId: string }): Way<AwsAccess> {
  const { sessionName, lastsMs = hourMs, externalId, ...origin } = options;
  return new Way(random, role, "delegated-session", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 900;
    const name = sessionName(atMs);
    const call = assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs);
    const caller = outsideAccess(vendor.identity, vendor.principalId, origin, role.account);
    emitter.aws(issuedAtMs, caller, { ...call, request: { ...call.request, externalId }, more: { sharedEventID: session.uuid() } });
    return { access: roleSession({ ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs }), lastsMs: lastsMs - 60_000 };
  });
}

/** The same caller as the log of another account names it. */
function seenFromOutside(caller: AwsAccess, account: string): AwsAccess {
  const { principalId } = caller.userIdentity;
  if (typeof principalId !== "string") throw new RangeError(`${caller.identity.uid} has no unique id`);
  const uniqueId = principalId.split(":")[0] ?? principalId;
  const { workloadType, isMachine } = caller.identity;
  return outsideAccess({ ...outsider(uniqueId, caller.account), workloadType, isMachine }, principalId, caller, account);
}

function outsideAccess(identity: Identity, principalId: string, { address, userAgent, region }: Origin, account: string): AwsAccess {
  return {
    provider: "aws",
    identity,
    credential: noCredential,
    address,
    userAgent,
    region,
    delegation: [],
    statedIssuer: "",
    account,
    userIdentity: { type: "AWSAccount", principalId, accountId: identity.account },
  };
}

function outsider(uniqueId: string, account: string): Identity {
  const principalType = uniqueId.startsWith("AIDA") ? "iam-user" : "iam-role";
  return { uid: uniqueId, name: uniqueId, provider: "aws", account, principalType, workloadType: "third-party", isMachine: true };
}
