// The Kafka source and its preset for Azure Event Hubs against a real broker: the contract of live sources, then what goes wrong. One broker
// for the file, since its start is what costs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import kafkajs, { type Admin, type Producer } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SecretReference } from "../../../ingest/secret-reference.ts";
import type { Source, SourceBatch } from "../../../ingest/source.ts";
import type { SourceContext, SourceGap, SourceState } from "../../../ingest/source-type.ts";
import { eventHubsConnection, eventHubsSourceType } from "../../../ingest/sources/event-hubs.ts";
import { KafkaSource, type KafkaSourceOptions, kafkaDefaults, kafkaSourceType } from "../../../ingest/sources/kafka.ts";
import { begunAnew, deletedUnread } from "../../../ingest/sources/kafka-positions.ts";
import { openStore } from "../../../pipeline/build.ts";
import { loadConfig } from "../../../pipeline/config.ts";
import { Live } from "../../../pipeline/live.ts";
import { installTimeoutMs } from "../../stand-ins/install-once.ts";
import { createTopic, type KafkaBroker, kafkaUser, missingForKafkaBroker, startKafkaBroker } from "../../stand-ins/kafka-broker.ts";
import { sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

const missing = missingForKafkaBroker();

/** Times that let a test see in a second what takes half a minute in use. */
const fast = {
  ...kafkaDefaults,
  maxWaitTimeMs: 100,
  heartbeatIntervalMs: 200,
  sessionTimeoutMs: 6_000,
  rebalanceTimeoutMs: 6_000,
  requestTimeoutMs: 5_000,
  // Only a hang may meet it: what was acknowledged before its commit came through would come again.
  commitTimeoutMs: 30_000,
  firstDelayMs: 100,
  longestDelayMs: 500,
};

describe.skipIf(missing !== undefined)(`Kafka${missing === undefined ? "" : ` (${missing})`}`, () => {
  let folder = "";
  let broker: KafkaBroker;
  let names = 0;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "machinetrail-kafka-"));
    broker = await startKafkaBroker(path.join(folder, "broker"));
  }, installTimeoutMs);

  afterAll(async () => {
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A client of its own each time: one that has once known a topic cannot do without it any more. */
  async function withClient<Result>(use: (admin: Admin, producer: Producer) => Promise<Result>): Promise<Result> {
    const { Kafka, logLevel, Partitioners } = kafkajs;
    const kafka = new Kafka({
      brokers: [broker.plain],
      logLevel: logLevel.NOTHING,
      retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 500 },
    });
    const admin = kafka.admin();
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await Promise.all([admin.connect(), producer.connect()]);
    return use(admin, producer).finally(() => Promise.all([admin.disconnect(), producer.disconnect()]));
  }

  async function newTopic(partitions = 1, config: Readonly<Record<string, string>> = {}, name = `topic-${names++}`): Promise<string> {
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    await withClient((admin) => createTopic(admin, { topic: name, numPartitions: partitions, configEntries }));
    return name;
  }

  const message = (number: number): Buffer => Buffer.from(JSON.stringify({ eventID: `event-${number}`, eventSource: "s3.amazonaws.com", number }));
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

  async function publish(topic: string, values: readonly (Buffer | null)[], partitions = 1): Promise<void> {
    const messages = values.map((value, index) => ({ value, partition: index % partitions }));
    await withClient((_, producer) => producer.send({ topic, messages }));
  }

  const publishNumbers = (topic: string, from: number, to: number, partitions = 1) => publish(topic, range(from, to).map(message), partitions);

  function open(topics: readonly string[], overrides: Partial<KafkaSourceOptions> = {}, context: Partial<SourceContext> = {}): Source {
    const connection = () => ({ brokers: [broker.plain], tls: undefined, sasl: undefined });
    return new KafkaSource({ ...fast, topics, group: "readers", connection, ...overrides }, sourceContext(context));
  }

  /** Of all partitions together. */
  const committedOf = async (topic: string, group = "readers"): Promise<number> => {
    const [answer] = await withClient((admin) => admin.fetchOffsets({ groupId: `${group}.${topic}`, topics: [topic] }));
    return answer?.partitions.reduce((sum, { offset }) => sum + Number(offset), 0) ?? 0;
  };

  testLiveSourceContract("kafka", async () => {
    const topic = await newTopic(2);
    return {
      open: () => open([topic]),
      publish: (messages) => publish(topic, messages, 2),
      close: async () => undefined,
      providerKeepsPosition: true,
    };
  });

  test("what the broker compressed with gzip, snappy, lz4 and zstd is read, and so are several topics at once", async () => {
    const topics = await Promise.all(["gzip", "snappy", "lz4", "zstd"].map((codec) => newTopic(1, { "compression.type": codec })));
    await Promise.all(topics.map((topic, index) => publishNumbers(topic, index * 500, index * 500 + 500)));
    const reader = new Reader(open(topics));
    await reader.hasSeen(range(0, 2000));
    await reader.stop();
  });

  test("tombstones and empty values are no records, and what is behind them is committed", async () => {
    const topic = await newTopic();
    await publish(topic, [message(0), null, Buffer.alloc(0), message(1), null]);
    await publish(topic, [null, null]);
    const reader = new Reader(open([topic]));
    await reader.hasSeen([0, 1]);
    await until(async () => (await committedOf(topic)) === 7);
    await reader.stop();
    expect(reader.numbers).toEqual([0, 1]);
    expect(reader.batches.flatMap(({ rejected }) => [...rejected])).toEqual([]);
  });

  test("where there is a backlog one commit stands for thousands of records, and the lag is told", async () => {
    const topic = await newTopic();
    for (const from of [0, 2000, 4000]) await publishNumbers(topic, from, from + 2000);
    const lags: number[] = [];
    const reader = new Reader(open([topic], { partitionFetchBytes: 200_000 }, observing({ onLag: (_, waiting) => lags.push(waiting) })));
    await reader.hasSeen(range(0, 6000));
    await reader.stop();
    expect(reader.batches.filter(({ cursors }) => cursors.length > 0).length).toBeLessThan(6);
    expect(lags[0]).toBeGreaterThan(1000);
    expect(lags.at(-1)).toBe(0);
  });

  test("each way to log in works, over TLS with a certificate of the reader's own too; without one it is told", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 5);
    const tokens = createServer((request, response) => {
      let form = "";
      request.setEncoding("utf8").on("data", (chunk: string) => {
        form += chunk;
      });
      request.on("end", () => {
        const isRight = new URLSearchParams(form).get("client_secret") === kafkaUser.password;
        response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
        response.end(isRight ? JSON.stringify({ access_token: unsignedToken(), expires_in: 60 }) : "{}");
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => tokens.once("listening", resolve));
    const address = tokens.address();
    const token_endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/token`;
    const password = { env: "PASSWORD" };
    const byPassword = (mechanism: string) => ({ mechanism, username: kafkaUser.username, password });
    const oauth = { mechanism: "oauthbearer", token_endpoint, client_id: "reader", client_secret: password };
    const encrypted = { ca: { env: "CA" }, certificate: { env: "CA" }, key: { env: "KEY" } };
    const secrets: Readonly<Record<string, string>> = { PASSWORD: kafkaUser.password, CA: broker.certificate, KEY: broker.key };
    const secret = (reference: SecretReference) => ("env" in reference ? (secrets[reference.env] ?? "") : "");
    const logins = [
      { sasl: byPassword("plain") },
      { sasl: byPassword("scram-sha-256"), tls: encrypted },
      { sasl: byPassword("scram-sha-512") },
      { sasl: oauth },
    ];
    await Promise.all(
      logins.map(async (login, index) => {
        const brokers = ["tls" in login ? broker.tls : broker.sasl];
        const settings = kafkaSourceType.settings.parse({ brokers, topics: [topic], group: `login-${index}`, ...login });
        const reader = new Reader(kafkaSourceType.open(settings, sourceContext({ secret })));
        await reader.hasSeen(range(0, 5));
        await reader.stop();
      }),
    );
    tokens.close();
    const states = new States();
    const settings = kafkaSourceType.settings.parse({ brokers: [broker.sasl], topics: [topic], group: "login" });
    const reader = new Reader(kafkaSourceType.open(settings, sourceContext({ ...states.observing })));
    await states.has("failing");
    await reader.stop();
  });

  test("a wrong password is told, repeated nowhere, and cured by the right one", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 5);
    let password = "guessed-wrong";
    const states = new States();
    const connection = () => ({
      brokers: [broker.sasl],
      tls: undefined,
      sasl: { mechanism: "plain" as const, username: kafkaUser.username, password },
    });
    const reader = new Reader(open([topic], { connection }, states.observing));
    await states.has("failing");
    password = kafkaUser.password;
    await reader.hasSeen(range(0, 5));
    await states.has("ready");
    await reader.stop();
    expect(states.told.map(({ state }) => state).slice(0, 2)).toEqual(["connecting", "failing"]);
    expect(states.told.map(({ detail }) => detail).join()).not.toContain("guessed-wrong");
    expect(states.told[1]?.detail).toMatch(/authentication failed/i);
  });

  test("Azure Event Hubs: the connection string is the password, its endpoint the broker, and TLS is on", async () => {
    const hub = await newTopic();
    await publishNumbers(hub, 0, 5);
    const trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, broker.certificate]);
    const settings = eventHubsSourceType.settings.parse({ connection_string: { env: "HUBS" }, hub });
    const reader = new Reader(eventHubsSourceType.open(settings, sourceContext({ secret: () => `${broker.eventHubsConnectionString}\n` })));
    await reader.hasSeen(range(0, 5));
    await reader.stop();
    tls.setDefaultCACertificates(trusted);
    expect(eventHubsConnection("Endpoint=sb://example.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b").brokers).toEqual([
      "example.servicebus.windows.net:9093",
    ]);
    expect(() => eventHubsConnection("SharedAccessKey=very-secret")).toThrow(/expected Endpoint=sb/);
    expect(() => eventHubsConnection("SharedAccessKey=very-secret")).not.toThrow(/very-secret/);
  });

  // Side by side with the next one, most of which is waiting.
  test.concurrent("three readers of one group share the partitions; one comes, one dies with what it had, none is lost", async () => {
    const topic = await newTopic(6);
    await publishNumbers(topic, 0, 3000, 6);
    const lost = new Reader(open([topic]), () => false);
    await lost.hasSeen([0]);
    const together = new Set<number>();
    const second = new Reader(open([topic]), () => true, together);
    const third = new Reader(open([topic]), () => true, together);
    await second.hasSome();
    await lost.stop();
    await publishNumbers(topic, 3000, 6000, 6);
    await until(() => together.size === 6000);
    await second.stop();
    await publishNumbers(topic, 6000, 6500, 6);
    await until(() => together.size === 6500);
    await until(async () => (await committedOf(topic)) === 6500);
    await third.stop();
    expect(third.numbers.length).toBeGreaterThan(0);
  });

  test.concurrent("a store that takes longer than the session timeout costs no membership: nothing comes twice", async () => {
    const topic = await newTopic(2);
    for (const from of [0, 20, 40]) await publishNumbers(topic, from, from + 20, 2);
    const source = open([topic], { partitionFetchBytes: 100, readAheadBytes: 1, heartbeatIntervalMs: 100 });
    const stop = new AbortController();
    const numbers: number[] = [];
    for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      numbers.push(...valuesOf([batch]).map(({ number }) => Number(number)));
      if (numbers.length === 10) await new Promise((resolve) => setTimeout(resolve, fast.sessionTimeoutMs + 1_500));
      await batch.ack();
      if (numbers.length >= 60) stop.abort();
    }
    await source.close();
    expect(numbers.sort((a, b) => a - b)).toEqual(range(0, 60));
  });

  test("a process that stood still past the session timeout loses its membership and nothing else", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 100);
    const reader = new Reader(open([topic], { sessionTimeoutMs: 600, heartbeatIntervalMs: 100 }));
    await reader.hasSeen(range(0, 100));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    await publishNumbers(topic, 100, 200);
    await reader.hasSeen(range(100, 200));
    await until(async () => (await committedOf(topic)) === 200);
    await reader.stop();
  });

  test("what was read ahead when the group is shared out anew is dropped, since it comes again: nothing comes twice, and nothing heaps up", async () => {
    const topic = await newTopic(2);
    for (const from of [0, 20, 40]) await publishNumbers(topic, from, from + 20, 2);
    const lags: number[] = [];
    const source = open([topic], { partitionFetchBytes: 100, readAheadBytes: 1 }, observing({ onLag: (_, waiting) => lags.push(waiting) }));
    const stop = new AbortController();
    const numbers: number[] = [];
    for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      numbers.push(...valuesOf([batch]).map(({ number }) => Number(number)));
      await batch.ack();
      if (numbers.length === 10) {
        await until(() => lags.length >= 2);
        const other = new Reader(open([topic]), () => false);
        await other.hasSome();
        // A lag of 0 is told of the partition that the other one has now, then the lag of the one that is left and fetched anew. Until the group is shared
        // out once more nothing else is fetched: nobody takes what was.
        await until(() => lags.includes(0) && lags.at(-1) !== 0);
        const fetched = lags.length;
        await other.stop();
        await until(() => lags.length > fetched);
      }
      if (new Set(numbers).size === 60) stop.abort();
    }
    await source.close();
    expect(numbers.sort((a, b) => a - b)).toEqual(range(0, 60));
  });

  test("commits that are refused for long are told in the broker's words, though reading goes on, and no longer once they are taken", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 10);
    const states = new States();
    const reader = new Reader(open([topic], { commitTimeoutMs: 200 }, states.observing));
    await until(async () => (await committedOf(topic)) === 10);
    const limitCommits = (mostBytes: number) =>
      withClient((admin) => {
        const configEntries = Object.entries({ "cleanup.policy": "compact", "max.message.bytes": String(mostBytes) });
        const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: "__consumer_offsets" };
        return admin.alterConfigs({
          validateOnly: false,
          resources: [{ ...resource, configEntries: configEntries.map(([name, value]) => ({ name, value })) }],
        });
      });
    let published = 10;
    await limitCommits(20);
    try {
      // The broker may take what it was told a moment later, and commits until then.
      await until(async () => {
        published++;
        await publishNumbers(topic, published - 1, published);
        await reader.hasSeen([published - 1]);
        return states.last?.state === "failing";
      });
      await publishNumbers(topic, published, published + 10);
      published += 10;
      await reader.hasSeen(range(10, published));
      expect(states.last?.state).toBe("failing");
      expect(states.last?.detail).toMatch(/is not committed, and would come again: The server/);
    } finally {
      await limitCommits(1_048_588);
    }
    await states.has("ready");
    await until(async () => (await committedOf(topic)) === published);
    await reader.stop();
  });

  test("a topic that is deleted is told as failing and halts no other; made anew, it is read from its start and the gap is told", async () => {
    const [doomed, other] = [await newTopic(), await newTopic()];
    await publishNumbers(doomed, 0, 50);
    const states = new States();
    const reader = new Reader(open([doomed, other], {}, states.observing));
    await reader.hasSeen(range(0, 50));
    await until(async () => (await committedOf(doomed)) === 50);
    await withClient((admin) => admin.deleteTopics({ topics: [doomed] }));
    await states.has("failing");
    expect(states.last?.detail).toContain(doomed);
    await publishNumbers(other, 100, 110);
    await reader.hasSeen(range(100, 110));
    await newTopic(1, {}, doomed);
    await publishNumbers(doomed, 200, 210);
    await reader.hasSeen(range(200, 210));
    await states.has("ready");
    await until(async () => (await committedOf(doomed)) === 10);
    await reader.stop();
    expect(states.gaps).toEqual([{ partition: `${doomed}/0`, from: "50", to: "0", reason: begunAnew }]);
  });

  test("records deleted before they were read are told as a gap, and all that is left is read", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 100);
    const first = new Reader(open([topic]));
    await first.hasSeen(range(0, 100));
    await first.stop();
    await publishNumbers(topic, 100, 200);
    await withClient(async (admin) => {
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "150" }] });
    });
    const states = new States();
    const second = new Reader(open([topic], {}, states.observing));
    await second.hasSeen(range(150, 200));
    await second.stop();
    expect(states.gaps).toEqual([{ partition: `${topic}/0`, from: "100", to: "150", reason: deletedUnread }]);
  });

  test("a broker that answers nothing is told as failing, and when it answers again all is read", async () => {
    const topic = await newTopic();
    await publishNumbers(topic, 0, 10);
    const states = new States();
    const reader = new Reader(
      open([topic], { silenceMs: 1_000, requestTimeoutMs: 1_500, connectionTimeoutMs: 1_000, sessionTimeoutMs: 1_500 }, states.observing),
    );
    await reader.hasSeen(range(0, 10));
    broker.freeze();
    await states.has("failing").finally(() => broker.thaw());
    await publishNumbers(topic, 10, 20);
    await reader.hasSeen(range(10, 20));
    await states.has("ready");
    await reader.stop();
  });

  test("what is stored is acknowledged though the broker answers nothing: a drain waits once, not for every batch", async () => {
    const topic = await newTopic();
    for (const from of [0, 10, 20, 30, 40]) await publishNumbers(topic, from, from + 10);
    const source = open([topic], { partitionFetchBytes: 100, requestTimeoutMs: 60_000, commitTimeoutMs: 200 });
    const stop = new AbortController();
    const batches: SourceBatch[] = [];
    for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      batches.push(batch);
      if (valuesOf(batches).length === 50) stop.abort();
    }
    expect(batches.length).toBe(5);
    broker.freeze();
    try {
      for (const batch of batches) await batch.ack();
    } finally {
      broker.thaw();
    }
    await until(async () => (await committedOf(topic)) === 50);
    await source.close();
  });

  test("by way of serve several topics at once are stored, each record once, though a part of them comes twice", async () => {
    const topics = [await newTopic(2), await newTopic(2), await newTopic(2)];
    const line = (number: number) =>
      Buffer.from(
        JSON.stringify({
          ...{ kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Metadata", auditID: `id-${number}`, stage: "ResponseComplete", verb: "get" },
          ...{
            requestURI: "/api/v1/pods",
            user: { username: "system:serviceaccount:ns:app" },
            sourceIPs: ["10.0.0.1"],
            responseStatus: { code: 200 },
          },
          ...{ requestReceivedTimestamp: "2026-11-01T00:00:00.000000Z", stageTimestamp: "2026-11-01T00:00:00.000000Z" },
        }),
      );
    for (const [index, topic] of topics.entries()) await publish(topic, range(index * 100, index * 100 + 150).map(line), 2);
    const place = path.join(folder, "serve");
    mkdirSync(place, { recursive: true });
    const file = path.join(place, "config.yaml");
    const source = { id: "kafka", type: "kafka", brokers: [broker.plain], topics, group: "served" };
    writeFileSync(file, JSON.stringify({ sources: [source] }));
    const inputs = { file, environment: { HOME: place }, workingFolder: place, platform: process.platform, store: path.join(place, "store") };
    const config = loadConfig(inputs);
    const store = await openStore(config.store);
    const ignore = () => undefined;
    const told = { onSource: ignore, onGap: ignore, onDetection: ignore, onWatchFailure: ignore, onAlertProblem: ignore };
    const live = Live.start({ store, config, productVersion: "0.0.0", observer: { ...told, onFindings: async () => undefined } });
    await until(() => live.status.sources[0]?.counts.stored === 450);
    expect(live.status.sources[0]?.state).toBe("ready");
    expect(await live.stop(25_000)).toBe(true);
    const answer = await store.queryText(
      "SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(event_uid)) AS events FROM actions FINAL",
      "JSONEachRow",
    );
    expect(JSON.parse(Buffer.from(answer).toString())).toEqual({ rows: 350, events: 350 });
    await store.close();
    const committed = await Promise.all(topics.map((topic) => committedOf(topic, "served")));
    expect(committed).toEqual([150, 150, 150]);
  });

  test("a broker that is killed and comes back loses none of what it had taken", async () => {
    const topic = await newTopic(3);
    await publishNumbers(topic, 0, 3000, 3);
    const states = new States();
    const reader = new Reader(open([topic], { partitionFetchBytes: 20_000, readAheadBytes: 20_000, sessionTimeoutMs: 1_500 }, states.observing));
    await reader.hasSome();
    await broker.kill();
    // A broker's start is most of what this takes.
    const started = broker.start();
    await states.has("failing").finally(() => started);
    await publishNumbers(topic, 3000, 4000, 3);
    await reader.hasSeen(range(0, 4000));
    await states.has("ready");
    // Whoever writes may have written twice while the broker was away.
    const written = (await withClient((admin) => admin.fetchTopicOffsets(topic))).reduce((sum, { high }) => sum + Number(high), 0);
    await until(async () => (await committedOf(topic)) === written);
    await reader.stop();
  });
});

/** Reads a source beside the test until it is stopped, and acknowledges what `isDurable` says. */
class Reader {
  readonly batches: SourceBatch[] = [];
  readonly #seen = new Set<number>();
  readonly #together: Set<number>;
  readonly #source: Source;
  readonly #stop = new AbortController();
  readonly #reading: Promise<void>;

  /** `together`: what several readers have seen. */
  constructor(source: Source, isDurable: () => boolean = () => true, together = new Set<number>()) {
    this.#source = source;
    this.#together = together;
    this.#reading = this.#read(isDurable);
  }

  get numbers(): number[] {
    return [...this.#seen].sort((a, b) => a - b);
  }

  hasSeen(numbers: readonly number[]): Promise<void> {
    return until(() => numbers.every((number) => this.#seen.has(number)));
  }

  hasSome(): Promise<void> {
    return until(() => this.#seen.size > 0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
    await this.#source.close();
  }

  async #read(isDurable: () => boolean): Promise<void> {
    for await (const batch of this.#source.read({ cursors: async () => new Map(), signal: this.#stop.signal })) {
      this.batches.push(batch);
      for (const { number } of valuesOf([batch])) {
        this.#seen.add(Number(number));
        this.#together.add(Number(number));
      }
      if (isDurable()) await batch.ack();
    }
  }
}

/** What a source told of itself. */
class States {
  readonly told: { readonly state: SourceState; readonly detail: string }[] = [];
  readonly gaps: SourceGap[] = [];
  readonly observing = observing({
    onState: (state, detail) => this.told.push({ state, detail }),
    onGap: (gap) => this.gaps.push(gap),
  });

  get last() {
    return this.told.at(-1);
  }

  has(state: SourceState): Promise<void> {
    return until(() => this.last?.state === state);
  }
}

function observing(told: {
  onState?: (state: SourceState, detail: string) => unknown;
  onLag?: (partition: string, waiting: number) => unknown;
  onGap?: (gap: SourceGap) => unknown;
}): Partial<SourceContext> {
  return {
    observer: {
      onState: (state, detail) => void told.onState?.(state, detail),
      onLag: (partition, waiting) => void told.onLag?.(partition, waiting),
      onGap: (gap) => void told.onGap?.(gap),
    },
  };
}

/** What a broker takes that was not told which keys to trust (RFC 7515, appendix A.5: alg none). */
function unsignedToken(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: "none" })}.${part({ sub: "reader", iat: now, exp: now + 600 })}.`;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadlineMs = Date.now() + 60_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > deadlineMs) throw new Error("what the test waits for did not come");
}
