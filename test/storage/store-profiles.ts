// The two engines as tests meet them: a fresh, migrated store on each, and a way to do to it what no caller can.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import type { Store } from "../../storage/store.ts";
import { ClickHouseCluster, runOnServer, twoShards } from "../stand-ins/clickhouse-cluster.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";
import { keepForEver, runInFolder } from "./keep-for-ever.ts";

export interface StoreProfile {
  readonly engine: "embedded" | "server";
  /** A store with the schema and nothing else in it. The embedded engine holds one folder a process, and a server's database is emptied: close it before the next. */
  fresh(): Promise<Store>;
  /** The same store again, after it was closed. */
  reopen(location: string): Promise<Store>;
  /** Runs any SQL in the store, past its port. */
  command(location: string, sql: string): Promise<void>;
}

/** Runs the same tests on both engines, in folders of their own that are gone afterwards. */
export function describeStores(title: string, tests: (profile: StoreProfile) => void, { isOnCluster = false } = {}): void {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-store-"));

  describe(`${title}, embedded`, () => {
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const databases = new Databases();
    tests({
      engine: "embedded",
      fresh: async () => {
        const { name, isNew } = databases.next();
        const location = path.join(folder, name);
        const run = (sql: string) => runInFolder(location, sql);
        if (isNew) return migrated(await openEmbeddedStore(location), run);
        await empty(run);
        return openEmbeddedStore(location);
      },
      reopen: openEmbeddedStore,
      command: async (location, sql) => {
        databases.giveUp();
        await runInFolder(location, sql);
      },
    });
  });

  const missing = missingForClickHouseServer();
  const isSkipped = missing !== undefined && process.env.CI === undefined;
  if (isOnCluster || process.env.MACHINETRAIL_CLUSTER === "full") describe.skipIf(isSkipped)(`${title}, cluster`, () => onCluster(tests));
  describe.skipIf(isSkipped)(`${title}, server${missing === undefined ? "" : ` (${missing})`}`, () => {
    const serverFolder = mkdtempSync(path.join(tmpdir(), "machinetrail-server-"));
    let server: ClickHouseServer | undefined;
    beforeAll(async () => {
      server = await startClickHouseServer(serverFolder);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(serverFolder, { recursive: true, force: true });
    });
    const databases = new Databases();
    tests({
      engine: "server",
      fresh: async () => {
        const { name, isNew } = databases.next();
        const location = `${server?.url}/${name}`;
        const run = (sql: string) => runOnServer(location, sql);
        if (isNew) return migrated(await openServerStore(location), run);
        await empty(run);
        return openServerStore(location);
      },
      reopen: (location) => openServerStore(location),
      command: async (location, sql) => {
        databases.giveUp();
        await runOnServer(location, sql);
      },
    });
  });
}

/** With MACHINETRAIL_CLUSTER=full each test over both engines runs over a cluster of two servers as well: `npm run test:cluster`. */
function onCluster(tests: (profile: StoreProfile) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-cluster-"));
  const databases = new Databases();
  let cluster: ClickHouseCluster | undefined;
  beforeAll(async () => {
    cluster = await ClickHouseCluster.start(folder);
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  tests({
    engine: "server",
    fresh: async () => {
      if (cluster === undefined) throw new Error("the cluster has not started");
      const { name, isNew } = databases.next();
      const urls = cluster.urls(name);
      if (isNew) {
        const store = await cluster.open(name);
        for (const url of urls) await keepForEver((sql) => runOnServer(url, sql), "_local");
        return store;
      }
      for (const url of urls) await empty((sql) => runOnServer(url, sql));
      return openServerStore(urls[0] ?? "", { cluster: twoShards });
    },
    reopen: (location) => openServerStore(location, { cluster: twoShards }),
    command: async (location, sql) => {
      databases.giveUp();
      // Each server notes by itself what it was brought to.
      await runOnServer(location, sql.replace("INTO schema_migrations ", "INTO schema_migrations_local "));
    },
  });
}

/** A database is migrated once and emptied for each test after that: migrating costs more than most of them do. */
class Databases {
  #count = 0;
  #isUsable = false;

  next(): { readonly name: string; readonly isNew: boolean } {
    const isNew = !this.#isUsable;
    if (isNew) this.#count++;
    this.#isUsable = true;
    return { name: `store_${this.#count}`, isNew };
  }

  /** After what no caller can do to it. */
  giveUp(): void {
    this.#isUsable = false;
  }
}

async function empty(run: (sql: string) => Promise<string>): Promise<void> {
  const holding = "database = currentDatabase() AND engine LIKE '%MergeTree' AND name NOT LIKE 'schema_migrations%' AND total_rows > 0";
  const tables = await run(`SELECT name FROM system.tables WHERE ${holding} FORMAT TSV`);
  for (const table of tables.split("\n").filter(Boolean)) await run(`TRUNCATE TABLE ${table} SYNC`);
}

async function migrated(store: Store, run: (sql: string) => Promise<string>): Promise<Store> {
  await store.migrate();
  await keepForEver(run);
  return store;
}
