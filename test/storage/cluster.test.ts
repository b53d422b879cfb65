// The store over a cluster of two real servers, a shard each: where rows lie, and that either server answers the same. What needs Keeper cannot run
// here: those statements are parsed by the engine itself. All that one server promises and answers: `npm run test:cluster`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTimeline } from "../../pipeline/read-timeline.ts";
import { type Cluster, clusterStatement, distributedTable, madeTables, shardingColumns } from "../../storage/cluster-ddl.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import { readMigrations } from "../../storage/migrations.ts";
import { timeText } from "../../storage/time-text.ts";
import { ClickHouseCluster, runOnServer, twoShards } from "../stand-ins/clickhouse-cluster.ts";
import { missingForClickHouseServer } from "../stand-ins/clickhouse-server.ts";
import { blockOf, received, startMs } from "./action-rows.ts";
import { tableDigest } from "./table-digest.ts";

const statements = readMigrations().flatMap((migration) => migration.statements);

test("every table has columns to be sharded by, which all its rows that merge have in common", () => {
  expect(Object.keys(shardingColumns).sort()).toEqual([...madeTables(statements), "schema_migrations"].sort());
  for (const statement of statements) {
    const [table] = madeTables([statement]);
    const order = /^ORDER BY \(?([^()\n]+)\)?;?$/m.exec(statement)?.[1]?.split(", ") ?? [];
    // deliveries: their ids are digests of the finding and the sink.
    if (table === undefined || table === "deliveries") continue;
    expect([table, order]).toEqual([table, expect.arrayContaining([...(shardingColumns[table] ?? ["none"])])]);
  }
});

const missing = missingForClickHouseServer();
const isSkipped = missing !== undefined && process.env.CI === undefined;

describe.skipIf(isSkipped)(`a cluster${missing === undefined ? "" : ` (${missing})`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-cluster-"));
  let cluster: ClickHouseCluster;
  beforeAll(async () => {
    cluster = await ClickHouseCluster.start(folder);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const lines = async (url: string, sql: string) => (await runOnServer(url, `${sql} FORMAT TSV`)).split("\n").filter(Boolean);

  test("spreads identities over both servers, keeps all that one did on one of them, asks only that one, and answers the same from either", async () => {
    const urls = cluster.urls("spread");
    const store = await cluster.open("spread");
    await store.migrate();
    const rows = Array.from({ length: 400 }, (_, index) =>
      received({ event_uid: `e${index}`, provider: "gcp", identity_uid: `id-${index % 40}`, issuer_uid: `id-${(index + 1) % 40}` }),
    );
    for (const block of [await blockOf(rows), await blockOf(rows)]) await store.insertActions(block);
    const held = await Promise.all(urls.map((url) => lines(url, "SELECT DISTINCT identity_uid FROM actions_local ORDER BY identity_uid")));
    const [one = [], two = []] = held;
    expect([one.length + two.length, one.filter((uid) => two.includes(uid))]).toEqual([40, []]);
    expect(Math.min(one.length, two.length)).toBeGreaterThan(5);
    // What views made of it lies there too.
    for (const [place, url] of urls.entries())
      expect(await lines(url, "SELECT DISTINCT identity_uid FROM behaviour_local ORDER BY identity_uid")).toEqual(held[place]);
    const asked = `EXPLAIN SELECT * FROM actions WHERE identity_uid = '${two[0]}' SETTINGS optimize_skip_unused_shards = 1, force_optimize_skip_unused_shards = 1`;
    const plan = await runOnServer(store.location, asked);
    expect(plan).toContain("ReadFromRemote");
    expect(plan).not.toContain("ReadFromMergeTree");
    // Completions lie by their event, actions by their identity.
    const completed = (index: number) => ({
      event_uid: `e${index}`,
      completed_at: timeText(startMs),
      outcome: "failure",
      error_code: "",
      error_message: "",
    });
    await store.insertRows("completions", [completed(7), completed(47)]);
    const timeline = await readTimeline(store, { identity_uid: "id-7" });
    expect(timeline.map(({ event_uid }) => event_uid).sort()).toEqual(["e127", "e167", "e207", "e247", "e287", "e327", "e367", "e47", "e7", "e87"]);
    expect(timeline.filter(({ outcome }) => outcome === "failure")).toHaveLength(2);
    const other = await openServerStore(urls[1] ?? "", { cluster: twoShards });
    expect(await tableDigest(other)).toEqual(await tableDigest(store));
    expect(await readTimeline(other, { identity_uid: "id-7" })).toEqual(timeline);
    await other.close();
    await store.close();
  });

  test("the statements of a cluster with replicas are ones that the engine understands", async () => {
    const whole: Cluster = { name: "machinetrail", isReplicated: true, ddl: "on-cluster" };
    const tables = madeTables(statements);
    const made = [...statements.map((statement) => clusterStatement(statement, whole)), ...tables.map((table) => distributedTable(table, whole))];
    const [url = ""] = cluster.urls("default");
    for (const statement of made) expect(await runOnServer(url, `EXPLAIN AST ${statement}`)).toMatch(/^(CreateQuery|AlterQuery|DropQuery)/);
    const all = made.join("\n");
    const engines = /ENGINE = Replicated(?:Replacing|Aggregating)MergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/\w+', '\{replica\}'/g;
    expect(all.match(engines)).toHaveLength(tables.length);
    expect(all).not.toMatch(/ENGINE = (?:Replacing|Aggregating)MergeTree/);
    expect(made.filter((statement) => !statement.includes(" ON CLUSTER 'machinetrail'"))).toEqual([]);
  });
});
