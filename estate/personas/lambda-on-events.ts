// Functions that run when something happens: an object arrives, a rule fires, a message comes. Whoever invokes one shows as a data
// event of its own; what the function does shows as a session named after it.
import { agents } from "../agents.ts";
import { businessCustomers, customers, steady } from "../calendar.ts";
import { createLogStream, decrypt, dynamoDb, getSecretValue, inTurn, invokeFunction, missing, publish, s3Object, sqsMessage } from "../calls/aws.ts";
import { awsRole, awsServiceAccess } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import type { NonEmpty, Random } from "../random.ts";
import { publicNetwork } from "../world.ts";

export const lambdaOnEvents: Persona = {
  id: "lambda-on-events",
  says: "A function with a role of its own, which runs when something happens.",
  providers: ["aws"],
  share: 8,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const functionName = name("on-event");
    const role = awsRole(random, account, `${functionName}-role-${random.word(8)}`, { path: "/service-role/", workload: "lambda-function" });
    const network = publicNetwork(random);
    const session = serviceSession(random, role, {
      service: "lambda.amazonaws.com",
      sessionName: () => functionName,
      lastsMs: random.integer(1, 6) * 3_600_000,
      scope: { type: "AWS::Lambda::Function", arn: `arn:aws:lambda:${region}:${account.id}:function:${functionName}` },
      address: random.addressIn(network),
      userAgent: agents.lambda(random),
      region,
    });
    const trigger = random.pick(["s3.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"] as const);
    const invoker = awsServiceAccess(trigger, account.id, region);
    const inbox = { name: `${world.organisation}-${name("inbox")}`, ...place };
    const [table, keyId] = [name("results"), random.uuid()];
    const perDay = random.logNormal(18, 0.8);
    const rhythm = trigger === "events.amazonaws.com" ? steady : random.pick([customers, businessCustomers] as const);
    // What one run does is the same code each time; the last parts of it only on some events.
    const parts: NonEmpty<(chance: Random) => AwsCall> = random.shuffled([
      (chance: Random) => s3Object("GetObject", inbox, `in/${chance.hex(10)}.json`),
      () => dynamoDb("PutItem", place, table),
      () => sqsMessage("SendMessage", place, name("done")),
      () => publish(place, name("done")),
      (chance: Random) => s3Object("PutObject", inbox, `out/${chance.hex(10)}.json`),
      () => decrypt(account.id, region, keyId),
    ] as const);
    const usualParts = random.integer(1, 4);

    return {
      identities: [role],
      ways: [session],
      purpose: `${functionName} works off what ${trigger.split(".")[0]} tells it`,
      schedule: `about ${Math.round(perDay)} runs a day, on events`,
      live(hour) {
        const { random: chance } = hour;
        for (const atMs of hour.events(perDay, rhythm, account.timeZone)) {
          hour.aws(atMs, invoker, invokeFunction(place, functionName));
          const calls = parts.slice(0, Math.max(1, usualParts + (chance.chance(0.15) ? 1 : 0))).map((part) => part(chance));
          const isCold = session.current(atMs + 60) === undefined;
          const logStream = `${hour.local("UTC").date.replaceAll("-", "/")}/[$LATEST]${chance.hex(32)}`;
          const start = [createLogStream(`/aws/lambda/${functionName}`, logStream), getSecretValue(account.id, region, functionName)];
          const [first] = calls;
          // Lambda tries an event again when the function fails: after one minute, then after two.
          const isFailed = first !== undefined && chance.chance(0.006);
          const failed = isFailed ? [missing(first, "InternalServerError", "We encountered an internal error. Please try again.")] : [];
          const endMs = inTurn(hour, session, atMs + 60, 45, [...(isCold ? start : []), ...failed, ...(isFailed ? [] : calls)]);
          if (isFailed) inTurn(hour, session, endMs + 60_000, 45, calls);
        }
        hour.sort();
      },
    };
  },
};
