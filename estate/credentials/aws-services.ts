// Role sessions that an AWS service opens for what it runs: functions, tasks, jobs, devices; and the roles that only a service can
// hold. They stand apart because nobody outside of AWS ever holds what opens them.
import type { JsonObject } from "../../model/json.ts";
import { hourMs } from "../calendar.ts";
import type { AwsAccess } from "../identity.ts";
import type { Random } from "../random.ts";
import type { AwsAccount } from "../world.ts";
import { type AwsRole, assumeRoleCall, awsRole, awsServiceAccess, type Origin, roleSession, serviceAssumesRole } from "./aws.ts";
import { Way } from "./way.ts";

interface ServiceOptions extends Origin {
  /** Who opens its sessions: lambda.amazonaws.com. */
  readonly service: string;
  /** `random` is the session's own. */
  readonly sessionName: (random: Random) => string;
  readonly lastsMs?: number;
  /** What the credential was issued to: AWS::Lambda::Function and its ARN. */
  readonly scope?: { readonly type: string; readonly arn: string };
  /** The service itself makes the calls, not what it runs. */
  readonly isServiceActing?: boolean;
}

/** The role of a function, a task, a job; or the one by which a service acts. */
export function serviceSession(random: Random, role: AwsRole, options: ServiceOptions): Way<AwsAccess> {
  const { service, sessionName, lastsMs = hourMs, scope, isServiceActing = false, ...origin } = options;
  return new Way(random, role, "platform-session", (atMs, emitter, session) => {
    const name = sessionName(session);
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - session.integer(120, 900);
    const call = serviceAssumesRole(assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs), session);
    emitter.aws(issuedAtMs, awsServiceAccess(service, role.account, origin.region), call);
    const facts = { ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs };
    const access = roleSession(scope === undefined ? facts : { ...facts, inScopeOf: inScopeOf(scope, role.account) });
    return { access: isServiceActing ? throughService(access, service) : access, lastsMs: lastsMs - 60_000 };
  });
}

function inScopeOf({ type, arn }: { readonly type: string; readonly arn: string }, account: string): JsonObject {
  return { sourceArn: arn, sourceAccount: account, issuerType: type, credentialsIssuedTo: arn };
}

/** The role that a service brings along: AWSServiceRoleForAutoScaling. */
export function serviceLinkedRole(random: Random, account: AwsAccount, service: string, roleName: string): AwsRole {
  return awsRole(random, account, roleName, { path: `/aws-service-role/${service}/`, workload: "provider-service" });
}

/** The same session, used by a service on its holder's behalf: what the record shows of address and agent is the service. */
function throughService(access: AwsAccess, service: string): AwsAccess {
  return {
    ...access,
    address: service,
    userAgent: service,
    delegation: [service, ...access.delegation],
    userIdentity: { ...access.userIdentity, invokedBy: service },
  };
}

interface CertificateOptions extends Origin {
  /** Common name of the machine's certificate. */
  readonly commonName: string;
  readonly profileArn: string;
  readonly trustAnchorArn: string;
}

/** IAM Roles Anywhere: a machine outside of AWS shows its certificate; the session is named by the certificate's serial number. */
export function certificateRole(random: Random, role: AwsRole, options: CertificateOptions): Way<AwsAccess> {
  const { commonName, profileArn, trustAnchorArn, ...origin } = options;
  const serial = random.hex(40);
  const lastsMs = hourMs;
  return new Way(random, role, "federated-session", (atMs, emitter, session) => {
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - 1_100;
    const sourceIdentity = `CN=${commonName}`;
    const { response, resources, ...call } = assumeRoleCall(session, role, serial, accessKeyId, issuedAtMs, lastsMs);
    const service = awsServiceAccess("rolesanywhere.amazonaws.com", role.account, origin.region);
    emitter.aws(
      issuedAtMs,
      { ...service, address: origin.address, userAgent: "CredHelper/1.7.1 (linux; amd64)" },
      {
        ...call,
        service: "rolesanywhere",
        name: "CreateSession",
        isReadOnly: false,
        request: { durationSeconds: lastsMs / 1000, profileArn, roleArn: role.uid, trustAnchorArn },
        response: {
          credentialSet: [{ ...response, packedPolicySize: 0, roleArn: role.uid, sourceIdentity }],
          subjectArn: `arn:aws:rolesanywhere:${origin.region}:${role.account}:subject/${random.fork(serial).uuid()}`,
        },
      },
    );
    const delegation = [`source-identity:${sourceIdentity}`];
    const facts = { ...origin, role, sessionName: serial, accessKeyId, atMs: issuedAtMs, delegation };
    return { access: roleSession({ ...facts, context: { sourceIdentity } }), lastsMs: lastsMs - 300_000 };
  });
}
