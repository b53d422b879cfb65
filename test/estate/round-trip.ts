// An estate made, scanned by the normal path, and laid beside its own truth: what every persona, attack and layout must come through.
import { globSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { standardAttacks } from "../../estate/attacks/registry.ts";
import { type EstateOptions, type EstateSummary, generateEstate } from "../../estate/generate.ts";
import { openStore } from "../../pipeline/build.ts";
import { loadConfig } from "../../pipeline/config.ts";
import { type ScanSummary, scan } from "../../pipeline/scan.ts";
import type { Store } from "../../storage/store.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Within the folder of this machine's temporary files; whoever asks removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "machinetrail-estate-"));
}

export function makeEstate(folder: string, changes: Partial<EstateOptions> = {}): Promise<EstateSummary> {
  return generateEstate({
    seed: 1,
    startMs: Date.UTC(2026, 9, 24),
    days: 2,
    identities: 60,
    providers: ["aws", "azure", "gcp", "kubernetes"],
    orders: standardAttacks,
    folder,
    isForced: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });
}

export interface StoredEstate {
  readonly summary: ScanSummary;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** What the normal path makes of the estate in `estate`, in a store within `folder`. */
export async function scanEstate(estate: string, folder: string): Promise<StoredEstate> {
  const config = loadConfig({
    file: path.join(estate, "machinetrail.yaml"),
    environment: { HOME: folder },
    workingFolder: root,
    platform: process.platform,
    store: path.join(folder, "store"),
  });
  const store = await openStore(config.store);
  const summary = await scan({ store, config, paths: [path.join(estate, "logs")], receivedAt: "file-time", signal: new AbortController().signal });
  return { summary, rows: (sql) => rowsOf(store, sql), close: () => store.close() };
}

async function rowsOf(store: Store, sql: string): Promise<Record<string, unknown>[]> {
  const text = new TextDecoder().decode(await store.queryText(sql, "JSONEachRow"));
  return parseLines(text);
}

export function filesOf(estate: string): string[] {
  return globSync("**/*", { cwd: estate })
    .filter((name) => statSync(path.join(estate, name)).isFile())
    .sort();
}

/** Records of those accounts whose log is delivered as CloudTrail's own files, by their ids. */
export function cloudTrailRecords(estate: string): Map<string, string> {
  const records = new Map<string, string>();
  for (const name of filesOf(estate).filter((each) => each.endsWith(".json.gz") && each.includes("CloudTrail"))) {
    const { Records } = JSON.parse(gunzipSync(readFileSync(path.join(estate, name))).toString()) as { Records: { eventID: string }[] };
    for (const record of Records) records.set(record.eventID, JSON.stringify(record));
  }
  return records;
}

export function readLines(file: string): Record<string, unknown>[] {
  return parseLines(readFileSync(file, "utf8"));
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
