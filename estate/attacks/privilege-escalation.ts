// A machine gives itself rights, and makes keys and doors for later: what a service never does for itself.
import { z } from "zod";
import { type AttackPlan, type AttackPlanning, defineAttack } from "../attack.ts";
import {
  type Disguised,
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isAwsRole,
  isAwsUser,
  isMachineOnAws,
  patienceMs,
  refused,
  turnsOf,
} from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import { type AwsRole, type AwsUser, createdAccessKey, keyAccess } from "../credentials/aws.ts";
import type { Hour } from "../hour.ts";
import type { AwsAccess, AwsCall, Identity } from "../identity.ts";
import type { Random } from "../random.ts";

const inIam = { region: "us-east-1" } as const;
const administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

export const privilegeEscalation = defineAttack({
  id: "privilege-escalation",
  // With T1098.001, Additional Cloud Credentials, for the keys.
  technique: "T1098.003",
  providers: ["aws"],
  says: "A machine's credential is used to attach policies to itself and to others, to open roles' trust, and to make access keys of other users, which are then used.",
  visible:
    "IAM changes by an identity that makes none; a policy attached to the caller itself; keys made for others and used within minutes from where they were made.",
  invisible:
    "What the new rights were before: a policy's text is not a judgement. Where a deployment machine is the victim, such calls are its trade and only their targets differ.",
  parameters: z.strictObject({
    grants: z.int().min(3).max(5_000).default(12).describe("Calls in all, uses of the new keys beside them."),
    hours: z.number().positive().max(500).default(1).describe("Over how many hours."),
    refusedShare: z.number().min(0).max(1).default(0.25).describe("Share of the changes that is refused."),
    ...disguise,
  }),
  plan(planning, { grants, hours, refusedShare, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const { identity } = found.way;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(grants, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const others = othersIn(planning, identity);
    return {
      victims: [identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const user = hour.random.chance(0.4) ? hour.random.pick(others.users) : undefined;
          const isRefused = number > 0 && hour.random.chance(refusedShare);
          const asked =
            number === 0
              ? getCallerIdentity
              : number === 1
                ? ownGrant(identity)
                : user === undefined
                  ? grant(others, access, hour.random)
                  : undefined;
          if (asked !== undefined) {
            const answered = isRefused ? refused(asked, access) : asked;
            hour.aws(atMs, asThief(access, answered), answered);
          } else if (user !== undefined) makeKey(user, { atMs, access, isRefused, asThief }, hour);
        }
      },
    };
  },
});

interface Others {
  readonly users: readonly AwsUser[];
  readonly roles: readonly AwsRole[];
}

/** Of the same account. */
function othersIn({ residents }: AttackPlanning, victim: Identity): Others {
  const others = residents
    .flatMap(({ machine }) => machine.identities)
    .filter(({ account, uid }) => account === victim.account && uid !== victim.uid);
  return { users: others.filter(isAwsUser), roles: others.filter(isAwsRole) };
}

function ownGrant(identity: Identity): AwsCall {
  if (identity.principalType === "iam-user")
    return awsCall("iam", "AttachUserPolicy", { ...inIam, request: { userName: identity.name, policyArn: administrator } });
  return awsCall("iam", "AttachRolePolicy", { ...inIam, request: { roleName: identity.name, policyArn: administrator } });
}

function grant({ roles }: Others, { account }: AwsAccess, random: Random): AwsCall {
  const roleName = random.pick(roles)?.roleName;
  const draw = random.next();
  if (roleName === undefined || draw < 0.2) return awsCall("iam", "ListRoles", inIam);
  if (draw < 0.6) return awsCall("iam", "AttachRolePolicy", { ...inIam, request: { roleName, policyArn: administrator } });
  if (draw < 0.8) {
    const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
    return awsCall("iam", "PutRolePolicy", { ...inIam, request: { roleName, policyName: "inline", policyDocument } });
  }
  const statement = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return awsCall("iam", "UpdateAssumeRolePolicy", { ...inIam, request: { roleName, policyDocument } });
}

interface Making {
  readonly atMs: number;
  readonly access: AwsAccess;
  readonly isRefused: boolean;
  readonly asThief: Disguised;
}

/** A key for somebody else, tried at once. */
function makeKey(user: AwsUser, { atMs, access, isRefused, asThief }: Making, hour: Hour): void {
  const accessKeyId = `AKIA${hour.random.key(16)}`;
  const made = createdAccessKey(user, accessKeyId, access.identity, atMs);
  const answered = isRefused ? refused(made, access) : made;
  hour.aws(atMs, asThief(access, answered), answered);
  if (isRefused) return;
  const usedMs = atMs + hour.random.integer(5_000, 40_000);
  const { address, userAgent, region } = access;
  const key = keyAccess(user, { address, userAgent, region }, accessKeyId, atMs);
  hour.aws(usedMs, asThief(key, getCallerIdentity), getCallerIdentity);
}
