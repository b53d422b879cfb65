// The session of an instance or a function, read from its metadata service and used somewhere else until it runs out.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import {
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isMachineOnAws,
  listingOf,
  othersObjects,
  ownCalls,
  patienceMs,
  readOf,
  refused,
  turnsOf,
} from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import type { AnyWay, Way } from "../credentials/way.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Resident } from "../persona.ts";
import type { Random } from "../random.ts";

const probes: readonly AwsCall[] = [
  awsCall("ec2", "DescribeInstances", { request: { instancesSet: {}, filterSet: {} } }),
  awsCall("iam", "ListRoles", { region: "us-east-1" }),
  awsCall("secretsmanager", "ListSecrets"),
  awsCall("lambda", "ListFunctions20150331"),
];

const isPlatformSession = (way: AnyWay, resident: Resident): way is Way<AwsAccess> =>
  isMachineOnAws(way, resident) && way.kind === "platform-session";

export const exfiltratedInstanceCredentials = defineAttack({
  id: "exfiltrated-instance-credentials",
  technique: "T1552.005",
  providers: ["aws"],
  says: "The session credentials of an instance or function are used from elsewhere. Its platform issued them as always; that issue is not the attack's.",
  visible:
    "One session key id from two networks at once, though the platform keeps it in one place; a session named after an instance with the agent of a command line; first calls of discovery and refusals.",
  invisible:
    "The issue itself is the machine's own. From another machine behind the same exit, with the same agent, and doing what the role does anyway, only the objects differ.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(100_000).default(40).describe("Calls made with the stolen sessions."),
    hours: z.number().positive().max(200).default(3).describe("Over how many hours; past a session's end the next one is stolen."),
    ...disguise,
  }),
  plan(planning, { calls, hours, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isPlatformSession);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs + dayMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(found.way, random.times(calls, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    const call = (number: number, access: AwsAccess, own: Random): AwsCall => {
      if (number === 0) return getCallerIdentity;
      if (number === 1) return awsCall("s3", "ListBuckets", { request: { Host: "s3.amazonaws.com" } });
      const draw = own.next();
      if (draw < 0.12) return refused(own.pick(probes) ?? getCallerIdentity, access);
      if (draw < 0.2) return listingOf(object(own));
      const again = draw < 0.4 ? own.pick(ownCalls(found.resident, found.way.identity)) : undefined;
      return again ?? readOf(object(own));
    };
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + patienceMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const asked = call(number, access, hour.random);
          hour.aws(atMs, asThief(access, asked), asked);
        }
      },
    };
  },
});
