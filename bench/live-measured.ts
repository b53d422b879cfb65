// One reader of the live benchmark in a process of its own, with its figures as JSON on the last line:
// node bench/live-measured.ts serve|kafkajs BROKER TOPIC FOLDER RECORDS SECONDS ASKED.json ASKED-FROM
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { kafkaDefaults } from "../ingest/sources/kafka.ts";
import { consumeTopic } from "../ingest/sources/kafka-transport.ts";
import { openStore } from "../pipeline/build.ts";
import { loadConfig } from "../pipeline/config.ts";
import { Live } from "../pipeline/live.ts";
import { AnalystQuestions, type Answers, type AskedAbout } from "./analyst-questions.ts";

export interface Part {
  readonly events: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface LiveFigures extends Part, Answers {
  readonly peakBytes: number;
  readonly quiet: Part;
  readonly asked: Part;
  readonly ticks: number;
  readonly findings: number;
}

const noPart: Part = { events: 0, seconds: 0, cpuSeconds: 0 };
const nothing = { quiet: noPart, asked: noPart, answersMs: [], unasked: 0, ticks: 0, findings: 0 };

const [mode, broker = "", topic = "", folder = "", records = "", seconds = "", askedPath = "", askedFrom = "0.5"] = process.argv.slice(2);
const cpuBefore = process.cpuUsage();
const figures = mode === "serve" ? await serve() : await kafkajsAlone();
console.log(JSON.stringify(figures));
process.exit(0);

async function serve(): Promise<LiveFigures> {
  const place = path.join(folder, "serve");
  mkdirSync(place, { recursive: true });
  const configPath = path.join(place, "machinetrail.yaml");
  writeFileSync(configPath, JSON.stringify({ sources: [{ id: "kafka", type: "kafka", brokers: [broker], topics: [topic], group: "bench" }] }));
  const config = loadConfig({
    environment: { HOME: place },
    workingFolder: place,
    platform: process.platform,
    store: path.join(place, "db"),
    file: configPath,
  });
  const store = await openStore(config.store);
  let [ticks, findings] = [0, 0];
  const live = Live.start({
    store,
    config,
    productVersion: "bench",
    observer: {
      onAlertProblem: (message) => console.error(message),
      onSource: ({ state, detail }) => console.error(`source: ${state} ${detail}`),
      onGap: (_, gap) => console.error(`gap: ${JSON.stringify(gap)}`),
      onWatchFailure: ({ message }) => console.error(`watch: ${message}`),
      onDetection: ({ lastTickMs }) => {
        if (lastTickMs !== undefined) ticks++;
      },
      onFindings: async (found) => {
        findings += found.length;
      },
    },
  });
  const read = () => live.status.sources[0]?.counts.stored ?? 0;
  while (read() === 0) await wait(10);
  const startedMs = performance.now();
  const elapsed = () => (performance.now() - startedMs) / 1000;
  const untilPart = async (part: number) => {
    const [limit, end] = [Number(records) * part, Number(seconds) * part];
    for (let toldAt = 10; read() < limit && elapsed() < end; await wait(50)) {
      if (elapsed() < toldAt) continue;
      console.error(`${elapsed().toFixed(0)} s: ${read()} events read`);
      toldAt = elapsed() + 10;
    }
    return { events: read(), seconds: elapsed(), cpuSeconds: cpuSeconds() };
  };
  const quiet = await untilPart(Number(askedFrom));
  const questions = new AnalystQuestions(store, JSON.parse(readFileSync(askedPath, "utf8")) as AskedAbout);
  const both = await untilPart(1);
  const answers = await questions.stop();
  // What was read and is not stored yet is part of the work.
  await live.stop(60_000);
  const end = { events: read(), seconds: elapsed(), cpuSeconds: cpuSeconds() };
  await store.close();
  return {
    ...end,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    quiet,
    asked: { events: both.events - quiet.events, seconds: both.seconds - quiet.seconds, cpuSeconds: both.cpuSeconds - quiet.cpuSeconds },
    ...answers,
    ...{ ticks, findings },
  };
}

/** Of the whole process, its start included. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage(cpuBefore);
  return (user + system) / 1e6;
}

/** The same consumer with nobody behind it: fetched, decompressed, decoded, and dropped. */
async function kafkajsAlone(): Promise<LiveFigures> {
  const stop = new AbortController();
  let events = 0;
  let startedMs = performance.now();
  const drop = {
    onStarting: async () => undefined,
    onAssigned: () => {
      startedMs = performance.now();
    },
    onFetched: () => undefined,
    onMessages: async ({ messages }: { messages: readonly unknown[] }) => {
      events += messages.length;
      if (events >= Number(records)) stop.abort();
    },
  };
  const connection = { brokers: [broker], tls: undefined, sasl: undefined };
  await consumeTopic({ connection, group: "bench-alone", topic, tuning: kafkaDefaults }, drop, stop.signal);
  const elapsed = (performance.now() - startedMs) / 1000;
  return { events, seconds: elapsed, cpuSeconds: cpuSeconds(), peakBytes: process.resourceUsage().maxRSS * 1024, ...nothing };
}
