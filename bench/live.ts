// The live benchmark: a backlog in a real Kafka broker on the same machine, drained by all of `serve` in one process (rows, views, detection),
// for the second half with an analyst's questions beside it; then the same backlog through kafkajs alone, which is its share of the cost.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import kafkajs from "kafkajs";
import { startKafkaBroker } from "../test/stand-ins/kafka-broker.ts";
import type { AskedAbout } from "./analyst-questions.ts";
import { cloudTrailCorpus } from "./cloudtrail-corpus.ts";
import type { LiveFigures, Part } from "./live-measured.ts";
import { machineLine } from "./machine.ts";
import { runProgram } from "./measured-run.ts";

export interface LiveBenchOptions {
  readonly seed: number;
  /** In the topic before reading begins. */
  readonly records: number;
  /** Over so many the events are spread: how long the backlog has been growing. Detection holds a row for each hour of each identity. */
  readonly hours: number;
  /** The reading ends after so long, or when all is stored. */
  readonly seconds: number;
  /** The part of the events, or of the seconds, after which questions begin. */
  readonly askedFrom: number;
  readonly partitions: number;
  /** As producers compress: none or gzip. */
  readonly isCompressed: boolean;
  /** Outside the repository. */
  readonly folder: string;
}

const topic = "cloudtrail";
/** Under the mebibyte that a broker takes at once. */
const messagesASend = 400;
const askedAbout = 200;

export async function benchLive({ seed, records, hours, seconds, askedFrom, partitions, isCompressed, folder }: LiveBenchOptions): Promise<void> {
  mkdirSync(folder, { recursive: true });
  console.log(machineLine());
  const corpus = cloudTrailCorpus(folder, { seed, records, identities: 3000, days: hours / 24, recordsPerFile: 5000 });
  const place = path.join(folder, "live");
  rmSync(place, { recursive: true, force: true });
  const broker = await startKafkaBroker(path.join(place, "broker"));
  try {
    const asked = await fill(broker.plain, corpus, partitions, isCompressed);
    console.log(
      `${records} CloudTrail events of ${hours} h in ${partitions} partitions, ${isCompressed ? "gzip" : "not compressed"}; at most ${seconds} s of reading`,
    );
    const askedPath = path.join(place, "asked.json");
    writeFileSync(askedPath, JSON.stringify(asked));
    const program = ["--disable-warning=TimeoutNegativeWarning", path.join(import.meta.dirname, "live-measured.ts")];
    const read = (mode: "serve" | "kafkajs") =>
      runProgram<LiveFigures>([...program, mode, broker.plain, topic, place, String(records), String(seconds), askedPath, String(askedFrom)]);
    print(await read("serve"));
    const alone = await read("kafkajs");
    console.log(
      `kafkajs alone: ${Math.round(alone.events / alone.seconds)} events/s, ${((alone.cpuSeconds * 1e6) / alone.events).toFixed(1)} µs CPU an event`,
    );
  } finally {
    await broker.stop();
    rmSync(place, { recursive: true, force: true });
  }
}

function print({ peakBytes, quiet, asked, answersMs, unasked, ticks, findings, ...whole }: LiveFigures): void {
  const told = (name: string, { events, seconds, cpuSeconds }: Part) =>
    console.log(
      `serve, ${name}: ${Math.round(events / seconds)} events/s, ${((cpuSeconds * 1e6) / events).toFixed(1)} µs CPU an event, over ${seconds.toFixed(0)} s`,
    );
  if (quiet.seconds > 1) told("without questions", quiet);
  told("beside questions", asked);
  told("all, until the last is stored", whole);
  console.log(`peak ${(peakBytes / 1e6).toFixed(0)} MB; detection meanwhile: ${ticks} ticks, ${findings} findings`);
  const at = (share: number) => (answersMs[Math.min(answersMs.length - 1, Math.floor(answersMs.length * share))] ?? Number.NaN).toFixed(0);
  const waits = `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms (target p95 1,000 ms)`;
  console.log(`five questions a second: ${answersMs.length} answered, ${waits}; ${unasked} not asked, as five others waited`);
}

/** Every event a message, spread over the partitions; returns some identities and resources to ask about. */
async function fill(broker: string, corpus: string, partitions: number, isCompressed: boolean): Promise<AskedAbout> {
  const { Kafka, logLevel, Partitioners, CompressionTypes } = kafkajs;
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const [identities, resources] = [new Set<string>(), new Set<string>()];
  let sent = 0;
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files.sort((left, right) => left.name.localeCompare(right.name))) {
    const file = JSON.parse(gunzipSync(readFileSync(path.join(entry.parentPath, entry.name))).toString()) as { Records: object[] };
    for (let first = 0; first < file.Records.length; first += messagesASend) {
      const values = file.Records.slice(first, first + messagesASend).map((record) => JSON.stringify(record));
      const partition = sent++ % partitions;
      await producer.send({
        topic,
        acks: 1,
        compression: isCompressed ? CompressionTypes.GZIP : CompressionTypes.None,
        messages: values.map((value) => ({ value, partition })),
      });
      const text = values[0] ?? "";
      if (identities.size < askedAbout) identities.add(/"arn":"(arn:aws:iam::[^"]+)"/.exec(text)?.[1] ?? "");
      if (resources.size < askedAbout) resources.add(/"ARN":"([^"]+)"/.exec(text)?.[1] ?? "");
    }
  }
  await producer.disconnect();
  return { identities: [...identities].filter((uid) => uid !== ""), resources: [...resources].filter((uid) => uid !== "") };
}
