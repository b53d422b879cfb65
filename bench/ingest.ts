// The ingest benchmark: the whole path from .json.gz files to stored rows with all views on, as the command line runs it, in
// a process of its own; DuckDB loading the same files as the control of the same run; then each stage by itself.
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { cloudTrailCorpus } from "./cloudtrail-corpus.ts";
import { benchStages } from "./ingest-stages.ts";
import { machineLine } from "./machine.ts";
import { type MeasuredRun, runProgram } from "./measured-run.ts";

export interface IngestBenchOptions {
  readonly seed: number;
  readonly records: number;
  /** Outside the repository. */
  readonly folder: string;
  readonly workers: string | undefined;
  /** Only the scan, once, with its rate in each tenth of the records. */
  readonly tenths: boolean;
}

interface Run extends MeasuredRun {
  readonly diskBytes: number;
  readonly tenths?: readonly { readonly eventsPerSecond: number; readonly cpuMicros: number }[];
}

export async function benchIngest({ seed, records, folder, workers, tenths }: IngestBenchOptions): Promise<void> {
  mkdirSync(folder, { recursive: true });
  console.log(machineLine());
  const corpus = cloudTrailCorpus(folder, { seed, records, identities: 3000, days: 30, recordsPerFile: 5000 });
  const corpusBytes = folderBytes(corpus);
  console.log(`corpus: ${records} CloudTrail records, ${(corpusBytes / records).toFixed(0)} compressed bytes each, ${corpus}`);
  // A store of its own for each run, all taken away at the end: for minutes after thousands of files were deleted ext4 searches long for room for new ones.
  const stores = path.join(folder, "stores");
  rmSync(stores, { recursive: true, force: true });
  try {
    if (tenths) printTenths(await runOurs(corpus, path.join(stores, "0"), records, workers));
    else await comparePairs(corpus, folder, stores, records, workers);
  } finally {
    rmSync(stores, { recursive: true, force: true });
  }
}

async function comparePairs(corpus: string, folder: string, stores: string, records: number, workers: string | undefined): Promise<void> {
  const ours: Run[] = [];
  const controls: Run[] = [];
  // A, B, A, B: the machine's speed drifts, so the two are paired. The first pair warms the page cache and counts too.
  for (let pair = 0; pair < 2; pair++) {
    ours.push(await runOurs(corpus, path.join(stores, String(pair)), records, workers));
    controls.push(await runControl(corpus, folder));
  }
  for (const [name, runs] of [
    ["machinetrail", ours],
    ["DuckDB, only loading", controls],
  ] as const)
    for (const run of runs) printRun(name, run);
  const ratios = ours.map((run, index) => (controls[index]?.seconds ?? Number.NaN) / run.seconds);
  console.log(`ratio to the control (events/s): ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}`);
  await benchStages(corpus);
}

function printRun(name: string, { rows, seconds, cpuSeconds, peakBytes, diskBytes }: Run): void {
  const perEvent = (value: number) => ((value * 1e6) / rows).toFixed(1);
  console.log(
    `${name}: ${Math.round(rows / seconds)} events/s, ${perEvent(cpuSeconds)} µs CPU an event, peak ${(peakBytes / 1e6).toFixed(0)} MB, ${(diskBytes / rows).toFixed(0)} bytes an event on disk`,
  );
}

function printTenths(run: Run): void {
  printRun("machinetrail", run);
  const tenths = run.tenths ?? [];
  for (const key of ["eventsPerSecond", "cpuMicros"] as const) {
    const values = tenths.map((tenth) => tenth[key]);
    const change = (100 * ((values.at(-1) ?? 0) - (values[0] ?? 0))) / (values[0] ?? Number.NaN);
    const name = key === "cpuMicros" ? "µs CPU an event" : "events/s";
    console.log(
      `${name} by tenth of the records: ${values.map((value) => value.toFixed(0)).join(", ")}; the last against the first: ${change.toFixed(0)} %`,
    );
  }
}

async function runOurs(corpus: string, store: string, records: number, workers: string | undefined): Promise<Run> {
  mkdirSync(store, { recursive: true });
  const run = await runProgram<Run>([
    path.join(import.meta.dirname, "scan-measured.ts"),
    corpus,
    store,
    String(records),
    ...(workers === undefined ? [] : [workers]),
  ]);
  return { ...run, diskBytes: folderBytes(store) };
}

function runControl(corpus: string, folder: string): Promise<Run> {
  return runProgram([path.join(import.meta.dirname, "duckdb-control.ts"), corpus, path.join(folder, "control.duckdb")]);
}

function folderBytes(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return sum;
}
