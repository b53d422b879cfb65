// A web application on instances that come and go with its customers: one role, and over the weeks some hundreds of instances,
// addresses and sessions.
import { agents } from "../agents.ts";
import { customers, dayMs } from "../calendar.ts";
import {
  decrypt,
  denied,
  dynamoDb,
  generateDataKey,
  getParameters,
  getSecretValue,
  inTurn,
  missing,
  publish,
  s3Object,
  sqsMessage,
} from "../calls/aws.ts";
import { awsRole, instanceProfile } from "../credentials/aws.ts";
import type { Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty } from "../random.ts";
import { publicNetwork } from "../world.ts";

export const autoscaledWebRole: Persona = {
  id: "autoscaled-web-role",
  says: "A web application on instances of one role, which come and go with its customers.",
  providers: ["aws"],
  share: 6,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const role = awsRole(random, account, name("web"), { workload: "ec2-instance" });
    const networks = [publicNetwork(random), publicNetwork(random), publicNetwork(random)] as const;
    const userAgent = random.pick([agents.javaSdk, agents.nodeSdk, agents.goSdk] as const)(random);
    const launch = (from: typeof random): Way<AwsAccess> =>
      instanceProfile(from, role, { address: from.addressIn(from.pick(networks)), userAgent, region });
    const lasting = launch(random.fork("lasting"));
    const extra: Way<AwsAccess>[] = [];
    const mostExtra = random.integer(2, 9);
    const perDay = random.logNormal(190, 0.5);
    const growthPerDay = random.between(-0.002, 0.008);
    const media = { name: `${world.organisation}-${name("media")}`, ...place };
    const [table, queue, topic, keyId] = [name("sessions"), name("events"), name("notices"), random.uuid()];
    const customer = (hour: Hour): string => String(Math.floor(hour.random.next() ** 2 * 40_000));
    const habits: NonEmpty<(hour: Hour) => AwsCall> = random.shuffled([
      (hour: Hour) => dynamoDb("GetItem", place, table, { key: { id: customer(hour) }, consistentRead: false }),
      (hour: Hour) => dynamoDb("UpdateItem", place, table, { key: { id: customer(hour) } }),
      () => dynamoDb("Query", place, table, { indexName: "by-customer" }),
      () => sqsMessage("SendMessage", place, queue),
      (hour: Hour) => s3Object("GetObject", media, `img/${customer(hour)}.webp`),
      (hour: Hour) => s3Object("PutObject", media, `upload/${hour.random.hex(12)}`),
      () => decrypt(account.id, region, keyId),
      () => generateDataKey(place, keyId),
      () => publish(place, topic),
    ] as const);
    const start = [
      getParameters(`/${name("web")}/`),
      getSecretValue(account.id, region, `${name("web")}/database`),
      decrypt(account.id, region, keyId),
    ];

    /** As many instances as this hour's customers need; what is new starts up, what is surplus is gone. */
    const scale = (hour: Hour): void => {
      const wanted = Math.round(mostExtra * customers(hour.local(account.timeZone)) * 0.5 * hour.random.between(0.7, 1.2));
      // A deployment replaces all that can be replaced, about twice a week.
      if (hour.local(account.timeZone).isWorkday && hour.local(account.timeZone).hour === 11 && hour.random.chance(0.4)) extra.length = 0;
      while (extra.length < wanted) {
        const instance = launch(hour.random.fork(`instance ${extra.length}`));
        extra.push(instance);
        inTurn(hour, instance, hour.startMs + hour.random.integer(60_000, 600_000), 900, start);
      }
      extra.splice(0, extra.length - wanted);
    };

    return {
      identities: [role],
      ways: [lasting],
      purpose: `serves customers from ${mostExtra + 1} instances at most, with table ${table} and bucket ${media.name}`,
      schedule: `about ${Math.round(perDay)} calls a day, as customers come; instances by load`,
      live(hour) {
        scale(hour);
        const grown = Math.max(0.3, 1 + growthPerDay * hour.daysSince(world.startMs));
        for (const atMs of hour.events(perDay * grown, customers, account.timeZone)) {
          const way = hour.random.pick(extra) ?? lasting;
          hour.aws(atMs, (hour.random.chance(0.3) ? lasting : way).at(atMs, hour), rare(hour, role.uid) ?? hour.random.pickSkewed(habits)(hour));
        }
        hour.sort();
      },
    };

    /** What comes every few days or weeks: a lost race, a file that is gone, a path of the code that nobody gave rights to. */
    function rare(hour: Hour, callerArn: string): AwsCall | undefined {
      const kind = hour.random.next();
      if (kind < 0.004) {
        const call = dynamoDb("PutItem", place, table, { conditionExpression: "attribute_not_exists(id)" });
        return missing(call, "ConditionalCheckFailedException", "The conditional request failed");
      }
      if (kind < 0.007) return missing(s3Object("GetObject", media, `img/${customer(hour)}.webp`), "NoSuchKey", "The specified key does not exist.");
      if (kind < 0.0075) return denied(s3Object("DeleteObject", media, `upload/${hour.random.hex(12)}`), callerArn);
      const isSweep = kind < 0.0085 && hour.startMs % (3 * dayMs) < dayMs;
      return isSweep ? dynamoDb("Scan", place, table, { limit: 500 }) : undefined;
    }
  },
};
