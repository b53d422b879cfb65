// The two engines as tests meet them: a fresh, migrated store on each, and a way to do to it what no caller can.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { EmbeddedSession } from "../../storage/engines/embedded-session.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import type { Store } from "../../storage/store.ts";
import { ClickHouseCluster, runOnServer, twoShards } from "../stand-ins/clickhouse-cluster.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";

export interface StoreProfile {
  readonly engine: "embedded" | "server";
  /** A new store with the schema in it. The embedded engine holds one folder a process: close it before the next. */
  fresh(): Promise<Store>;
  /** The same store again, after it was closed. */
  reopen(location: string): Promise<Store>;
  /** Runs any SQL in the store, past its port. */
  command(location: string, sql: string): Promise<void>;
}

/** Runs the same tests on both engines, in folders of their own that are gone afterwards. */
export function describeStores(title: string, tests: (profile: StoreProfile) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-store-"));
  let stores = 0;

  describe(`${title}, embedded`, () => {
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    tests({
      engine: "embedded",
      fresh: () => migrated(openEmbeddedStore(path.join(folder, `store-${stores++}`))),
      reopen: openEmbeddedStore,
      command: async (location, sql) => {
        const session = await EmbeddedSession.open(location);
        await session.run(sql);
        await session.close();
      },
    });
  });

  if (process.env.MACHINETRAIL_CLUSTER === "full") describeCluster(title, tests);
  const missing = missingForClickHouseServer();
  const isSkipped = missing !== undefined && process.env.CI === undefined;
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
    tests({
      engine: "server",
      fresh: () => migrated(openServerStore(`${server?.url}/store_${stores++}`)),
      reopen: (location) => openServerStore(location),
      command: async (location, sql) => {
        const { origin, pathname } = new URL(location);
        const response = await fetch(`${origin}/?database=${pathname.slice(1)}`, { method: "POST", body: sql });
        if (!response.ok) throw new Error(await response.text());
      },
    });
  });
}

/** With MACHINETRAIL_CLUSTER=full each test over both engines runs over a cluster of two servers as well: `npm run test:cluster`. */
function describeCluster(title: string, tests: (profile: StoreProfile) => void): void {
  describe(`${title}, cluster`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-cluster-"));
    let stores = 0;
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
        return cluster.open(`store_${stores++}`);
      },
      reopen: (location) => openServerStore(location, { cluster: twoShards }),
      // Each server notes by itself what it was brought to.
      command: async (location, sql) => void (await runOnServer(location, sql.replace("INTO schema_migrations ", "INTO schema_migrations_local "))),
    });
  });
}

async function migrated(opening: Promise<Store>): Promise<Store> {
  const store = await opening;
  await store.migrate();
  return store;
}
