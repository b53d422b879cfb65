// AWS identities and the ways in which machines hold their credentials: instance profiles, access keys, assumed roles, web identity.
// What a call of issue hands out is what the next calls present.

import type { WorkloadType } from "../../model/identity-action.ts";
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import type { Emitter } from "../hour.ts";
import type { AwsAccess, AwsCall, Credential, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import type { AwsAccount } from "../world.ts";
import { Way } from "./way.ts";

export interface AwsRole extends Identity {
  readonly roleName: string;
  /** AROA… */
  readonly uniqueId: string;
}

export interface AwsUser extends Identity {
  /** AIDA… */
  readonly uniqueId: string;
}

interface RoleOptions {
  readonly path?: string;
  readonly workload?: WorkloadType;
  readonly isMachine?: boolean;
}

export function awsRole(random: Random, account: AwsAccount, roleName: string, options: RoleOptions = {}): AwsRole {
  const { path = "/", workload = "unknown", isMachine = true } = options;
  const uid = `arn:aws:iam::${account.id}:role${path}${roleName}`;
  return {
    uid,
    name: roleName,
    roleName,
    uniqueId: `AROA${random.key(17)}`,
    provider: "aws",
    account: account.id,
    principalType: "iam-role",
    workloadType: workload,
    isMachine,
  };
}

export function awsUser(random: Random, account: AwsAccount, name: string, options: RoleOptions = {}): AwsUser {
  const { path = "/", workload = "unknown", isMachine = true } = options;
  const uid = `arn:aws:iam::${account.id}:user${path}${name}`;
  const uniqueId = `AIDA${random.key(17)}`;
  return { uid, name, uniqueId, provider: "aws", account: account.id, principalType: "iam-user", workloadType: workload, isMachine };
}

/** A service that acts on its own: ec2.amazonaws.com. */
function awsService(host: string): Identity {
  const name = host.split(".")[0] ?? host;
  return { uid: host, name, provider: "aws", account: "", principalType: "aws-service", workloadType: "provider-service", isMachine: true };
}

export const noCredential: Credential = { uid: "", type: "none", lifetime: "short-lived", issuedAtMs: 0 };

export function awsServiceAccess(host: string, account: string, region: string): AwsAccess {
  return {
    provider: "aws",
    identity: awsService(host),
    credential: noCredential,
    address: host,
    userAgent: host,
    delegation: [],
    statedIssuer: "",
    account,
    region,
    userIdentity: { type: "AWSService", invokedBy: host },
  };
}

/** From where and with what a machine calls. */
export interface Origin {
  readonly address: string;
  readonly userAgent: string;
  readonly region: string;
}

interface SessionOptions extends Origin {
  readonly role: AwsRole;
  readonly sessionName: string;
  readonly accessKeyId: string;
  readonly atMs: number;
  /** Members of sessionContext: ec2RoleDelivery, webIdFederationData, sourceIdentity. */
  readonly context?: JsonObject;
  /** userIdentity.inScopeOf: to which instance or function the service handed it. */
  readonly inScopeOf?: JsonObject;
  readonly delegation?: readonly string[];
  readonly statedIssuer?: string;
}

/** What a session of a role presents. */
export function roleSession(options: SessionOptions): AwsAccess {
  const { role, sessionName, accessKeyId, atMs, context = {}, inScopeOf, address, userAgent, region, delegation = [], statedIssuer = "" } = options;
  return {
    provider: "aws",
    identity: role,
    credential: { uid: accessKeyId, type: "sts-session", lifetime: "short-lived", issuedAtMs: atMs },
    address,
    userAgent,
    delegation,
    statedIssuer,
    account: role.account,
    region,
    userIdentity: {
      type: "AssumedRole",
      principalId: `${role.uniqueId}:${sessionName}`,
      arn: `arn:aws:sts::${role.account}:assumed-role/${role.roleName}/${sessionName}`,
      accountId: role.account,
      accessKeyId,
      sessionContext: {
        sessionIssuer: { type: "Role", principalId: role.uniqueId, arn: role.uid, accountId: role.account, userName: role.roleName },
        attributes: { creationDate: awsTime(atMs), mfaAuthenticated: "false" },
        ...context,
      },
      ...(inScopeOf === undefined ? {} : { inScopeOf }),
    },
  };
}

/** The role of an instance: EC2 itself opens its sessions and renews them every six hours. */
export function instanceProfile(random: Random, role: AwsRole, origin: Origin, instanceId = `i-0${random.hex(16)}`): Way<AwsAccess> {
  return new Way(random, role, "platform-session", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 40_000;
    const call = serviceAssumesRole(assumeRoleCall(session, role, instanceId, accessKeyId, issuedAtMs, 6 * hourMs), session);
    emitter.aws(issuedAtMs, awsServiceAccess("ec2.amazonaws.com", role.account, origin.region), call);
    const inScopeOf = {
      issuerType: "AWS::EC2::Instance",
      credentialsIssuedTo: `arn:aws:ec2:${origin.region}:${role.account}:instance/${instanceId}`,
    };
    const context = { ec2RoleDelivery: "2.0" };
    const access = roleSession({ ...origin, role, sessionName: instanceId, accessKeyId, atMs: issuedAtMs, context, inScopeOf });
    return { access, lastsMs: 5.5 * hourMs };
  });
}

/** An access key of a user, made long ago, until `rotate` replaces it. */
export function accessKey(random: Random, user: AwsUser, origin: Origin, issuedAtMs: number): Way<AwsAccess> {
  const access = keyAccess(user, origin, `AKIA${random.key(16)}`, issuedAtMs);
  return new Way(random, user, "static-key", () => ({ access, lastsMs: Number.POSITIVE_INFINITY }));
}

export function keyAccess(user: AwsUser, origin: Origin, accessKeyId: string, issuedAtMs: number): AwsAccess {
  return {
    provider: "aws",
    identity: user,
    credential: { uid: accessKeyId, type: "access-key", lifetime: "static", issuedAtMs },
    ...origin,
    delegation: [],
    statedIssuer: "",
    account: user.account,
    userIdentity: {
      type: "IAMUser",
      principalId: user.uniqueId,
      arn: user.uid,
      accountId: user.account,
      accessKeyId,
      userName: user.name,
    },
  };
}

export interface AssumeOptions extends Origin {
  readonly sessionName: (atMs: number) => string;
  readonly lastsMs?: number;
  /** What the caller brings to a role of a customer. */
  readonly externalId?: string;
}

/** A role that another identity assumes. */
export function assumedRole(random: Random, from: Way<AwsAccess>, role: AwsRole, options: AssumeOptions): Way<AwsAccess> {
  const { sessionName, lastsMs = hourMs, externalId, ...origin } = options;
  return new Way(random, role, "delegated-session", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 900;
    const name = sessionName(atMs);
    const call = assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs);
    const request = externalId === undefined ? call.request : { ...call.request, externalId };
    emitter.aws(issuedAtMs, from.at(issuedAtMs, emitter), { ...call, request: request ?? null });
    return { access: roleSession({ ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs }), lastsMs: lastsMs - 60_000 };
  });
}

interface WebIdentity {
  /** Who holds the token, as the estate knows it. */
  readonly identity: Identity;
  /** Host and path of the issuer. */
  readonly issuer: string;
  /** Of this token: system:serviceaccount:shop:checkout, repo:org/app:ref:refs/heads/main. */
  readonly subject: string;
  /** For whom the token was made; sts.amazonaws.com where absent. */
  readonly audience?: string;
}

interface WebIdentityOptions extends Origin {
  readonly token: (atMs: number) => WebIdentity;
  readonly sessionName: (atMs: number) => string;
  readonly lastsMs?: number;
  /** Where each session comes from another place: hosted runners. In place of `address`. */
  readonly addressOf?: (session: Random) => string;
}

/** A role for an OpenID Connect token: pods (IRSA), CI runs. */
export function webIdentityRole(random: Random, role: AwsRole, options: WebIdentityOptions): Way<AwsAccess> {
  const { token, sessionName, lastsMs = hourMs, addressOf, userAgent, region } = options;
  return new Way(random, role, "federated-session", (atMs, emitter, session) => {
    const origin = { address: addressOf?.(session) ?? options.address, userAgent, region };
    const { identity, issuer, subject, audience = "sts.amazonaws.com" } = token(atMs);
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 700;
    const name = sessionName(atMs);
    const provider = `arn:aws:iam::${role.account}:oidc-provider/${issuer}`;
    const caller = webIdentityAccess(identity, origin, role.account, { provider, audience, subject });
    emitter.aws(issuedAtMs, caller, webIdentityCall(session, { role, name, accessKeyId, atMs: issuedAtMs, lastsMs, provider, audience, subject }));
    const context = { webIdFederationData: { federatedProvider: provider, attributes: {} } };
    const access = roleSession({ ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs, context, statedIssuer: provider });
    return { access, lastsMs: lastsMs - 60_000 };
  });
}

interface Token {
  readonly provider: string;
  readonly audience: string;
  readonly subject: string;
}

function webIdentityAccess(identity: Identity, origin: Origin, account: string, { provider, audience, subject }: Token): AwsAccess {
  return {
    provider: "aws",
    identity,
    credential: noCredential,
    ...origin,
    delegation: [],
    statedIssuer: provider,
    account,
    userIdentity: { type: "WebIdentityUser", principalId: `${provider}:${audience}:${subject}`, userName: subject, identityProvider: provider },
  };
}

interface WebIdentityIssue extends Token {
  readonly role: AwsRole;
  readonly name: string;
  readonly accessKeyId: string;
  readonly atMs: number;
  readonly lastsMs: number;
}

function webIdentityCall(random: Random, { role, name, accessKeyId, atMs, lastsMs, provider, audience, subject }: WebIdentityIssue): AwsCall {
  const call = assumeRoleCall(random, role, name, accessKeyId, atMs, lastsMs);
  return {
    ...call,
    name: "AssumeRoleWithWebIdentity",
    response: { subjectFromWebIdentityToken: subject, ...call.response, provider, audience },
  };
}

/** A service asks for no duration, and its record stands in two accounts' logs under one shared id. */
export function serviceAssumesRole(call: AwsCall, random: Random): AwsCall {
  const { roleArn = "", roleSessionName = "" } = call.request ?? {};
  return { ...call, request: { roleArn, roleSessionName }, more: { sharedEventID: random.uuid() } };
}

export function assumeRoleCall(random: Random, role: AwsRole, sessionName: string, accessKeyId: string, atMs: number, lastsMs: number): AwsCall {
  return {
    provider: "aws",
    service: "sts",
    name: "AssumeRole",
    isReadOnly: true,
    request: { roleArn: role.uid, roleSessionName: sessionName, durationSeconds: lastsMs / 1000 },
    response: {
      credentials: {
        accessKeyId,
        sessionToken: `IQoJb3JpZ2luX2VjE${random.base64(random.integer(720, 860))}==`,
        expiration: longTime(atMs + lastsMs),
      },
      assumedRoleUser: {
        assumedRoleId: `${role.uniqueId}:${sessionName}`,
        arn: `arn:aws:sts::${role.account}:assumed-role/${role.roleName}/${sessionName}`,
      },
    },
    resources: [{ arn: role.uid, type: "AWS::IAM::Role", account: role.account }],
    issues: { uid: accessKeyId, to: role.uid },
  };
}

/** New key made, old one deleted, by `by`; the machine presents the new one from then on. */
export function rotateAccessKey(random: Random, way: Way<AwsAccess>, by: AwsAccess, atMs: number, emitter: Emitter): void {
  const old = way.at(atMs, emitter);
  const user = way.identity as AwsUser;
  const accessKeyId = `AKIA${random.key(16)}`;
  const fresh = keyAccess(user, old, accessKeyId, atMs);
  emitter.aws(atMs, by, createdAccessKey(user, accessKeyId, by.identity, atMs));
  way.replace(fresh, atMs + 15_000);
  for (const [delayMs, name] of [
    [600_000, "UpdateAccessKey"],
    [900_000, "DeleteAccessKey"],
  ] as const) {
    emitter.aws(atMs + delayMs, by, {
      provider: "aws",
      service: "iam",
      name,
      region: "us-east-1",
      isReadOnly: false,
      request: { userName: user.name, accessKeyId: old.credential.uid, ...(name === "UpdateAccessKey" ? { status: "Inactive" } : {}) },
    });
  }
}

/** CreateAccessKey, and what it hands out. */
export function createdAccessKey(user: AwsUser, accessKeyId: string, by: Identity, atMs: number): AwsCall {
  return {
    provider: "aws",
    service: "iam",
    name: "CreateAccessKey",
    region: "us-east-1",
    isReadOnly: false,
    request: { userName: user.name },
    response: { accessKey: { userName: user.name, accessKeyId, status: "Active", createDate: longTime(atMs) } },
    // IAM's answer names the user without its path.
    issues: { uid: accessKeyId, to: by.uid === user.uid ? user.uid : `arn:aws:iam::${user.account}:user/${user.name}` },
  };
}

/** 2026-11-09T02:10:00Z */
export function awsTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Nov 9, 2026, 8:10:00 AM */
function longTime(atMs: number): string {
  const date = new Date(atMs);
  const hours = date.getUTCHours();
  const clock = `${hours % 12 || 12}:${date.toISOString().slice(14, 19)} ${hours < 12 ? "AM" : "PM"}`;
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock}`;
}
