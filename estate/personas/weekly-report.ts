// A report that a container writes once a week: a few dozen queries, some files, a mail.
import { agents } from "../agents.ts";
import { awsCall, dynamoDb, getSecretValue, inTurn, missing, s3Object } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { Persona } from "../persona.ts";
import { weekly } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const weeklyReport: Persona = {
  id: "weekly-report",
  says: "A container task that writes a report once a week.",
  providers: ["aws"],
  share: 4,
  create({ world, random, name }) {
    const account = random.pickSkewed(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const role = awsRole(random, account, name("weekly-report"), { path: "/tasks/", workload: "ecs-task" });
    const network = publicNetwork(random);
    const task = serviceSession(random, role, {
      service: "ecs-tasks.amazonaws.com",
      sessionName: (session) => session.hex(32),
      lastsMs: 6 * 3_600_000,
      address: random.addressIn(network),
      userAgent: agents.nodeSdk(random, "AWS_ECS_FARGATE"),
      region,
    });
    const schedule = weekly(random.integer(1, 7), `0${random.integer(3, 8)}:${random.pick(["00", "15", "30"] as const)}`, account.timeZone);
    const bucket = { name: `${world.organisation}-${name("reports")}`, ...place };
    const tables = Array.from({ length: random.integer(1, 4) }, () => `${name("report")}-${random.word(4)}`);
    const pages = random.integer(15, 120);

    return {
      identities: [role],
      ways: [task],
      purpose: `reads ${tables.length} tables in about ${pages} pages and writes a report into ${bucket.name}`,
      schedule: schedule.text,
      live(hour) {
        for (const startMs of hour.starts(schedule)) {
          const { random: chance } = hour;
          task.end(startMs);
          const { date } = hour.local(account.timeZone);
          const reads = Array.from({ length: 1 + chance.poisson(pages) }, (_, page) =>
            dynamoDb("Query", place, tables[page % tables.length] ?? "", { indexName: "by-week", limit: 500 }),
          );
          const run = [
            getSecretValue(account.id, region, `${name("weekly-report")}/mail`),
            ...reads,
            s3Object("PutObject", bucket, `${date}/summary.pdf`),
            s3Object("PutObject", bucket, `${date}/detail.csv`),
            awsCall("ses", "SendEmail", { request: { destination: { toAddresses: ["HIDDEN_DUE_TO_SECURITY_REASONS"] } } }),
          ];
          // Out of memory in the middle: the scheduler starts the task again.
          if (chance.chance(0.05)) {
            const brokenMs = inTurn(hour, task, startMs, 700, run.slice(0, Math.floor(run.length * chance.next())));
            task.end(brokenMs + 240_000);
            inTurn(hour, task, brokenMs + 240_000, 700, run);
          } else inTurn(hour, task, startMs, 700, run);
        }
        // Somebody at the office wants last week's again.
        if (hour.local(account.timeZone).hour === 14 && hour.random.chance(0.012)) {
          const atMs = hour.startMs + hour.random.integer(0, 3_000_000);
          task.end(atMs);
          const old = s3Object("GetObject", bucket, `${hour.local(account.timeZone).year}/summary.pdf`);
          inTurn(hour, task, atMs, 900, [hour.random.chance(0.3) ? missing(old, "NoSuchKey", "The specified key does not exist.") : old]);
        }
      },
    };
  },
};
