// A store made for one scoring: opened, filled by the normal path with the reception that the folder's files tell, and prepared for the
// comparators. It stands alone because here, and only here, the benchmark reaches past the store's port.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { openStore } from "../../pipeline/build.ts";
import { loadConfig } from "../../pipeline/config.ts";
import type { ReceivedAt } from "../../pipeline/ingest-messages.ts";
import { type ScanSummary, scan } from "../../pipeline/scan.ts";
import { EmbeddedSession } from "../../storage/engines/embedded-session.ts";
import type { Store } from "../../storage/store.ts";

/** What an operator knows of these logs: the names of clusters. */
const configurationFile = "machinetrail.yaml";

/** What lies beside the logs and is no log: the configuration, and the truth, which nobody but the scoring may read. */
const besideTheLogs: ReadonlySet<string> = new Set([configurationFile, "labels.jsonl", "estate.json", "lineage.jsonl"]);

/** The rows that detectors read here, in place of `actions`. */
export const comparatorActions = "SELECT * FROM comparator_actions";

const prepareSql = readFileSync(new URL("./comparator-actions.sql", import.meta.url), "utf8");

/** Opens an empty store in `folder`, scans the logs of `logs` into it and folds them. The caller closes it. */
export async function evidenceStore(folder: string, logs: string, receivedAt: ReceivedAt): Promise<{ store: Store; summary: ScanSummary }> {
  const file = path.join(logs, configurationFile);
  const config = loadConfig({
    ...(existsSync(file) ? { file } : {}),
    environment: { HOME: folder },
    workingFolder: folder,
    platform: process.platform,
    store: path.join(folder, "store"),
  });
  const store = await openStore(config.store);
  try {
    // Receptions of years ago are the point here: retention would take them away.
    for (const table of ["actions", "records"]) await command(store, `ALTER TABLE ${table} REMOVE TTL`);
    const paths = readdirSync(logs)
      .filter((name) => !besideTheLogs.has(name) && !name.startsWith("."))
      .map((name) => path.join(logs, name));
    const summary = await scan({ store, config, paths, receivedAt, signal: new AbortController().signal });
    await prepareComparatorActions(store);
    return { store, summary };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Makes the table of `comparatorActions` from what is stored now. */
export async function prepareComparatorActions(store: Store): Promise<void> {
  await command(store, "DROP TABLE IF EXISTS comparator_actions");
  await command(store, prepareSql);
}

async function command(store: Store, sql: string): Promise<void> {
  const session = await EmbeddedSession.open(store.location);
  try {
    await session.run(sql);
  } finally {
    session.close();
  }
}
