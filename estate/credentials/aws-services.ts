// Role sessions that an AWS service opens for what it runs: functions, tasks, jobs, devices; and the roles that only a service can
// hold. They stand apart because nobody outside of AWS ever holds what opens them.
import { hourMs } from "../calendar.ts";
import type { AwsAccess } from "../identity.ts";
import type { Random } from "../random.ts";
import type { AwsAccount } from "../world.ts";
import { type AwsRole, type AwsScope, assumeRoleCall, awsRole, awsServiceAccess, type Origin, roleSession } from "./aws.ts";
import { Way } from "./way.ts";

interface ServiceOptions extends Origin {
  /** Who opens its sessions: lambda.amazonaws.com. */
  readonly service: string;
  /** `random` is the session's own. */
  readonly sessionName: (random: Random) => string;
  readonly lastsMs?: number;
  readonly scope?: AwsScope;
}

/** The role of a function, a task, a job. */
export function serviceSession(random: Random, role: AwsRole, options: ServiceOptions): Way<AwsAccess> {
  const { service, sessionName, lastsMs = hourMs, scope, ...origin } = options;
  return new Way(random, role, "platform-session", (atMs, emitter, session) => {
    const name = sessionName(session);
    const accessKeyId = `ASIA${session.key(16)}`;
    const issuedAtMs = atMs - session.integer(120, 900);
    const call = assumeRoleCall(session, role, name, accessKeyId, issuedAtMs, lastsMs);
    emitter.aws(issuedAtMs, awsServiceAccess(service, role.account, origin.region), { ...call, more: { sharedEventID: session.uuid() } });
    const facts = { ...origin, role, sessionName: name, accessKeyId, atMs: issuedAtMs };
    return { access: roleSession(scope === undefined ? facts : { ...facts, scope }), lastsMs: lastsMs - 60_000 };
  });
}

/** The role that a service brings along: AWSServiceRoleForAutoScaling. */
export function serviceLinkedRole(random: Random, account: AwsAccount, service: string, roleName: string): AwsRole {
  return awsRole(random, account, roleName, { path: `/aws-service-role/${service}/`, workload: "provider-service" });
}

/** The same session, used by a service on its holder's behalf: what the record shows of address and agent is the service. */
export function throughService(access: AwsAccess, service: string): AwsAccess {
  return {
    ...access,
    address: service,
    userAgent: service,
    delegation: [service, ...access.delegation],
    userIdentity: { ...access.userIdentity, invokedBy: service },
  };
}
