// Servers of the organisation's own data centre that hold certificates instead of keys: IAM Roles Anywhere gives each a session,
// named by its certificate's serial number.
import { agents } from "../agents.ts";
import { businessCustomers, steady } from "../calendar.ts";
import { awsCall, denied, dynamoDb, getSecretValue, listObjects, s3Object, sqsMessage, throttled } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { certificateRole } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";

export const rolesAnywhereServer: Persona = {
  id: "roles-anywhere-server",
  says: "A few servers in the organisation's own data centre that reach AWS with certificates.",
  providers: ["aws"],
  share: 3,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const role = awsRole(random, account, name("datacenter"), { path: "/anywhere/", workload: "on-prem-service" });
    const arn = `arn:aws:rolesanywhere:${region}:${account.id}`;
    const trust = { profileArn: `${arn}:profile/${random.uuid()}`, trustAnchorArn: `${arn}:trust-anchor/${random.uuid()}` };
    const network = random.pick(world.officeNetworks);
    const userAgent = random.pick([agents.boto3, agents.javaSdk, agents.goSdk] as const)(random);
    const server = (number: number) =>
      certificateRole(random, role, {
        ...trust,
        commonName: `${name("server")}-0${number}.${world.domain}`,
        address: random.addressIn(network),
        userAgent,
        region,
      });
    const first = server(1);
    const servers = [first, ...Array.from({ length: random.integer(0, 3) }, (_, index) => server(index + 2))];
    const bucket = { name: `${world.organisation}-${name("transfer")}`, ...place };
    const perDay = random.logNormal(45, 0.6);
    const rhythm = random.pick([businessCustomers, steady] as const);
    const habits: NonEmpty<(chance: Random) => AwsCall> = random.shuffled([
      (chance: Random) => s3Object("PutObject", bucket, `orders/${chance.hex(8)}.edi`),
      (chance: Random) => s3Object("GetObject", bucket, `answers/${chance.hex(8)}.edi`),
      () => listObjects(bucket, "answers/"),
      () => sqsMessage("ReceiveMessage", place, name("answers")),
      () => dynamoDb("GetItem", place, name("numbers")),
    ] as const);

    return {
      identities: [role],
      ways: [first],
      purpose: `${servers.length} servers exchange files through ${bucket.name}`,
      schedule: `about ${Math.round(perDay)} calls a day`,
      live(hour) {
        const { random: chance } = hour;
        for (const atMs of hour.events(perDay, rhythm, account.timeZone)) {
          const access = (chance.pick(servers) ?? first).at(atMs, hour);
          const call = chance.pickSkewed(habits)(chance);
          const kind = chance.next();
          if (kind < 0.004) hour.aws(atMs, access, throttled(call));
          if (kind > 0.999) hour.aws(atMs, access, denied(awsCall("s3", "GetBucketLocation", { request: { bucketName: bucket.name } }), role.uid));
          if (kind > 0.99) hour.aws(atMs, access, getSecretValue(account.id, region, name("transfer")));
          hour.aws(atMs + (kind < 0.004 ? 700 : 0), access, call);
        }
      },
    };
  },
};
