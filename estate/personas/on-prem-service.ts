// A service in the organisation's own data centre, which reaches AWS with an access key that somebody made long ago.
import { agents } from "../agents.ts";
import { businessCustomers, dayMs } from "../calendar.ts";
import { listObjects, s3Object } from "../calls/aws.ts";
import { accessKey, awsUser } from "../credentials/aws.ts";
import type { Persona } from "../persona.ts";

export const onPremService: Persona = {
  id: "on-prem-service",
  says: "A service in the organisation's own data centre, which reads and writes files in AWS with a static access key.",
  providers: ["aws"],
  share: 4,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const user = awsUser(random, account, name("exchange"), { path: "/service/", workload: "on-prem-service" });
    const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.javaSdk(random), region };
    const key = accessKey(random, user, origin, world.startMs - random.integer(60, 1500) * dayMs);
    const bucket = { name: `${world.organisation}-${name("exchange")}`, account: account.id, region };
    const perDay = random.logNormal(60, 0.8);

    return {
      identities: [user],
      ways: [key],
      purpose: `exchanges files through ${bucket.name}`,
      schedule: `about ${Math.round(perDay)} calls a day, by its customers' working hours`,
      live(hour) {
        for (const atMs of hour.events(perDay, businessCustomers, account.timeZone)) {
          const isWrite = hour.random.chance(0.3);
          const file = `${isWrite ? "outgoing" : "incoming"}/${hour.random.integer(1, 400)}.xml`;
          const call = hour.random.chance(0.2) ? listObjects(bucket, "incoming/") : s3Object(isWrite ? "PutObject" : "GetObject", bucket, file);
          hour.aws(atMs, key.at(atMs, hour), call);
        }
      },
    };
  },
};
