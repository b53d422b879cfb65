// A leaked access key in other hands: who am I, what is there, then the contents.
import { z } from "zod";
import { agents } from "../agents.ts";
import { type AttackPlan, defineAttack, elsewhere } from "../attack.ts";
import { hourMs } from "../calendar.ts";
import { awsCall, denied, listObjects, s3Object } from "../calls/aws.ts";
import { isAwsWay, type Way } from "../credentials/way.ts";
import type { AwsAccess } from "../identity.ts";
import { strangerNetwork } from "../world.ts";

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
    mimics: z.enum(["nothing", "agent", "agent-and-region"]).default("nothing").describe("What of the victim the attacker copies."),
  }),
  plan({ victim, random, startMs }, { objects, hours, mimics }): AttackPlan | undefined {
    const found = victim((way): way is Way<AwsAccess> => isAwsWay(way) && way.kind === "static-key");
    if (found === undefined) return undefined;
    const { way, resident } = found;
    const address = random.addressIn(strangerNetwork(random));
    const agent = agents.awsCli(random, "s3.cp");
    const timesMs = random.times(objects, startMs + 10 * 60_000, startMs + hours * hourMs);
    const thief = (access: AwsAccess): AwsAccess =>
      elsewhere(access, {
        address,
        userAgent: mimics === "nothing" ? agent : access.userAgent,
        region: mimics === "agent-and-region" ? access.region : "us-east-1",
      });
    return {
      victims: [way.identity],
      startMs,
      endMs: startMs + hours * hourMs,
      act(hour) {
        const held = (atMs: number): AwsAccess => thief(way.at(atMs, hour.unmarked));
        if (startMs >= hour.startMs && startMs < hour.endMs) {
          const first = held(startMs);
          hour.aws(startMs, first, awsCall("sts", "GetCallerIdentity"));
          hour.aws(startMs + 20_000, first, awsCall("s3", "ListBuckets", { request: { Host: "s3.amazonaws.com" } }));
          hour.aws(startMs + 45_000, first, denied(awsCall("iam", "ListUsers", { region: "us-east-1" }), way.identity.uid));
        }
        const account = resident.machine.identities[0]?.account ?? "";
        const bucket = { name: `${resident.id}-archive`, account, region: "us-east-1" };
        for (const atMs of timesMs.filter((at) => at >= hour.startMs && at < hour.endMs)) {
          const call = hour.random.chance(0.05) ? listObjects(bucket) : s3Object("GetObject", bucket, `archive/${hour.random.integer(1, 9999)}.csv`);
          hour.aws(atMs, held(atMs), call);
        }
      },
    };
  },
});
