// Whatever dies when: every event that a source took is stored, and counted once in every table. `npm run test:faults` is the long form of it; each
// prints its summary.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingForAzurite } from "../stand-ins/azurite.ts";
import { type ClickHouseProxy, startClickHouseProxy } from "../stand-ins/clickhouse-proxy.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";
import { missingForKafkaBroker } from "../stand-ins/kafka-broker.ts";
import { missingForMotoServer } from "../stand-ins/moto-server.ts";
import { missingForPubSubFake } from "../stand-ins/pubsub-fake.ts";
import {
  answerLost,
  type Fault,
  type FaultReport,
  frozen,
  killedAt,
  killedAtRandom,
  killedAtStart,
  lied,
  refused,
  runCampaign,
  slow,
} from "./campaign.ts";
import { blobFeed, type Feed, filesFeed, kafkaFeed, pubSubFeed, pushFeed, queueFeed } from "./feeds.ts";
import { Oracle, openServerDatabase } from "./oracle.ts";

/** short: within the whole suite; full: each fault on each source; nightly: a hundred kills a source. */
const length = process.env.MACHINETRAIL_FAULTS ?? "short";

/** Some twenty starts of the program a source, on a machine that others use. */
const patienceMs = length === "nightly" ? 3_600_000 : 900_000;

const kills: readonly Fault[] = [
  killedAt("between insert and commit", "INSERT INTO actions", "after"),
  killedAtRandom(length === "nightly" ? 100 : length === "full" ? 20 : 3),
];

const all: readonly Fault[] = [
  killedAtStart,
  killedAt("before the insert", "INSERT INTO actions", "before"),
  ...kills,
  frozen,
  answerLost,
  refused("TOO_MANY_PARTS, twice", 252, "Too many parts"),
  refused("the store's disk is full, twice", 243, "Cannot reserve 1.00 MiB, not enough space"),
  slow,
];

/** Of sources that keep their place in the store. */
const cursorFaults: readonly Fault[] = [
  killedAt("before the cursor is written", "INSERT INTO cursors", "before"),
  killedAt("after the cursor is written", "INSERT INTO cursors", "after"),
];

/** What depends on the store and not on the source is shown on one source only, in short. */
const faults = length === "short" ? kills : all;

interface Fed {
  readonly name: string;
  readonly faults: readonly Fault[];
  /** What the machine lacks to run its provider. */
  readonly missing?: () => string | undefined;
  readonly open: (folder: string) => Promise<Feed>;
}

const feeds: readonly Fed[] = [
  { name: "files", faults: [...all, ...cursorFaults], open: async (folder) => filesFeed(folder) },
  { name: "http-push", faults: [...faults, ...cursorFaults], open: pushFeed },
  { name: "s3-queue", faults, missing: missingForMotoServer, open: queueFeed },
  { name: "kafka", faults, missing: missingForKafkaBroker, open: kafkaFeed },
  { name: "pubsub", faults, missing: missingForPubSubFake, open: pubSubFeed },
  { name: "azure-blob", faults: [...faults, ...cursorFaults], missing: missingForAzurite, open: blobFeed },
];

const missing = missingForClickHouseServer();
const isSkipped = missing !== undefined && process.env.CI === undefined;

describe.skipIf(isSkipped)(`whatever dies when${missing === undefined ? "" : ` (${missing})`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-faults-"));
  const summary: (FaultReport & { readonly source: string })[] = [];
  let server: ClickHouseServer;
  let proxy: ClickHouseProxy;
  let oracle: Oracle;
  let calms = 0;

  beforeAll(async () => {
    server = await startClickHouseServer(path.join(folder, "server"));
    proxy = await startClickHouseProxy(server.url);
    oracle = new Oracle(() => openServerDatabase(server.url, `calm_${calms++}`));
  });
  afterAll(async () => {
    for (const { source, fault, events, redelivered } of summary)
      process.stdout.write(`  ${source.padEnd(12)} ${fault.padEnd(60)} ${String(events).padStart(6)} events, ${redelivered} redelivered\n`);
    await proxy?.close();
    await server?.stop();
    oracle?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test.for(feeds)(
    "$name: nothing is lost, invented or counted twice",
    { timeout: patienceMs },
    async ({ name, faults: befalling, missing: lacks, open }, { skip }) => {
      const lacking = lacks?.();
      if (lacking !== undefined) skip(lacking);
      const feed = await open(path.join(folder, name));
      const database = `campaign_${name.replaceAll("-", "_")}`;
      const store = await openServerDatabase(server.url, database);
      const campaign = await runCampaign({
        folder: path.join(folder, name),
        feed,
        proxy,
        database,
        faults: [...befalling, ...(feed.faults ?? [])],
        store,
      }).finally(async () => {
        await store.close();
        await feed.close();
      });
      summary.push(...campaign.reports.map((report) => ({ source: name, ...report })));
      const verdict = await oracle.judge(() => openServerDatabase(server.url, database), campaign.events);
      expect(verdict).toEqual({ events: campaign.events, missing: 0, invented: 0, differing: [] });
      // Teeth: it was killed, and rows came to the store more than once.
      expect(campaign.kills).toBeGreaterThan(3);
      expect(campaign.reports.reduce((sum, { redelivered }) => sum + redelivered, 0)).toBeGreaterThan(0);
    },
  );

  test("the judge finds rows that were acknowledged and never stored", async () => {
    const feed = filesFeed(path.join(folder, "lied"));
    const database = "campaign_lied";
    const store = await openServerDatabase(server.url, database);
    const options = { folder: path.join(folder, "lied"), feed, proxy, database, faults: [lied], store, catchUpMs: 3000 };
    await expect(runCampaign(options)).rejects.toThrow(/of \d+ events are stored/);
    await store.close();
  });
});
