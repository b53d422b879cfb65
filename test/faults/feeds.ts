// What the fault suite needs of a source: how the configuration names it, and how an event is handed to its provider. Each kind of source
// has one.
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { BlobServiceClient } from "@azure/storage-blob";
import { PubSub } from "@google-cloud/pubsub";
import kafkajs from "kafkajs";
import { AwsStandIn } from "../ingest/sources/aws-stand-in.ts";
import { activityToken, startActivityListServer } from "../stand-ins/activity-list-server.ts";
import { startAzurite } from "../stand-ins/azurite.ts";
import { startCloudTrailServer } from "../stand-ins/cloudtrail-server.ts";
import { freePort } from "../stand-ins/free-port.ts";
import { createTopic, startKafkaBroker } from "../stand-ins/kafka-broker.ts";
import { startPubSubFake } from "../stand-ins/pubsub-fake.ts";
import type { Fault } from "./campaign.ts";

export interface Feed {
  /** Of the source, and the name that the events know. */
  readonly id: string;
  /** All else that the configuration says of the source. */
  readonly source: object;
  /** The configuration's section of that name. */
  readonly http?: { readonly listen: string };
  /** What the configuration names. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Several processes may read it, and share the work. */
  readonly isShared?: boolean;
  /** Where it reads on is kept in the store, as cursors. */
  readonly hasCursors?: boolean;
  /** Of this source's own. */
  readonly faults?: readonly Fault[];
  /** Resolves once the provider has taken them, whatever the program does meanwhile. */
  publish(records: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const asLines = (records: readonly string[]): string => records.map((record) => `${record}\n`).join("");

/** Files that grow, a new one now and then. */
export async function filesFeed(id: string, folder: string): Promise<Feed> {
  const logs = path.join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  let writes = 0;
  return {
    id,
    source: { type: "files", paths: [logs], poll_seconds: 0.2 },
    hasCursors: true,
    publish: async (records) => {
      const file = openSync(path.join(logs, `${Math.floor(writes++ / 8)}.json`), "a");
      // In two writes, so that a record is seen half-way.
      const text = asLines(records);
      writeSync(file, text.slice(0, 700));
      writeSync(file, text.slice(700));
      fsyncSync(file);
      closeSync(file);
    },
    close: async () => undefined,
  };
}

/** A sender that does what webhooks do: again, until it is told 2xx. */
export async function pushFeed(id: string): Promise<Feed> {
  const token = "a-token-of-this-test";
  const sha256 = createHash("sha256").update(token).digest("hex");
  const listen = `127.0.0.1:${await freePort()}`;
  const send = async (body: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
    const answer = await fetch(`http://${listen}/push/${id}/ndjson`, { method: "POST", headers, body, signal: AbortSignal.timeout(5000) });
    await answer.arrayBuffer();
    return answer.ok;
  };
  let isClosed = false;
  return {
    id,
    source: { type: "http-push", tokens: [{ name: "feed", sha256 }] },
    http: { listen },
    hasCursors: true,
    publish: async (records) => {
      while (!isClosed && !(await send(asLines(records)).catch(() => false))) await wait(50);
    },
    close: async () => {
      isClosed = true;
    },
  };
}

/** A client's, as the configuration would say it; moto takes any. */
const awsCredentials = { access_key_id: { env: "AWS_ID" }, secret_access_key: { env: "AWS_SECRET" } };
const awsEnvironment = { AWS_ID: "test", AWS_SECRET: "test" };
const trailFile = (records: readonly string[]): Buffer => gzipSync(`{"Records":[${records.join(",")}]}`);

/** Objects in a bucket that tells a queue of them. */
export async function queueFeed(id: string): Promise<Feed> {
  const aws = await AwsStandIn.start();
  const bucket = await aws.makeBucket();
  const queue = await aws.makeQueue();
  await aws.notify(bucket, { queueArn: queue.arn });
  let objects = 0;
  return {
    id,
    source: {
      type: "s3-queue",
      queue_url: queue.proxied,
      region: "eu-west-1",
      endpoint: aws.proxy.url,
      visibility_seconds: 2,
      wait_seconds: 1,
      credentials: awsCredentials,
    },
    isShared: true,
    environment: awsEnvironment,
    publish: async (records) => aws.put(bucket, `AWSLogs/${objects++}.json.gz`, trailFile(records)),
    close: () => aws.stop(),
  };
}

/** Objects of a trail in a bucket that tells nobody of them, each under its day. */
export async function listingFeed(id: string): Promise<Feed> {
  const aws = await AwsStandIn.start();
  const bucket = await aws.makeBucket();
  const today = () => new Date().toISOString().slice(0, 10);
  return {
    id,
    source: {
      type: "s3-listing",
      bucket,
      from: today(),
      region: "eu-west-1",
      endpoint: aws.proxy.url,
      poll_seconds: 0.2,
      credentials: awsCredentials,
    },
    hasCursors: true,
    environment: awsEnvironment,
    publish: async (records) => {
      // Keys in no order of time, as a trail's are.
      const name = createHash("sha256").update(String(records[0])).digest("hex").slice(0, 16);
      await aws.put(bucket, `AWSLogs/111122223333/CloudTrail/eu-west-1/${today().replaceAll("-", "/")}/${name}.json.gz`, trailFile(records));
    },
    close: () => aws.stop(),
  };
}

/** Events of an account's history, asked for as often as AWS allows. */
export async function lookupFeed(id: string): Promise<Feed> {
  const cloudTrail = await startCloudTrailServer();
  return {
    id,
    source: {
      type: "cloudtrail-lookup",
      region: "eu-west-1",
      endpoint: cloudTrail.url,
      from: new Date().toISOString().slice(0, 10),
      // What it shows again is a page, of which AWS gives two a second.
      overlap_minutes: 0.1,
      poll_seconds: 0.2,
      credentials: awsCredentials,
    },
    hasCursors: true,
    environment: awsEnvironment,
    publish: async (records) => {
      for (const record of records)
        cloudTrail.events.push({ EventId: `id-${cloudTrail.events.length}`, timeMs: Date.now(), CloudTrailEvent: record });
    },
    close: () => cloudTrail.stop(),
  };
}

/** Records of a subscription's Activity Log, as a list by time. */
export async function activityFeed(id: string): Promise<Feed> {
  const activity = await startActivityListServer();
  const subscription = "00000000-0000-0000-0000-000000000001";
  return {
    id,
    source: {
      type: "azure-activity-list",
      subscriptions: [subscription],
      credentials: { access_token: { env: "ACTIVITY_TOKEN" } },
      base_url: activity.url,
      // Pieces of a minute, each with a cursor: a slow machine falls behind, and goes on where it was.
      days: 0.02,
      window_hours: 1 / 60,
      // Else each look gives again what the one before gave, and no row is missing for long.
      overlap_minutes: 0,
      poll_seconds: 0.2,
    },
    hasCursors: true,
    environment: { ACTIVITY_TOKEN: activityToken },
    publish: (records) =>
      activity.add(
        subscription,
        [Buffer.from(`[${records.join(",")}]`)],
        // At the very moment where one look ends and the next begins a record is given by both.
        Date.now() + 0.5,
      ),
    close: () => activity.close(),
  };
}

/** Messages in a topic of three partitions; the broker can be killed as well. */
export async function kafkaFeed(id: string, folder: string): Promise<Feed> {
  const broker = await startKafkaBroker(path.join(folder, "broker"));
  const { Kafka, logLevel, Partitioners } = kafkajs;
  const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 500 };
  const kafka = new Kafka({ brokers: [broker.plain], logLevel: logLevel.NOTHING, retry });
  const admin = kafka.admin();
  await admin.connect();
  await createTopic(admin, { topic: "audit", numPartitions: 3 });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const brokerKilled: Fault = {
    name: "the broker killed and started again",
    strike: async (campaign) => {
      await broker.kill();
      // What is published meanwhile waits in the producer.
      await wait(1000);
      await broker.start();
      await campaign.untilInserted([id]);
    },
  };
  return {
    id,
    source: { type: "kafka", brokers: [broker.plain], topics: ["audit"], session_timeout_seconds: 1 },
    isShared: true,
    faults: [brokerKilled],
    publish: async (records) => {
      await producer.send({ topic: "audit", acks: -1, messages: records.map((value) => ({ value })) });
    },
    close: async () => {
      await producer.disconnect();
      await broker.stop();
    },
  };
}

/** The shortest that there is, and the longest of all leases here. */
export const pubSubLeaseSeconds = 10;

/**
 * Messages of a subscription. Google's fake forgets one that nobody holds ten minutes after it was published, whatever its retention says: where kills go
 * on for longer than that on a busy machine, what is missing then is the fake's loss.
 */
export async function pubSubFeed(id: string): Promise<Feed> {
  const fake = await startPubSubFake();
  const credentials = { client_email: "nobody", private_key: "none" };
  const client = new PubSub({ projectId: "project", apiEndpoint: fake.endpoint, emulatorMode: true, credentials });
  const [topic] = await client.createTopic("audit");
  await topic.createSubscription(id, { ackDeadlineSeconds: pubSubLeaseSeconds });
  return {
    id,
    source: { type: "gcp-pubsub", project: "project", subscription: id, endpoint: fake.endpoint, lease_seconds: pubSubLeaseSeconds },
    isShared: true,
    publish: async (records) => {
      await Promise.all(records.map((record) => topic.publishMessage({ data: Buffer.from(record) })));
    },
    close: async () => {
      await client.close();
      await fake.kill();
    },
  };
}

/** Lines appended to blobs of this hour. */
export async function blobFeed(id: string): Promise<Feed> {
  const azurite = await startAzurite();
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient("insights-logs-audit");
  await container.create();
  const hour = new Date().toISOString().replace(/^(\d+)-(\d+)-(\d+)T(\d+).*$/, "y=$1/m=$2/d=$3/h=$4/m=00");
  let blocks = 0;
  return {
    id,
    source: {
      type: "azure-blob",
      containers: ["insights-logs-audit"],
      poll_seconds: 0.2,
      account: { connection_string: { env: "AZURE_CONNECTION" } },
    },
    hasCursors: true,
    environment: { AZURE_CONNECTION: azurite.connectionString },
    publish: async (records) => {
      const blob = container.getAppendBlobClient(`resourceId=/SUBSCRIPTIONS/${blocks++ % 3}/${hour}/PT1H.json`);
      await blob.createIfNotExists();
      const text = asLines(records);
      await blob.appendBlock(text, Buffer.byteLength(text));
    },
    close: () => azurite.stop(),
  };
}
