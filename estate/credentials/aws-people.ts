// People in AWS: IAM Identity Center signs them in by SAML, and they work in the console or with the CLI; in an emergency somebody
// assumes a role with a second factor.
import { hourMs } from "../calendar.ts";
import type { AwsAccess, AwsCall, Identity } from "../identity.ts";
import type { Random } from "../random.ts";
import type { AwsAccount } from "../world.ts";
import { type AssumeOptions, type AwsRole, assumeRoleCall, awsRole, awsTime, noCredential, type Origin, roleSession } from "./aws.ts";
import { Way } from "./way.ts";

/** The role that Identity Center makes of a permission set in an account. */
export function permissionSetRole(random: Random, account: AwsAccount, permissionSet: string): AwsRole {
  const name = `AWSReservedSSO_${permissionSet}_${random.hex(16)}`;
  return awsRole(random, account, name, { path: `/aws-reserved/sso.amazonaws.com/${account.regions[0]}/`, workload: "human", isMachine: false });
}

export interface Person {
  /** As the account's SAML provider names it. */
  readonly identity: Identity;
  readonly signInName: string;
  readonly qualifier: string;
}

/** `qualifier` is of the account's SAML provider, 27 characters and "=". */
export function ssoPerson(account: AwsAccount, qualifier: string, signInName: string): Person {
  const uid = `saml/${qualifier}:${signInName}`;
  const identity: Identity = {
    uid,
    name: signInName,
    provider: "aws",
    account: account.id,
    principalType: "federated-subject",
    workloadType: "human",
    isMachine: false,
  };
  return { identity, signInName, qualifier };
}

/** A person's session of a permission set's role. */
export function ssoSession(
  random: Random,
  person: Person,
  role: AwsRole,
  { lastsMs = 4 * hourMs, ...origin }: Origin & { lastsMs?: number },
): Way<AwsAccess> {
  const { signInName, qualifier } = person;
  return new Way(random, role, "person", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - session.integer(900, 3_000);
    const assumed = assumeRoleCall(session, role, signInName, accessKeyId, issuedAtMs, lastsMs);
    const principalArn = `arn:aws:iam::${role.account}:saml-provider/AWSSSO_${qualifier.slice(0, 16).toLowerCase()}_DO_NOT_DELETE`;
    const caller: AwsAccess = {
      provider: "aws",
      identity: person.identity,
      credential: { uid: "", type: "federated-credential", lifetime: "short-lived", issuedAtMs },
      ...origin,
      userAgent: "aws-internal/3",
      delegation: [],
      statedIssuer: "",
      account: role.account,
      userIdentity: { type: "SAMLUser", principalId: `${qualifier}:${signInName}`, userName: signInName, identityProvider: qualifier },
    };
    emitter.aws(issuedAtMs, caller, {
      ...assumed,
      name: "AssumeRoleWithSAML",
      request: { sAMLAssertionID: `_${session.uuid()}`, ...assumed.request, principalArn },
      response: {
        subjectType: "persistent",
        issuer: `https://portal.sso.${origin.region}.amazonaws.com/saml/assertion/${role.account}`,
        ...assumed.response,
        nameQualifier: qualifier,
        subject: signInName,
        audience: "https://signin.aws.amazon.com/saml",
      },
    });
    const access = roleSession({ ...origin, role, sessionName: signInName, accessKeyId, atMs: issuedAtMs });
    const isConsole = origin.userAgent.startsWith("Mozilla/");
    const credential = isConsole ? { ...access.credential, type: "console-session" as const } : access.credential;
    return { access: { ...access, credential }, lastsMs: lastsMs - 60_000 };
  });
}

/** The console's own record of a sign-in. */
export function consoleLogin(region: string): AwsCall {
  return {
    provider: "aws",
    service: "signin",
    name: "ConsoleLogin",
    isReadOnly: false,
    response: { ConsoleLogin: "Success" },
    more: {
      additionalEventData: { MobileVersion: "No", MFAUsed: "No", LoginTo: `https://${region}.console.aws.amazon.com/console/home` },
      eventType: "AwsConsoleSignIn",
    },
  };
}

/** What the console presents at its sign-in: the session without its key. */
export function beforeConsole(access: AwsAccess): AwsAccess {
  return { ...access, credential: noCredential, userIdentity: { ...access.userIdentity, accessKeyId: "" } };
}

/** A role that a person assumes with a second factor. */
export function roleWithSecondFactor(random: Random, from: Way<AwsAccess>, role: AwsRole, options: AssumeOptions): Way<AwsAccess> {
  const { sessionName, lastsMs = hourMs, address, userAgent, region } = options;
  return new Way(random, role, "person", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 1_500;
    const name = sessionName(atMs);
    const call = assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs);
    const serialNumber = `arn:aws:iam::${role.account}:mfa/${from.identity.name}`;
    emitter.aws(issuedAtMs, from.at(issuedAtMs, emitter), { ...call, request: { ...call.request, serialNumber } });
    const context = { attributes: { creationDate: awsTime(issuedAtMs), mfaAuthenticated: "true" } };
    const facts = { address, userAgent, region, role, sessionName: name, accessKeyId, atMs: issuedAtMs, context };
    return { access: roleSession(facts), lastsMs: lastsMs - 60_000 };
  });
}
