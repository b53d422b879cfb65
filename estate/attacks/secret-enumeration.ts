// Every secret that can be listed is read: Secrets Manager, Parameter Store, and the keys that protect them.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import { disguise, disguised, earlyEnough, isMachineOnAws, nameOfAnother, patienceMs, refused, turnsOf } from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall, decrypt, getSecretValue } from "../calls/aws.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { Random } from "../random.ts";

export const secretEnumeration = defineAttack({
  id: "secret-enumeration",
  technique: "T1555.006",
  providers: ["aws"],
  says: "With a machine's credential somebody lists what secrets and parameters there are and reads one after the other.",
  visible:
    "Reads of many secrets by an identity that reads one or none; listing before reading; refusals spread over many names; keys that it never decrypted with.",
  invisible:
    "Few secrets, slowly, by a machine that reads secrets anyway: then each one is a new name and nothing more. What was in them is in no record.",
  parameters: z.strictObject({
    secrets: z.int().min(3).max(20_000).default(50).describe("Calls for secrets, parameters and keys."),
    hours: z.number().positive().max(500).default(1).describe("Over how many hours."),
    refusedShare: z.number().min(0).max(1).default(0.3).describe("Share of them that is refused."),
    ...disguise,
  }),
  plan(planning, { secrets, hours, refusedShare, ...copied }): AttackPlan | undefined {
    const { victim, random, world, residents } = planning;
    const found = victim(isMachineOnAws);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(secrets, startMs, endMs));
    const asThief = disguised(world, random, copied);
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const asked = number === 0 ? listSecrets : secretCall(access, residents, hour.random);
          const answered = hour.random.chance(refusedShare) ? refused(asked, access) : asked;
          hour.aws(atMs, asThief(access, answered), { ...answered, region: access.region });
        }
      },
    };
  },
});

const listSecrets = awsCall("secretsmanager", "ListSecrets", { request: { maxResults: 100, includePlannedDeletion: false } });

function secretCall(access: AwsAccess, residents: readonly Resident[], random: Random): AwsCall {
  const { account, region } = access;
  const owner = nameOfAnother(residents, random);
  const draw = random.next();
  if (draw < 0.55) return getSecretValue(account, region, `${owner}/database-${random.word(6)}`);
  if (draw < 0.65) return awsCall("secretsmanager", "DescribeSecret", { request: { secretId: `${owner}/database` } });
  if (draw < 0.8) return awsCall("ssm", "GetParameter", { request: { name: `/${owner}/database/password`, withDecryption: true } });
  if (draw < 0.87)
    return awsCall("ssm", "GetParametersByPath", { request: { path: `/${owner}`, recursive: true, withDecryption: true, maxResults: 10 } });
  if (draw < 0.92) return awsCall("kms", "ListAliases", { request: null });
  return decrypt(account, region, random.uuid());
}
