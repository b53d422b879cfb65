// Where the microseconds of ingest go: each stage by itself, on one thread, over the same files. CPU time of the whole process,
// so that the collector's and the engine's own threads count.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decompressWhole } from "../ingest/decode/decompress.ts";
import type { InterningParser } from "../ingest/decode/interning-parser.ts";
import { RecordParser } from "../ingest/decode/record-parser.ts";
import type { JsonObject } from "../model/json.ts";
import { deriveBaselineValues } from "../normalize/baseline-values.ts";
import { awsCloudtrail } from "../normalize/formats/aws-cloudtrail.ts";
import { createNetworkClassifier } from "../normalize/network.ts";
import type { NormalizeResult } from "../normalize/normalizer.ts";
import { createRedactionKey } from "../normalize/redaction/redaction-key.ts";
import { Redactor } from "../normalize/redaction/redactor.ts";
import { openStore } from "../pipeline/build.ts";
import { type BlockPair, PendingBlocks, scanBlocks } from "../pipeline/pending-blocks.ts";
import { parserOf } from "../pipeline/record-reader.ts";

const files = 20;

type EventResult = Extract<NormalizeResult, { kind: "event" }>;

interface Parsed {
  readonly bytes: Buffer;
  readonly ranges: readonly number[];
  readonly values: readonly JsonObject[];
  readonly fresh: readonly (readonly string[] | undefined)[];
}

class StageTimer {
  readonly #seconds = new Map<string, number>();

  async measure<Result>(stage: string, run: () => Result | Promise<Result>): Promise<Result> {
    const before = process.cpuUsage();
    const result = await run();
    const { user, system } = process.cpuUsage(before);
    this.#seconds.set(stage, (this.#seconds.get(stage) ?? 0) + (user + system) / 1e6);
    return result;
  }

  print(records: number): void {
    for (const [stage, seconds] of this.#seconds) console.log(`  ${stage.padEnd(34)} ${((seconds * 1e6) / records).toFixed(1)} µs CPU an event`);
  }
}

export async function benchStages(corpus: string): Promise<void> {
  const timer = new StageTimer();
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-stages-"));
  const store = await openStore({ kind: "embedded", folder });
  const gate = new Redactor(createRedactionKey());
  const shared = parserOf(gate);
  const context = { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
  const names = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let records = 0;
  const blocks = new PendingBlocks(scanBlocks);
  const write = async ({ records, actions }: Partial<BlockPair>) => {
    if (records !== undefined) {
      const block = await timer.measure("Arrow", () => records.finish());
      await timer.measure("insert of records", () => store.insertRecords(block));
    }
    if (actions === undefined) return;
    const block = await timer.measure("Arrow", () => actions.finish());
    await timer.measure("insert of actions, with all views", () => store.insertActions(block));
  };
  for (const entry of names.slice(0, files)) {
    const file = readFileSync(path.join(entry.parentPath, entry.name));
    const bytes = await timer.measure("gunzip", async () => (await decompressWhole(file, "gzip")) ?? Buffer.alloc(0));
    const parsed = await timer.measure("find and parse records", () => parseAll(bytes, shared));
    records += parsed.values.length;
    await timer.measure("look for secrets", () => parsed.values.filter((value, index) => gate.mayHoldSecret(value, parsed.fresh[index])).length);
    const actions = await timer.measure("normalise and derive", () => parsed.values.map((value) => normalize(value, context)));
    if (blocks.areActionsDue) for (const pair of blocks.takeAll()) await write(pair);
    else for (const records of blocks.takeRecords()) await write({ records });
    await timer.measure("rows and dictionaries", () => appendAll(blocks, actions, parsed));
  }
  for (const pair of blocks.takeAll()) await write(pair);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  console.log(`by stage, ${records} records of the corpus, one thread:`);
  timer.print(records);
}

function parseAll(bytes: Buffer, shared: InterningParser): Parsed {
  const parser = new RecordParser(0, shared);
  parser.push(bytes, true);
  const ranges: number[] = [];
  const values: JsonObject[] = [];
  const fresh: (readonly string[] | undefined)[] = [];
  for (let taken = parser.take(1000); taken !== undefined; taken = parser.take(1000)) {
    ranges.push(...taken.ranges);
    values.push(...taken.values);
    fresh.push(...taken.fresh);
  }
  return { bytes, ranges, values, fresh };
}

function normalize(value: JsonObject, context: Parameters<typeof awsCloudtrail.normalize>[1]): EventResult {
  const result = awsCloudtrail.normalize(value, context);
  if (result.kind !== "event") throw new Error(`the corpus holds a record that is ${result.kind}`);
  deriveBaselineValues(result.event);
  return result;
}

function appendAll(blocks: PendingBlocks, results: readonly EventResult[], { bytes, ranges }: Parsed): void {
  const receivedAtMs = Date.now();
  for (const [index, result] of results.entries()) {
    blocks.append(result.event, receivedAtMs, bytes, ranges[index * 2] ?? 0, ranges[index * 2 + 1] ?? 0, result);
  }
}
