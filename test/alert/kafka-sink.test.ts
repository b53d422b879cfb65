// The sink for Kafka against a real broker: the contract, and what a reader of the topic finds.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressGuard } from "../../alert/address-guard.ts";
import { kafkaSink } from "../../alert/sinks/kafka.ts";
import { installTimeoutMs } from "../stand-ins/install-once.ts";
import { createTopic, type KafkaBroker, kafkaUser, missingForKafkaBroker, startKafkaBroker } from "../stand-ins/kafka-broker.ts";
import { findingAlert } from "./alerts.ts";
import { patientMs, type SinkUnderTest, sinkContract } from "./sink-contract.ts";

const missing = missingForKafkaBroker();
const guard = addressGuard(["127.0.0.1", "localhost"]);

describe.skipIf(missing !== undefined)(`kafka${missing === undefined ? "" : ` (${missing})`}`, () => {
  let folder: string;
  let broker: KafkaBroker;
  let client: kafkajs.Kafka;
  let topics = 0;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "machinetrail-kafka-sink-"));
    broker = await startKafkaBroker(folder);
    client = new kafkajs.Kafka({ clientId: "test", brokers: [broker.plain], logLevel: kafkajs.logLevel.NOTHING });
  }, installTimeoutMs);
  afterAll(async () => {
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** All messages of a topic, read from its start to its present end. */
  async function read(topic: string): Promise<kafkajs.KafkaMessage[]> {
    const admin = client.admin();
    await admin.connect();
    const [end] = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const wanted = Number(end?.high ?? 0);
    const messages: kafkajs.KafkaMessage[] = [];
    if (wanted === 0) return messages;
    const consumer = client.consumer({ groupId: `read-${topic}-${messages.length}-${topics++}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message }) => {
          messages.push(message);
          if (messages.length === wanted) resolve();
        },
      });
    });
    await consumer.disconnect();
    return messages;
  }

  const make = async (timeoutMs: number): Promise<SinkUnderTest> => {
    const topic = `findings-${topics++}`;
    const admin = client.admin();
    await admin.connect();
    await createTopic(admin, { topic, numPartitions: 1 });
    await admin.disconnect();
    const options = { id: "kafka", brokers: [broker.plain], topic, sasl: undefined, tls: undefined, guard, timeoutMs };
    const [good, bad] = [kafkaSink(options), kafkaSink({ ...options, topic: `${topic}-absent` })];
    let current = good;
    return {
      sink: {
        ...good,
        send: (alerts, signal) => current.send(alerts, signal),
        close: async () => void (await Promise.all([good.close(), bad.close()])),
      },
      received: async () => (await read(topic)).map(({ headers }) => String(headers?.["alert-id"])),
      accept: () => {
        current = good;
      },
      failures: {
        "a topic that is not there": {
          set: () => {
            current = bad;
          },
          outcome: { kind: "failed", scope: "sink" },
        },
      },
      secrets: [],
      close: async () => undefined,
    };
  };
  sinkContract(make, ["a topic that is not there"]);

  test("it logs in over TLS, and a wrong password is a failure that does not show it", async () => {
    const sasl = { mechanism: "scram-sha-256", ...kafkaUser } as const;
    const topic = `secured-${topics++}`;
    const admin = client.admin();
    await admin.connect();
    await createTopic(admin, { topic, numPartitions: 1 });
    await admin.disconnect();
    const options = { id: "kafka", brokers: [broker.tls], topic, sasl, tls: { ca: broker.certificate }, guard, timeoutMs: patientMs };
    const sink = kafkaSink(options);
    const signal = new AbortController().signal;
    const alert = findingAlert();
    expect(await sink.send([alert], signal)).toMatchObject([{ kind: "delivered" }]);
    await sink.close();
    const [message] = await read(topic);
    expect([String(message?.key), JSON.parse(String(message?.value))]).toEqual([alert.finding.identity_uid, alert.ocsf]);
    const wrong = kafkaSink({ ...options, sasl: { ...sasl, password: "hidden" } });
    const [outcome] = await wrong.send([alert], signal);
    await wrong.close();
    expect(outcome).toMatchObject({ kind: "failed", scope: "sink" });
    expect(JSON.stringify(outcome)).not.toContain("hidden");
  });

  test("a broker at an address that is not allowed is not connected to", async () => {
    const sink = kafkaSink({
      id: "kafka",
      brokers: [broker.plain],
      topic: "t",
      sasl: undefined,
      tls: undefined,
      guard: addressGuard([]),
      timeoutMs: 1_000,
    });
    expect(await sink.send([findingAlert()], new AbortController().signal)).toMatchObject([
      { kind: "failed", reason: expect.stringContaining("not a public address") },
    ]);
    await sink.close();
  });
});

test("a connection that fails half-way is closed, and a batch is no larger than brokers take at once", async () => {
  const closed = Promise.withResolvers<void>();
  // Takes connections, and answers nothing.
  const silent = createServer(
    (socket) =>
      void socket
        .resume()
        .on("error", () => undefined)
        .on("close", closed.resolve),
  );
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const broker = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const sink = kafkaSink({ id: "kafka", brokers: [broker], topic: "t", sasl: undefined, tls: undefined, guard, timeoutMs: 200 });
  expect(await sink.send([findingAlert()], new AbortController().signal)).toMatchObject([{ kind: "failed", scope: "sink" }]);
  await closed.promise;
  expect(sink.batchSize * 64 * 1024).toBeLessThan(1_000_000);
  silent.close();
});
