// A robot that works as a person would, on a Windows host of the office with a key that somebody once gave it: it fetches documents,
// types them off, files the results, with a person's hours and pauses.
import { agents } from "../agents.ts";
import { dayMs } from "../calendar.ts";
import { awsCall, denied, inTurn, listObjects, missing, s3Object } from "../calls/aws.ts";
import { accessKey, awsUser } from "../credentials/aws.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";

export const rpaBot: Persona = {
  id: "rpa-bot",
  says: "A robot on a Windows host that files documents in working hours, with a static key and a person's pauses.",
  providers: ["aws"],
  share: 4,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const user = awsUser(random, account, name("robot"), { path: "/robots/", workload: "rpa-bot" });
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.powerShell(random), region };
    const key = accessKey(random, user, origin, world.startMs - random.integer(100, 1200) * dayMs);
    const bucket = { name: `${world.organisation}-${name("documents")}`, account: account.id, region };
    const [startsAt, endsAt, pausesAt] = [random.integer(6, 9), random.integer(15, 19), random.integer(11, 13)];
    const perHour = random.logNormal(3.5, 0.5);

    return {
      identities: [user],
      ways: [key],
      purpose: `files documents of ${bucket.name}, about ${Math.round(perHour)} an hour`,
      schedule: `workdays ${startsAt}:00 to ${endsAt}:00 ${account.timeZone}, with a pause at noon`,
      live(hour) {
        const { hour: clock, isWorkday } = hour.local(account.timeZone);
        if (!isWorkday || clock < startsAt || clock >= endsAt || clock === pausesAt) return;
        const { random: chance } = hour;
        let at = hour.startMs + chance.integer(5_000, 240_000);
        if (clock === startsAt) {
          // Its script asks who it is before anything else, every morning.
          at = inTurn(hour, key, at, 8_000, [awsCall("sts", "GetCallerIdentity"), listObjects(bucket, "inbox/")]);
        }
        const documents = chance.poisson(perHour);
        for (let document = 0; document < documents && at < hour.endMs; document++) {
          const file = `${chance.integer(10_000, 99_999)}.pdf`;
          const read = s3Object("GetObject", bucket, `inbox/${file}`);
          const steps: AwsCall[] = [
            listObjects(bucket, "inbox/"),
            read,
            s3Object("PutObject", bucket, `filed/${file}`),
            s3Object("DeleteObject", bucket, `inbox/${file}`),
          ];
          // A colleague of flesh was faster; or the script is old and tries what it may no longer.
          if (chance.chance(0.02)) steps.splice(1, 3, missing(read, "NoSuchKey", "The specified key does not exist."));
          else if (chance.chance(0.004)) steps.push(denied(awsCall("s3", "PutBucketLifecycle", { request: { bucketName: bucket.name } }), user.uid));
          at = inTurn(hour, key, at, 9_000, steps) + Math.floor(chance.logNormal(3_600_000 / (perHour * 2.2), 0.7));
        }
      },
    };
  },
};
