// A long-lived key that nobody used for weeks is used again, by somebody else.
import { z } from "zod";
import { type AttackPlan, defineAttack } from "../attack.ts";
import {
  disguise,
  disguised,
  earlyEnough,
  getCallerIdentity,
  isAwsUser,
  isStaticAwsKey,
  listingOf,
  othersObjects,
  readOf,
  rests,
  turnsOf,
} from "../attacker.ts";
import { dayMs, hourMs } from "../calendar.ts";
import { keyAccess } from "../credentials/aws.ts";
import { Way } from "../credentials/way.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Random } from "../random.ts";

export const dormantKeyReturns = defineAttack({
  id: "dormant-key-returns",
  technique: "T1078.004",
  providers: ["aws"],
  says: "A key that was not used for weeks is used again: that of a machine that works once a month or more rarely, between its runs, or, where there is none, the forgotten second key of a user, made long before the first day and never used since.",
  visible:
    "Of a resting machine: activity weeks off its rhythm. Of a forgotten key: a credential without issue and without history, of a user whose other key is in daily use; its age.",
  invisible:
    "That a key exists and rests is in no record: only its return is. A monthly job started by hand looks the same but for what it asks and from where.",
  parameters: z.strictObject({
    calls: z.int().min(3).max(20_000).default(25).describe("Calls in all."),
    hours: z.number().positive().max(500).default(4).describe("Over how many hours."),
    ...disguise,
  }),
  plan(planning, { calls, hours, ...copied }): AttackPlan | undefined {
    const { victim, random, world } = planning;
    const resting = victim((way, resident): way is Way<AwsAccess> => isStaticAwsKey(way) && rests(resident));
    const found = resting ?? victim((way): way is Way<AwsAccess> => isStaticAwsKey(way) && isAwsUser(way.identity));
    if (found === undefined) return undefined;
    const way = resting?.way ?? secondKey(found.way, random, world.startMs);
    if (way === undefined) return undefined;
    const startMs = earlyEnough(planning, hours * hourMs);
    const endMs = startMs + hours * hourMs;
    const turns = turnsOf(way, random.times(calls, startMs, endMs));
    const asThief = disguised(world, random, copied);
    const object = othersObjects(planning, found.resident);
    const call = (number: number, own: Random): AwsCall => {
      if (number === 0) return getCallerIdentity;
      return number === 1 || own.chance(0.1) ? listingOf(object(own)) : readOf(object(own));
    };
    return {
      victims: [found.way.identity],
      startMs,
      endMs: endMs + hourMs,
      act(hour) {
        for (const { atMs, access, number } of turns(hour)) {
          const asked = call(number, hour.random);
          hour.aws(atMs, asThief(access, asked), asked);
        }
      },
    };
  },
});

/** IAM allows a user two keys. */
function secondKey(first: Way<AwsAccess>, random: Random, beforeMs: number): Way<AwsAccess> | undefined {
  const user = first.identity;
  if (!isAwsUser(user)) return undefined;
  const accessKeyId = `AKIA${random.key(16)}`;
  const issuedAtMs = beforeMs - random.integer(200, 1500) * dayMs;
  return new Way<AwsAccess>(random, user, "static-key", (atMs, emitter) => {
    // Place and agent are the machine's, for who mimics them.
    const { address, userAgent, region } = first.at(atMs, emitter);
    return { access: keyAccess(user, { address, userAgent, region }, accessKeyId, issuedAtMs), lastsMs: Number.POSITIVE_INFINITY };
  });
}
