// A real Kafka broker (KRaft, one node) for tests, out of the Maven jars: a JVM whose life is bound to the process that started it.
// It stands alone because several suites need one, and because it is killed and started again while they run.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Admin, ITopicConfig } from "kafkajs";
import { freePorts } from "./free-port.ts";
import { installOnce, isInstalled, runInstaller } from "./install-once.ts";

export interface KafkaBroker {
  /** Without encryption and without a password: 127.0.0.1:PORT. */
  readonly plain: string;
  /** Password or token, without encryption. */
  readonly sasl: string;
  /** Password or token over TLS, by a certificate that `certificate` vouches for; takes a client's certificate of the same. */
  readonly tls: string;
  /** Of an event hub's namespace, as far as the program can tell: the TLS listener, with the connection string as password. */
  readonly eventHubsConnectionString: string;
  /** PEM; the one that signed the broker's, and with `key` a client's own. */
  readonly certificate: string;
  readonly key: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** On the same ports, with what it had stored; for one that was killed. */
  start(): Promise<void>;
  /** It holds its connections and answers nothing, until thawed. */
  freeze(): void;
  thaw(): void;
  /** For good. */
  stop(): Promise<void>;
}

/** Whoever logs in by PLAIN or SCRAM. OAUTHBEARER takes any unsigned token. */
export const kafkaUser = { username: "reader", password: "reader-password" };

const version = "4.3.1";
const name = `kafka-${version}`;
const readyTimeoutMs = 60_000;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>stand-in</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>`;

// The shell waits for the JVM, and kills it when its own standard input ends: that is when whoever started it is gone.
const boundToParent = `exec 3<&0; "$@" </dev/null 3<&- & jvm=$!; echo "pid $jvm"; (read -r _ <&3; kill -9 $jvm) >/dev/null 2>&1 & watcher=$!; exec 3<&-; wait $jvm; kill $watcher 2>/dev/null`;

/** What a machine lacks to run the broker, as a line for the skipped test; undefined when nothing. In CI nothing may lack. */
export function missingForKafkaBroker(): string | undefined {
  const lacks = ["java", "openssl", ...(isInstalled(name) ? [] : ["mvn"])].filter((tool) => !isThere(tool));
  if (lacks.length === 0) return undefined;
  const missing = `no Kafka broker to test against: ${lacks.join(" and ")} not found`;
  if (process.env.CI === "true") throw new Error(missing);
  return missing;
}

/** Starts a broker whose data live in `folder`, on free ports of 127.0.0.1; returns once it answers. */
export async function startKafkaBroker(folder: string): Promise<KafkaBroker> {
  const jars = `${await installJars()}/*`;
  mkdirSync(folder, { recursive: true });
  const [plain = 0, sasl = 0, tls = 0, controller = 0] = await freePorts(4);
  const { certificate, key } = makeCertificate(folder);
  const properties = path.join(folder, "server.properties");
  writeFileSync(properties, brokerProperties(folder, { plain, sasl, tls, controller }));
  const clusterId = Buffer.from("machinetrail-tst").toString("base64url");
  const scram = ["256", "512"].flatMap((bits) => ["--add-scram", `SCRAM-SHA-${bits}=[name=${kafkaUser.username},password=${kafkaUser.password}]`]);
  const jvm = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", jars];
  execFileSync("java", [...jvm, "kafka.tools.StorageTool", "format", "--standalone", "-t", clusterId, ...scram, "-c", properties], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const launch = () => launchBroker([...jvm, "kafka.Kafka", properties]);
  let running = await launch();
  return {
    plain: `127.0.0.1:${plain}`,
    sasl: `127.0.0.1:${sasl}`,
    tls: `127.0.0.1:${tls}`,
    eventHubsConnectionString: eventHubsConnectionString(tls),
    certificate,
    key,
    kill: () => running.kill(),
    start: async () => {
      running = await launch();
    },
    freeze: () => running.signal("SIGSTOP"),
    thaw: () => running.signal("SIGCONT"),
    stop: () => running.kill(),
  };
}

/** Once every partition has a leader that answers: kafkajs by itself gives up where a broker has not heard of the topic yet. */
export async function createTopic(admin: Admin, topic: ITopicConfig): Promise<void> {
  await admin.createTopics({ topics: [topic], waitForLeaders: false });
  const isThere = async () => (await admin.fetchTopicOffsets(topic.topic)).length === topic.numPartitions;
  for (const deadlineMs = Date.now() + readyTimeoutMs; !(await isThere().catch(() => false)); await sleep(20))
    if (Date.now() > deadlineMs) throw new Error(`the topic ${topic.topic} did not come to be`);
}

interface RunningBroker {
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
}

async function launchBroker(java: readonly string[]): Promise<RunningBroker> {
  const child = spawn("sh", ["-c", boundToParent, "sh", "java", ...java], { stdio: ["pipe", "pipe", "pipe"] });
  const exited = once(child, "exit");
  child.stdin.on("error", () => undefined);
  let output = "";
  const take = (chunk: string) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  let pid: number | undefined;
  for (const deadlineMs = Date.now() + readyTimeoutMs; !output.includes("Kafka Server started"); await sleep(20)) {
    pid ??= Number(/^pid (\d+)$/m.exec(output)?.[1] ?? 0) || undefined;
    if (child.exitCode !== null || Date.now() > deadlineMs) {
      if (pid !== undefined && child.exitCode === null) process.kill(pid, "SIGKILL");
      throw new Error(`the Kafka broker did not start: ${output.slice(-4_000)}`);
    }
  }
  const jvm = pid;
  if (jvm === undefined) throw new Error("the Kafka broker did not tell its process id");
  return {
    signal: (name) => {
      process.kill(jvm, name);
    },
    kill: async () => {
      if (child.exitCode !== null) return;
      process.kill(jvm, "SIGKILL");
      await exited;
    },
  };
}

function brokerProperties(folder: string, ports: { plain: number; sasl: number; tls: number; controller: number }): string {
  const { username, password } = kafkaUser;
  const oauth = "org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecured";
  const saslOf = (listener: string) => [
    `listener.name.${listener}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER`,
    `listener.name.${listener}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}" user_$ConnectionString="${eventHubsConnectionString(ports.tls)}";`,
    ...["256", "512"].map(
      (bits) => `listener.name.${listener}.scram-sha-${bits}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;`,
    ),
    `listener.name.${listener}.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    `listener.name.${listener}.oauthbearer.sasl.server.callback.handler.class=${oauth}ValidatorCallbackHandler`,
  ];
  return [
    "process.roles=broker,controller",
    "node.id=1",
    `log.dirs=${path.join(folder, "data")}`,
    `listeners=PLAIN://127.0.0.1:${ports.plain},SASL://127.0.0.1:${ports.sasl},TLS://127.0.0.1:${ports.tls},CONTROLLER://127.0.0.1:${ports.controller}`,
    "listener.security.protocol.map=PLAIN:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name=PLAIN",
    "controller.listener.names=CONTROLLER",
    `controller.quorum.bootstrap.servers=127.0.0.1:${ports.controller}`,
    ...saslOf("sasl"),
    ...saslOf("tls"),
    "ssl.keystore.type=PEM",
    `ssl.keystore.location=${path.join(folder, "keystore.pem")}`,
    "ssl.truststore.type=PEM",
    `ssl.truststore.location=${path.join(folder, "certificate.pem")}`,
    "listener.name.tls.ssl.client.auth=requested",
    // Without these it takes 12 s to return after kill -9, and 3 s for a group's first member.
    "broker.session.timeout.ms=1500",
    "broker.heartbeat.interval.ms=300",
    "group.initial.rebalance.delay.ms=0",
    "group.min.session.timeout.ms=500",
    "offsets.topic.replication.factor=1",
    "offsets.topic.num.partitions=1",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "transaction.state.log.num.partitions=1",
    "share.coordinator.state.topic.replication.factor=1",
    "share.coordinator.state.topic.min.isr=1",
    "auto.create.topics.enable=false",
    "log.cleaner.dedupe.buffer.size=2097152",
    "file.delete.delay.ms=100",
    "",
  ].join("\n");
}

function eventHubsConnectionString(port: number): string {
  return `Endpoint=sb://127.0.0.1:${port}/;SharedAccessKeyName=listener;SharedAccessKey=c3RhbmQtaW4=`;
}

/** One for the broker and a client, since only the way is tested. */
function makeCertificate(folder: string): { certificate: string; key: string } {
  const [certificatePath, keyPath] = [path.join(folder, "certificate.pem"), path.join(folder, "key.pem")];
  const request =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
  execFileSync("openssl", [...request.split(" "), "-keyout", keyPath, "-out", certificatePath], { stdio: "ignore" });
  const [certificate, key] = [readFileSync(certificatePath, "utf8"), readFileSync(keyPath, "utf8")];
  writeFileSync(path.join(folder, "keystore.pem"), key + certificate);
  return { certificate, key };
}

function installJars(): Promise<string> {
  return installOnce(name, async (draft) => {
    const pomPath = path.join(draft, "pom.xml");
    writeFileSync(pomPath, pom);
    const copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${draft}`];
    await runInstaller("mvn", ["-B", "-q", "-C", "-f", pomPath, ...copy]);
    if (!readdirSync(draft).some((file) => file.startsWith("kafka_2.13-"))) throw new Error("Maven copied no Kafka");
  });
}

function isThere(tool: string): boolean {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, tool)));
}
