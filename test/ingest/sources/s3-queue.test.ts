// The source of S3 by SQS against moto: what every live source promises, and what a queue can do to its reader.
import { gzipSync } from "node:zlib";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { s3Queue } from "../../../ingest/sources/s3-queue.ts";
import { PermanentError, TransientError } from "../../../model/errors.ts";
import { installTimeoutMs } from "../../stand-ins/install-once.ts";
import { missingForMotoServer } from "../../stand-ins/moto-server.ts";
import { readUntil, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";
import { AwsStandIn, awsContext, awsCredentials, type TestQueue } from "./aws-stand-in.ts";
import { Told } from "./told.ts";

const missing = missingForMotoServer();
const record = (number: number) => ({ eventID: `event-${number}`, number });
const trailFile = (...numbers: number[]) => gzipSync(JSON.stringify({ Records: numbers.map(record) }));
const throttled = { status: 503, body: "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>" };
const deniedAnswer = { status: 403, body: "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>" };

describe.skipIf(missing !== undefined)(`S3 by SQS${missing === undefined ? "" : ` (${missing})`}`, () => {
  let aws: AwsStandIn;
  beforeAll(async () => {
    aws = await AwsStandIn.start();
  }, installTimeoutMs);
  afterAll(() => aws.stop());
  afterEach(() => {
    aws.proxy.fault = () => undefined;
  });

  const open = (queue: TestQueue, overrides: Readonly<Record<string, unknown>> = {}, observer = new Told()) =>
    s3Queue.open(
      s3Queue.settings.parse({
        queue_url: queue.proxied,
        region: "eu-west-1",
        endpoint: aws.proxy.url,
        credentials: awsCredentials,
        // Only a test of it may meet its end.
        visibility_seconds: 20,
        wait_seconds: 1,
        ...overrides,
      }),
      awsContext({ observer }),
    );

  async function notifiedBucket(maxReceiveCount?: number): Promise<{ bucket: string; queue: TestQueue }> {
    const bucket = await aws.makeBucket();
    const queue = await aws.makeQueue(maxReceiveCount);
    await aws.notify(bucket, { queueArn: queue.arn });
    return { bucket, queue };
  }

  const seen = (count: number) => (batches: Parameters<typeof valuesOf>[0]) => new Set(valuesOf(batches).map(({ number }) => number)).size >= count;

  testLiveSourceContract("S3 by SQS", async () => {
    const { bucket, queue } = await notifiedBucket();
    let made = 0;
    return {
      open: () => open(queue),
      publish: async (messages) => {
        for (const message of messages) await aws.put(bucket, `day 1/${String(made++).padStart(5, "0")}+.json`, message);
      },
      close: async () => undefined,
    };
  });

  test("events through SNS and CloudTrail's own message are read, S3's test and digests are passed over, and all of them are deleted", async () => {
    const bucket = await aws.makeBucket();
    const queue = await aws.makeQueue();
    await aws.notify(bucket, { topicArn: await aws.makeTopic(queue.arn) });
    await aws.put(bucket, "AWSLogs/1/CloudTrail-Digest/eu-west-1/a.json.gz", trailFile(99));
    await aws.put(bucket, "AWSLogs/1/CloudTrail/eu-west-1/a.json.gz", trailFile(1, 2));
    await aws.notify(bucket, { queueArn: (await aws.makeQueue()).arn });
    await aws.put(bucket, "AWSLogs/1/CloudTrail/eu-west-1/b.json.gz", trailFile(3));
    await aws.put(bucket, "AWSLogs/1/CloudTrail/eu-west-1/c.json.gz", trailFile(4));
    await aws.send(
      queue,
      JSON.stringify({ s3Bucket: bucket, s3ObjectKey: ["b", "c"].map((name) => `AWSLogs/1/CloudTrail/eu-west-1/${name}.json.gz`) }),
    );
    const batches = await readUntil(open(queue), new Map(), seen(4));
    expect(
      valuesOf(batches)
        .map(({ number }) => number)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
  });

  test("a message stays until all rows of all its objects are stored", async () => {
    const { bucket, queue } = await notifiedBucket();
    const other = await aws.makeQueue();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    await aws.put(bucket, "b.json.gz", trailFile(2));
    await aws.send(other, JSON.stringify({ s3Bucket: bucket, s3ObjectKey: ["a.json.gz", "b.json.gz"] }));
    await readUntil(open(other), new Map(), seen(2), ({ origin }) => origin.endsWith("a.json.gz"));
    expect(await aws.count(other.url)).toEqual({ waiting: 1, held: 0 });
    await readUntil(open(queue), new Map(), seen(2));
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
  });

  test("a message is hidden from others for as long as its rows are not stored, and one whose time ran out is deleted all the same", async () => {
    const { bucket, queue } = await notifiedBucket();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    let extensions = 0;
    let isExtended = true;
    aws.proxy.fault = ({ headers }) => {
      if (headers["x-amz-target"] !== "AmazonSQS.ChangeMessageVisibilityBatch") return undefined;
      extensions++;
      return isExtended ? undefined : { status: 503, body: "" };
    };
    const receive = async (seconds: number) => {
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: seconds, VisibilityTimeout: 0 }),
      );
      return Messages.length;
    };
    const stop = new AbortController();
    // Extended each second.
    const source = open(queue, { visibility_seconds: 3 });
    for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      expect(await receive(6)).toBe(0);
      expect(extensions).toBeGreaterThan(2);
      isExtended = false;
      expect(await receive(20)).toBe(1);
      await batch.ack();
      stop.abort();
    }
    await source.close();
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
  });

  test("what is not stored when it is closed is given back after the last extension, which would hide it again", async () => {
    const { bucket, queue } = await notifiedBucket();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    const extending = Promise.withResolvers<void>();
    const asked: string[] = [];
    let isHeldUp = false;
    aws.proxy.fault = async ({ headers, body }) => {
      if (headers["x-amz-target"] !== "AmazonSQS.ChangeMessageVisibilityBatch") return undefined;
      const { Entries } = JSON.parse(body) as { Entries: { VisibilityTimeout: number }[] };
      const isGivenBack = Entries.every(({ VisibilityTimeout }) => VisibilityTimeout === 0);
      asked.push(`${isGivenBack ? "given back" : "extended"}${isHeldUp ? " meanwhile" : ""}`);
      if (isGivenBack || isHeldUp) return undefined;
      isHeldUp = true;
      extending.resolve();
      // What does not wait for it has overtaken it by then.
      await new Promise((resolve) => setTimeout(resolve, 500));
      isHeldUp = false;
      return undefined;
    };
    const stop = new AbortController();
    const source = open(queue, { visibility_seconds: 6 });
    for await (const _ of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      await extending.promise;
      stop.abort();
    }
    await source.close();
    expect([asked[0], asked.at(-1), asked.includes("given back meanwhile")]).toEqual(["extended", "given back", false]);
    expect(await aws.count(queue.url)).toEqual({ waiting: 1, held: 0 });
  });

  test("what cannot be read is told and ends in the dead-letter queue, and its neighbours are read and deleted", async () => {
    // Twice received: on a busy machine the time of a good one may be over before it is deleted, and it is no bad one for that.
    const { bucket, queue } = await notifiedBucket(2);
    const observer = new Told();
    aws.proxy.fault = ({ path }) => (path.includes("denied") ? deniedAnswer : undefined);
    await aws.send(queue, "no notification");
    await aws.send(queue, JSON.stringify({ s3Bucket: bucket, s3ObjectKey: ["deleted.json.gz"] }));
    await aws.send(queue, JSON.stringify({ s3Bucket: "of-somebody-else", s3ObjectKey: ["a.json.gz"] }));
    for (const [index, key] of ["a.json.gz", "denied.json.gz", "b.json.gz"].entries()) await aws.put(bucket, key, trailFile(index));
    const dead = queue.dead?.url ?? "";
    const putLast = async () => {
      // Messages move when somebody receives once their time is over, which the source does.
      while ((await aws.count(dead)).waiting < 4) await new Promise((resolve) => setTimeout(resolve, 100));
      await aws.put(bucket, "last.json.gz", trailFile(9));
    };
    const reading = readUntil(open(queue, { visibility_seconds: 2, buckets: [bucket] }, observer), new Map(), seen(3));
    const [batches] = await Promise.all([reading, putLast()]);
    expect([...new Set(valuesOf(batches).map(({ number }) => number))]).toEqual([0, 2, 9]);
    expect(await aws.count(dead)).toEqual({ waiting: 4, held: 0 });
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
    expect(observer.gaps).toEqual([`s3://${bucket}/deleted.json.gz`]);
    expect(observer.details("failing")).toContain("denied.json.gz");
    for (const reason of ["not JSON", "gone", "not among `buckets`"]) expect(observer.details("ready")).toContain(reason);
  });

  test("an outage of S3 is told and waited for, and costs no message one of its receptions", async () => {
    const { bucket, queue } = await notifiedBucket(1);
    const observer = new Told();
    let refusals = 3;
    aws.proxy.fault = ({ path }) => (path.includes("a.json.gz") && refusals-- > 0 ? throttled : undefined);
    await aws.put(bucket, "a.json.gz", trailFile(1));
    await readUntil(open(queue, {}, observer), new Map(), seen(1));
    expect(refusals).toBeLessThan(0);
    expect(observer.states.map(({ state }) => state)).toEqual(expect.arrayContaining(["failing", "ready"]));
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
  });

  test("a large object is streamed, and goes on where the connection broke", async () => {
    const { bucket, queue } = await notifiedBucket();
    const padding = "x".repeat(10_000);
    const lines = Array.from({ length: 1000 }, (_, number) => JSON.stringify({ ...record(number), padding })).join("\n");
    let cuts = 0;
    aws.proxy.fault = ({ path, headers }) => {
      if (!path.includes("large") || cuts === 3) return undefined;
      cuts++;
      expect(headers.range === undefined).toBe(cuts === 1);
      return { cutAfterBytes: cuts === 2 ? 0 : 3_000_000 };
    };
    await aws.put(bucket, "large.jsonl", Buffer.from(lines));
    const observer = new Told();
    const batches = await readUntil(open(queue, {}, observer), new Map(), seen(1000));
    expect(cuts).toBe(3);
    expect(observer.details("failing")).toContain("the connection breaks");
    expect(observer.states.at(-1)?.state).toBe("ready");
    expect(valuesOf(batches).map(({ number }) => number)).toEqual(Array.from({ length: 1000 }, (_, number) => number));
    expect(await aws.count(queue.url)).toEqual({ waiting: 0, held: 0 });
  });

  test("refused credentials, a missing queue and a right to delete that is missing are permanent; a queue that does not answer is not", async () => {
    const read = (source: ReturnType<typeof open>) => readUntil(source, new Map(), () => false);
    const { bucket, queue } = await notifiedBucket();
    await expect(read(open({ ...queue, proxied: `${aws.proxy.url}/123456789012/none` }))).rejects.toThrow(PermanentError);
    await expect(read(open({ ...queue, proxied: "http://127.0.0.1:1/123456789012/none" }))).rejects.toThrow(TransientError);
    const refuse = (action: string, type: string) => {
      aws.proxy.fault = ({ headers }) =>
        headers["x-amz-target"] === `AmazonSQS.${action}` ? { status: 403, body: JSON.stringify({ __type: type, message: "no" }) } : undefined;
    };
    refuse("ReceiveMessage", "com.amazon.coral.service#InvalidClientTokenId");
    await expect(read(open(queue))).rejects.toThrow(/receiving from .*InvalidClientTokenId/);
    refuse("DeleteMessageBatch", "com.amazon.coral.service#AccessDeniedException");
    await aws.put(bucket, "a.json.gz", trailFile(1));
    await expect(read(open(queue))).rejects.toThrow(/deleting messages/);
  });

  test("a wrong endpoint of S3 is told as failing, and how many messages wait is told", async () => {
    const { bucket, queue } = await notifiedBucket();
    await aws.put(bucket, "a.json.gz", trailFile(1));
    await aws.put(bucket, "b.json.gz", trailFile(2));
    const observer = new Told();
    const stop = new AbortController();
    const all = setInterval(() => {
      if (observer.details("failing") !== "" && observer.lags.length > 0) stop.abort();
    }, 20);
    const source = open(queue, { endpoint: "http://127.0.0.1:1" }, observer);
    for await (const _ of source.read({ cursors: async () => new Map(), signal: stop.signal }));
    await source.close();
    clearInterval(all);
    expect(observer.details("failing")).toMatch(/reading s3:.*ECONNREFUSED/);
    expect(observer.lags.length).toBe(1);
    expect(observer.details("ready")).toMatch(/no redrive policy/);
    expect(await aws.count(queue.url)).toEqual({ waiting: 2, held: 0 });
  });
});
