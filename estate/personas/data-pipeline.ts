// A data pipeline: Step Functions start a Glue job every few hours; the job reads new partitions, writes others and tells the catalogue;
// analysts' queries in Athena follow in the morning.
import { agents } from "../agents.ts";
import { awsCall, generateDataKey, inTurn, listObjects, missing, s3Object } from "../calls/aws.ts";
import { awsRole } from "../credentials/aws.ts";
import { serviceSession } from "../credentials/aws-services.ts";
import type { Hour } from "../hour.ts";
import type { AwsCall } from "../identity.ts";
import type { Persona } from "../persona.ts";
import { every, workdays } from "../schedule.ts";
import { publicNetwork } from "../world.ts";

export const dataPipeline: Persona = {
  id: "data-pipeline",
  says: "Step Functions and Glue: reads and writes partitions of buckets every few hours, and keeps the catalogue.",
  providers: ["aws"],
  share: 6,
  create({ world, random, name }) {
    const account = world.aws.accounts.find((each) => each.name === "data" && random.chance(0.7)) ?? random.pick(world.aws.accounts);
    const [region] = account.regions;
    const place = { account: account.id, region };
    const flow = awsRole(random, account, name("etl-flow"), { path: "/service-role/", workload: "provider-service" });
    const worker = awsRole(random, account, name("etl-job"), { path: "/service-role/", workload: "provider-service" });
    const stateMachine = serviceSession(random, flow, {
      service: "states.amazonaws.com",
      sessionName: (session) => session.word(30),
      isServiceActing: true,
      address: "states.amazonaws.com",
      userAgent: "states.amazonaws.com",
      region,
    });
    const job = serviceSession(random, worker, {
      service: "glue.amazonaws.com",
      sessionName: () => "GlueJobRunnerSession",
      lastsMs: 3 * 3_600_000,
      address: random.addressIn(publicNetwork(random)),
      userAgent: `${agents.javaSdk(random)} Glue/5.0`,
      region,
    });
    const schedule = every(random.pick([60, 120, 180, 360] as const), random.integer(0, 59));
    const report = workdays(`0${random.integer(5, 7)}:30`, account.timeZone);
    const [raw, curated] = ["raw", "curated"].map((zone) => ({ name: `${world.organisation}-${name(`lake-${zone}`)}`, ...place }));
    if (raw === undefined || curated === undefined) throw new RangeError("two zones give two buckets");
    const [database, keyId] = [name("lake").replaceAll("-", "_"), random.uuid()];
    const usualFiles = random.integer(2, 14);
    const catalog = (action: string, more: { [key: string]: string } = {}): AwsCall =>
      awsCall("glue", action, { request: { databaseName: database, tableName: "events", ...more } });
    const partition = (hour: Hour): string => `dt=${hour.local("UTC").date}/hour=${hour.local("UTC").hour}`;

    const load = (hour: Hour, startMs: number): number => {
      const { random: chance } = hour;
      const files = chance.poisson(usualFiles);
      const reads = Array.from({ length: files }, (_, file) => s3Object("GetObject", raw, `events/${partition(hour)}/part-${file}.json.gz`));
      // A file that somebody moved between listing and reading.
      if (chance.chance(0.02))
        reads.push(missing(s3Object("GetObject", raw, `events/${partition(hour)}/part-x.json.gz`), "NoSuchKey", "The specified key does not exist."));
      const writes = Array.from({ length: Math.ceil(files / 3) }, () =>
        s3Object("PutObject", curated, `events/${partition(hour)}/${chance.uuid()}.parquet`),
      );
      return inTurn(hour, job, startMs, 900, [
        awsCall("glue", "GetDatabase", { request: { name: database } }),
        catalog("GetTable"),
        listObjects(raw, `events/${partition(hour)}/`),
        ...reads,
        generateDataKey(place, keyId),
        ...writes,
        catalog(files === 0 ? "GetPartitions" : "BatchCreatePartition"),
        awsCall("logs", "CreateLogStream", { request: { logGroupName: "/aws-glue/jobs/output", logStreamName: `jr_${chance.hex(64)}` } }),
      ]);
    };

    return {
      identities: [flow, worker],
      ways: [job, stateMachine],
      purpose: `turns about ${usualFiles} files of ${raw.name} into partitions of ${curated.name}`,
      schedule: `${schedule.text}; queries ${report.text}`,
      live(hour) {
        for (const startMs of hour.starts(schedule)) {
          stateMachine.end(startMs);
          const start = awsCall("glue", "StartJobRun", {
            isReadOnly: false,
            request: { jobName: name("etl-job") },
            response: { jobRunId: `jr_${hour.random.hex(64)}` },
          });
          hour.aws(startMs, stateMachine.at(startMs, hour), start);
          job.end(startMs + 40_000);
          const endMs = load(hour, startMs + 40_000 + hour.random.integer(0, 60_000));
          // A run that fails is started again by the state machine.
          if (hour.random.chance(0.03)) load(hour, endMs + 90_000);
          hour.aws(endMs + 5_000, stateMachine.at(endMs + 5_000, hour), catalog("GetJobRun"));
        }
        for (const startMs of hour.starts(report)) {
          job.end(startMs);
          const query = { workGroup: "primary", queryExecutionContext: { database } };
          const queries = Array.from({ length: 1 + hour.random.poisson(3) }, () => [
            awsCall("athena", "StartQueryExecution", { isReadOnly: false, request: query, response: { queryExecutionId: hour.random.uuid() } }),
            awsCall("athena", "GetQueryExecution", { request: { queryExecutionId: hour.random.uuid() } }),
            awsCall("athena", "GetQueryResults", { request: { queryExecutionId: hour.random.uuid() } }),
          ]);
          inTurn(hour, job, startMs, 2_500, queries.flat());
        }
        hour.sort();
      },
    };
  },
};
