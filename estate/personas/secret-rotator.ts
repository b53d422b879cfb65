// The function that rotates what others use: passwords in Secrets Manager by a schedule of weeks, and once a month the access keys of
// two users, whose services go on with the new ones at once.
import { agents } from "../agents.ts";
import { businessCustomers, dayMs } from "../calendar.ts";
import { awsCall, inTurn, invokeFunction, missing, s3Object } from "../calls/aws.ts";
import { accessKey, awsRole, awsServiceAccess, awsUser, rotateAccessKey } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { Random } from "../random.ts";
import { monthly } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const secretRotator: Persona = {
  id: "secret-rotator",
  says: "A function that rotates secrets and access keys of other services, and two services whose keys it rotates.",
  providers: ["aws"],
  share: 3,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const functionName = name("rotation");
    const role = awsRole(random, account, `${functionName}-role`, { path: "/service-role/", workload: "lambda-function" });
    const rotator = serviceSession(random, role, {
      service: "lambda.amazonaws.com",
      sessionName: () => functionName,
      scope: { type: "AWS::Lambda::Function", arn: `arn:aws:lambda:${region}:${account.id}:function:${functionName}` },
      address: random.addressIn(publicNetwork(random)),
      userAgent: agents.lambda(random),
      region,
    });
    const secretsManager = awsServiceAccess("secretsmanager.amazonaws.com", account.id, region);
    const secrets = Array.from({ length: random.integer(3, 10) }, (_, number) => ({
      id: `arn:aws:secretsmanager:${region}:${account.id}:secret:${functionName}/${number}-${random.word(6)}`,
      everyDays: random.pick([7, 7, 14, 30] as const),
      day: random.integer(0, 29),
      hour: random.integer(0, 23),
    }));
    const holders = ["mail-relay", "label-printer"].map((suffix) => {
      const user = awsUser(random, account, name(suffix), { workload: "on-prem-service" });
      const origin = { address: random.addressIn(random.pick(world.officeNetworks)), userAgent: agents.javaSdk(random), region };
      return { key: accessKey(random, user, origin, world.startMs - random.integer(1, 29) * dayMs), perDay: random.logNormal(40, 0.5), suffix };
    });
    const keys = monthly(random.integer(1, 28), `0${random.integer(1, 5)}:20`, account.timeZone);
    const files = { name: `${world.organisation}-${name("labels")}`, ...place };
    const work = (suffix: string, chance: Random): AwsCall =>
      suffix === "mail-relay"
        ? awsCall("ses", "SendRawEmail", { request: { rawMessage: { data: "HIDDEN_DUE_TO_SECURITY_REASONS" } } })
        : s3Object("GetObject", files, `labels/${chance.integer(1, 9_000)}.zpl`);

    return {
      identities: [role, ...holders.map(({ key }) => key.identity)],
      ways: [...holders.map(({ key }) => key), rotator],
      purpose: `rotates ${secrets.length} secrets, and the keys of ${holders.map(({ key }) => key.identity.name).join(" and ")}`,
      schedule: `each secret every 7 to 30 days; keys ${keys.text}`,
      live(hour) {
        const { random: chance } = hour;
        const day = hour.daysSince(0);
        for (const secret of secrets) {
          if (day % secret.everyDays !== secret.day % secret.everyDays || hour.local("UTC").hour !== secret.hour) continue;
          const atMs = hour.startMs + chance.integer(0, 3_000_000);
          const event = (eventName: string): AwsCall =>
            awsCall("secretsmanager", eventName, {
              isReadOnly: false,
              more: { additionalEventData: { SecretId: secret.id }, eventType: "AwsServiceEvent" },
            });
          hour.aws(atMs, secretsManager, event("RotationStarted"));
          hour.aws(atMs + 400, secretsManager, invokeFunction(place, functionName));
          const isFailed = chance.chance(0.03);
          const endMs = inTurn(hour, rotator, atMs + 900, 350, rotation(secret.id, chance, isFailed));
          hour.aws(endMs + 300, secretsManager, event(isFailed ? "RotationFailed" : "RotationSucceeded"));
        }
        for (const { key, perDay, suffix } of holders) {
          for (const atMs of hour.starts(keys)) {
            rotateAccessKey(chance, key, rotator.at(atMs, hour), atMs, hour);
            const secretId = `arn:aws:secretsmanager:${region}:${account.id}:secret:${name(suffix)}/key`;
            inTurn(hour, rotator, atMs + 1_000, 500, [awsCall("secretsmanager", "PutSecretValue", { request: { secretId } })]);
          }
          for (const atMs of hour.events(perDay, businessCustomers, account.timeZone)) hour.aws(atMs, key.at(atMs, hour), work(suffix, chance));
        }
        hour.sort();
      },
    };
  },
};

/** The four steps that Secrets Manager has a function go through: create, set, test, finish. */
function rotation(secretId: string, random: Random, isFailed: boolean): AwsCall[] {
  const clientRequestToken = random.uuid();
  const call = (name: string, more: { [key: string]: string } = {}): AwsCall => awsCall("secretsmanager", name, { request: { secretId, ...more } });
  const pending = call("GetSecretValue", { versionId: clientRequestToken, versionStage: "AWSPENDING" });
  const begun = [
    call("DescribeSecret"),
    call("GetSecretValue", { versionStage: "AWSCURRENT" }),
    missing(pending, "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"),
    awsCall("secretsmanager", "GetRandomPassword", { request: { excludeCharacters: "/@" } }),
    call("PutSecretValue", { clientRequestToken, versionStages: "AWSPENDING" }),
    call("DescribeSecret"),
    pending,
  ];
  if (isFailed) return begun;
  return [
    ...begun,
    call("DescribeSecret"),
    pending,
    call("DescribeSecret"),
    call("UpdateSecretVersionStage", { versionStage: "AWSCURRENT", moveToVersionId: clientRequestToken }),
  ];
}
