// A leaked access key in other hands: who am I, what is there, then the contents.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import {
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isStaticAwsKey,
  listingOf,
  othersObjects,
  readOf,
  refused,
  turnsOf,
} from "../attacker.ts";
import { hourMs, minuteMs } from "../calendar.ts";
import { awsCall } from "../calls/aws.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

export const stolenStaticKey = defineAttack({
  id: "stolen-static-key",
  technique: "T1078.004",
  providers: ["aws"],
  says: "Somebody else uses a long-lived access key: asks who it is, looks around, and reads objects.",
  visible:
    "A static key from a network and, unless mimicked, an agent that it was never used from; GetCallerIdentity and refusals of a service that makes neither; buckets that it never read.",
  invisible:
    "Nothing in the record says who typed. With the agent mimicked and few objects, only the network and the first calls differ; behind the victim's own exit they would not.",
  parameters: z.strictObject({
    objects: z.int().min(1).max(100_000).default(60).describe("Objects read."),
    hours: z.number().positive().max(1000).default(3).describe("Over how many hours."),
    ...disguise,
  }),
  plan(planning, { objects, hours, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const found = victim(isStaticAwsKey);
    if (found === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs);
    const endMs = startMs + hours * hourMs;
    const looksMs = [startMs, startMs + 20_000, startMs + 45_000];
    const turns = turnsOf(found.way, [...looksMs, ...random.times(objects, Math.min(startMs + 10 * minuteMs, endMs - 1), endMs)]);
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    const call = (number: number, access: AwsAccess, own: Random): AwsCall => {
      if (number === 0) return getCallerIdentity;
      if (number === 1) return awsCall("s3", "ListBuckets", { request: { Host: "s3.amazonaws.com" } });
      if (number === 2) return refused(awsCall("iam", "ListUsers", { region: "us-east-1" }), access);
      return own.chance(0.05) ? listingOf(object(own)) : readOf(object(own));
    };
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + hourMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const asked = call(number, access, hour.random);
          hour.aws(atMs, asThief(access, asked), asked);
        }
      },
    };
  },
});
