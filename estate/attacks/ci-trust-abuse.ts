// The trust between CI and cloud is wider than meant: a run of another branch, repository or fork gets the deployment's role.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack } from "../attack.ts";
import {
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isAwsRole,
  isMachineOnAws,
  nameOfAnother,
  othersObjects,
  ownCalls,
  readOf,
} from "../attacker.ts";
import { hourMs, minuteMs } from "../calendar.ts";
import { awsCall, getSecretValue } from "../calls/aws.ts";
import { type Origin, webIdentityRole } from "../credentials/aws.ts";
import type { AnyWay, Way } from "../credentials/way.ts";
import type { AwsAccess, AwsCall, Identity } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

const issuer = "token.actions.githubusercontent.com";
const prefix = `${issuer}/repo:`;

export const ciTrustAbuse = defineAttack({
  id: "ci-trust-abuse",
  technique: "T1550.001",
  providers: ["aws"],
  says: "A CI run that should not may assume a deployment's role by its OpenID Connect token: of another branch, of another repository, or of a stranger's fork. The session then reads what it can reach.",
  visible:
    "A subject that never got this role: another repository is another identity, another branch another session name of the same one. The session's calls differ from those of a deployment.",
  invisible:
    "From another branch of the same repository, doing what deployments do, only the branch differs, and branches change every day. Who pushed it is in another log.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(20_000).default(30).describe("Calls of the sessions, their openings beside them."),
    hours: z.number().positive().max(200).default(1).describe("Over how many hours."),
    subject: z.enum(["branch", "repository", "fork"]).default("repository").describe("Whose token it is."),
    ...disguise,
  }),
  plan(planning, { calls, hours, subject, ...copied }): AttackPlan | undefined {
    const { victim, random, world, residents } = planning;
    const found = victim(isDeployment);
    if (found === undefined || !isAwsRole(found.way.identity)) return undefined;
    const { identity: role } = found.way;
    const repository = repositoryOf(found.resident);
    if (repository === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs);
    const endMs = startMs + hours * hourMs;
    const timesMs = random.times(calls, startMs, endMs);
    const asThief = disguised(world, random, copied);
    const home = world.aws.accounts.find(({ id }) => id === role.account)?.regions[0] ?? "us-east-1";
    const others = residents.flatMap((resident) => repositoryOf(resident) ?? []).filter((each) => each !== repository);
    const another = random.pick(others) ?? `${world.organisation}/${random.pick(world.products)}`;
    const token = tokenOf(subject, repository, another, random);
    const opening = awsCall("sts", "AssumeRoleWithWebIdentity");
    // Before the first deployment there is nobody to copy.
    const runner = {
      address: random.addressIn(publicNetwork(random)),
      userAgent: agents.awsCli(random, "sts.assume-role-with-web-identity"),
      region: home,
    };
    const object = othersObjects(planning, found.resident);
    const asked = (number: number, access: AwsAccess, own: Random): AwsCall => {
      if (number === 0) return getCallerIdentity;
      const draw = own.next();
      const deployed = draw < 0.4 ? own.pick(ownCalls(found.resident, role)) : undefined;
      if (deployed !== undefined) return deployed;
      if (draw < 0.55) return getSecretValue(access.account, access.region, `${nameOfAnother(residents, own)}/database-${own.word(6)}`);
      return draw < 0.65 ? awsCall("iam", "ListRoles", { region: "us-east-1" }) : readOf(object(own));
    };
    let session: Way<AwsAccess> | undefined;
    return {
      victims: [role],
      startMs,
      endMs: endMs + minuteMs,
      act(hour) {
        for (const [number, planned] of timesMs.entries()) {
          if (planned < hour.startMs || planned >= hour.endMs) continue;
          const atMs = Math.max(planned, hour.startMs + 1_000);
          session ??= webIdentityRole(random, role, {
            ...placeOf(asThief(lastAccess(found.resident, role) ?? runner, opening)),
            token: () => token,
            sessionName: () => "GitHubActions",
          });
          const access = session.at(atMs, hour);
          const call = asked(number, access, hour.random);
          hour.aws(atMs, asThief(access, call), call);
        }
      },
    };
  },
});

/** A role for runs of a CI service. */
function isDeployment(way: AnyWay, resident: Resident): way is Way<AwsAccess> {
  return isMachineOnAws(way, resident) && way.kind === "federated-session" && isAwsRole(way.identity) && repositoryOf(resident) !== undefined;
}

/** exampleorg/checkout */
function repositoryOf({ machine }: Resident): string | undefined {
  return machine.identities.find(({ uid }) => uid.startsWith(prefix))?.uid.slice(prefix.length);
}

function lastAccess({ recent }: Resident, role: Identity): AwsAccess | undefined {
  const access = recent.findLast((act) => act.access.identity.uid === role.uid)?.access;
  return access?.provider === "aws" ? access : undefined;
}

const placeOf = ({ address, userAgent, region }: Origin): Origin => ({ address, userAgent, region });

interface Token {
  readonly identity: Identity;
  readonly issuer: string;
  readonly subject: string;
}

function tokenOf(subject: "branch" | "repository" | "fork", repository: string, another: string, random: Random): Token {
  const name = repository.split("/").at(-1) ?? repository;
  const whose = subject === "branch" ? repository : subject === "repository" ? another : `${random.word(8)}/${name}`;
  const ref = subject === "branch" ? `ref:refs/heads/fix/${random.word(6)}` : "ref:refs/heads/main";
  const identity: Identity = {
    uid: `${prefix}${whose}`,
    name: whose,
    provider: "aws",
    account: whose.split("/")[0] ?? whose,
    principalType: "federated-subject",
    workloadType: "ci-pipeline",
    isMachine: true,
  };
  return { identity, issuer, subject: `repo:${whose}:${ref}` };
}
