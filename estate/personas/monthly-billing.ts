// The billing run on AWS Batch: nothing for weeks, then hundreds of calls in the first night of a month, and a few corrections after.
import { agents } from "../agents.ts";
import { awsCall, decrypt, dynamoDb, getSecretValue, inTurn, s3Object, sqsMessage } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { monthly } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const monthlyBilling: Persona = {
  id: "monthly-billing",
  says: "A batch job that bills customers in the first nights of a month.",
  providers: ["aws"],
  share: 3,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const role = awsRole(random, account, name("billing-run"), { path: "/batch/", workload: "ecs-task" });
    const job = serviceSession(random, role, {
      service: "ecs-tasks.amazonaws.com",
      sessionName: (session) => session.hex(32),
      lastsMs: 6 * 3_600_000,
      address: random.addressIn(publicNetwork(random)),
      userAgent: `${agents.javaSdk(random)} exec-env/AWS_ECS_EC2`,
      region,
    });
    const day = random.integer(1, 3);
    const run = monthly(day, `0${random.integer(1, 4)}:00`, account.timeZone);
    const corrections = monthly(day + random.integer(2, 6), `0${random.integer(6, 9)}:30`, account.timeZone);
    const bucket = { name: `${world.organisation}-${name("invoices")}`, ...place };
    const [table, keyId] = [name("invoices"), random.uuid()];
    const usualInvoices = random.integer(60, 400);
    const invoice = (month: string, number: number): AwsCall[] => [
      dynamoDb("Query", place, table, { indexName: "by-customer" }),
      s3Object("PutObject", bucket, `${month}/${String(number).padStart(6, "0")}.pdf`),
      ...(number % 10 === 0 ? [sqsMessage("SendMessage", place, name("mail"))] : []),
    ];

    return {
      identities: [role],
      ways: [job],
      purpose: `bills about ${usualInvoices} customers into ${bucket.name}`,
      schedule: `${run.text}, corrections ${corrections.text}`,
      live(hour) {
        const month = hour.local(account.timeZone).date.slice(0, 7);
        const start = [getSecretValue(account.id, region, name("billing-run")), decrypt(account.id, region, keyId)];
        for (const startMs of hour.starts(run)) {
          job.end(startMs);
          // The organisation grows, and December is larger.
          const size = usualInvoices * (1 + hour.daysSince(world.startMs) * 0.002) * (month.endsWith("-12") ? 1.3 : 1);
          const invoices = Array.from({ length: hour.random.poisson(size) }, (_, number) => invoice(month, number));
          inTurn(hour, job, startMs, 1_800, [...start, ...invoices.flat(), awsCall("ses", "SendEmail", { request: null })]);
        }
        for (const startMs of hour.starts(corrections)) {
          job.end(startMs);
          const again = Array.from({ length: hour.random.poisson(usualInvoices * 0.03) }, () => {
            const number = hour.random.integer(1, usualInvoices);
            return [s3Object("GetObject", bucket, `${month}/${String(number).padStart(6, "0")}.pdf`), ...invoice(month, number)];
          });
          inTurn(hour, job, startMs, 4_000, [...start, ...again.flat()]);
        }
      },
    };
  },
};
