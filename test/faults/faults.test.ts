// Whatever dies when: every event that a source took is stored, and counted once in every table. `npm run test:faults` is the long form of it;
// each prints its summary.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../bench/random.ts";
import { missingForAzurite } from "../stand-ins/azurite.ts";
import { type ClickHouseProxy, startClickHouseProxy } from "../stand-ins/clickhouse-proxy.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";
import { installTimeoutMs } from "../stand-ins/install-once.ts";
import { missingForKafkaBroker } from "../stand-ins/kafka-broker.ts";
import { missingForMotoServer } from "../stand-ins/moto-server.ts";
import { missingForPubSubFake } from "../stand-ins/pubsub-fake.ts";
import { Campaign, type Fault, phases } from "./campaign.ts";
import * as befalling from "./faults.ts";
import { activityFeed, blobFeed, type Feed, filesFeed, kafkaFeed, listingFeed, lookupFeed, pubSubFeed, pushFeed, queueFeed } from "./feeds.ts";
import { type HandedOut, Oracle, openServerDatabase, type Verdict, type WithStore } from "./oracle.ts";

/** short: within the whole suite; full: with what needs more processes or a broker's start; nightly: with a hundred kills a source. */
const length = process.env.MACHINETRAIL_FAULTS ?? "short";
const kills = length === "nightly" ? 100 : 20;
/** Two dozen starts of the program, on a machine that others use. */
const patienceMs = length === "nightly" ? 7_200_000 : 1_800_000;
/** Of what is killed when; the machine's own pace is no part of it. */
const seed = Number(process.env.MACHINETRAIL_FAULTS_SEED ?? Date.now() % 100_000);

interface Fed {
  readonly name: string;
  /** What the machine lacks to run its provider. */
  readonly missing?: () => string | undefined;
  readonly open: (id: string, folder: string) => Promise<Feed>;
}

const all: readonly Fed[] = [
  { name: "files", open: filesFeed },
  { name: "http-push", open: pushFeed },
  { name: "s3-queue", missing: missingForMotoServer, open: queueFeed },
  { name: "kafka", missing: missingForKafkaBroker, open: kafkaFeed },
  { name: "pubsub", missing: missingForPubSubFake, open: pubSubFeed },
  { name: "azure-blob", missing: missingForAzurite, open: blobFeed },
  { name: "s3-listing", missing: missingForMotoServer, open: listingFeed },
  { name: "cloudtrail-lookup", open: lookupFeed },
  { name: "azure-activity-list", open: activityFeed },
];

const missing = missingForClickHouseServer();
const isSkipped = missing !== undefined && process.env.CI === undefined;

describe.skipIf(isSkipped)(`whatever dies when${missing === undefined ? "" : ` (${missing})`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-faults-"));
  const struck: { readonly name: string; readonly seconds: number }[] = [];
  let server: ClickHouseServer;
  let proxy: ClickHouseProxy;
  let oracle: Oracle;
  let campaign: Campaign;
  let verdict: Verdict | undefined;

  /** Of the campaign's database, by way of the proxy: the server behind it is another one by and by. */
  const withStore: WithStore = async (use) => {
    const store = await openServerDatabase(proxy.url, "campaign");
    return use(store).finally(() => store.close());
  };

  beforeAll(async () => {
    const open = all.filter((feed) => feed.missing?.() === undefined);
    const feeds = Promise.all(open.map((feed) => feed.open(feed.name, path.join(folder, feed.name))));
    server = await startClickHouseServer(path.join(folder, "server"));
    proxy = await startClickHouseProxy(server.url);
    // Past the proxy, which counts what the program delivers.
    oracle = new Oracle((events) => openServerDatabase(server.url, `calm_${events}`));
    campaign = new Campaign({ folder, feeds: await feeds, proxy, database: "campaign", oracle, random: seededRandom(seed) });
  }, installTimeoutMs);
  afterAll(async () => {
    if (verdict !== undefined) process.stdout.write(summary(verdict));
    await campaign?.close();
    await proxy?.close();
    await server?.stop();
    oracle?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`killed ${kills} times and met by each fault, it stores what all sources took, as if nothing had been`, { timeout: patienceMs }, async () => {
    const startServer = async () => {
      server = await startClickHouseServer(path.join(folder, "server"));
      proxy.target = server.url;
    };
    const faults: readonly Fault[] = [
      befalling.killedInMigrations,
      befalling.killedAtRandom(kills),
      befalling.answerLost,
      befalling.refused("TOO_MANY_PARTS, twice", 252, "Too many parts"),
      befalling.refused("the store's disk is full, twice", 243, "Cannot reserve 1.00 MiB, not enough space"),
      befalling.slow,
      befalling.storeKilled(() => server.kill(), startServer),
      ...(length === "short" ? [] : [befalling.sharedOut, ...campaign.feeds.flatMap((feed) => feed.faults ?? [])]),
    ];
    campaign.served.start();
    campaign.feed();
    for (const fault of faults) {
      const beganMs = performance.now();
      await campaign.strike(fault);
      struck.push({ name: fault.name, seconds: (performance.now() - beganMs) / 1000 });
    }
    await withStore((store) => campaign.settle(store));
    verdict = await oracle.judge(withStore);
    expect(verdict.invented).toEqual([]);
    expect(verdict.differing).toEqual([]);
    expect(verdict.missing).toEqual([]);
  });

  test.for(all)("$name: nothing is lost or counted twice, and rows came again", ({ name, missing: lacks }, { skip }) => {
    const lacking = lacks?.();
    if (lacking !== undefined) skip(lacking);
    const of = ({ source }: HandedOut) => source === name;
    expect(verdict?.missing.filter(of)).toEqual([]);
    expect(verdict?.doubled.filter(of)).toEqual([]);
    // Teeth: kills met it at work, and rows were stored that it had to give again.
    expect(redelivered(verdict?.events.filter(of) ?? [])).toBeGreaterThan(0);
    expect(campaign.kills.get(name)?.get("between insert and commit")).toBeGreaterThan(0);
  });

  test("records that the store said it had and never got are what the judge finds", async () => {
    campaign.feed();
    await campaign.strike(befalling.recordsLied);
    await withStore((store) => campaign.settle(store));
    const { missing, differing } = await oracle.judge(withStore);
    expect(missing).toEqual([]);
    expect(differing).toEqual(["records"]);
  });

  test("with the commit before the write the judge finds missing rows of each source", async () => {
    const uids = new Set<string>();
    let found: Verdict | undefined;
    let whole = campaign.sources;
    // A broker or a queue that stood still for longer than it lends has handed all of a round over again: those are lied to once more.
    for (let round = 0; round < 5 && whole.length > 0; round++) {
      campaign.feed();
      await campaign.strike(befalling.lied(uids, whole));
      await withStore((store) => campaign.settle(store, uids));
      found = await oracle.judge(withStore);
      const lacking = new Set(found.missing.map(({ source }) => source));
      whole = campaign.sources.filter((source) => !lacking.has(source));
    }
    if (found === undefined) throw new Error("nobody was lied to");
    // What broker or queue hands over again is stored; a cursor never goes back, so that all of it is missing.
    const once = campaign.feeds.filter(({ hasCursors }) => hasCursors === true).map(({ id }) => id);
    expect(found.missing.map(({ uid }) => uid).filter((uid) => !uids.has(uid))).toEqual([]);
    expect(found.missing.map(({ uid }) => uid)).toEqual(expect.arrayContaining([...uids].filter((uid) => once.includes(oracle.sourceOf(uid) ?? ""))));
    expect(found.missing.map(({ source }) => source)).toEqual(expect.arrayContaining([...campaign.sources]));
    expect(found.differing).toContain("actions");
  });

  /** Deliveries beyond the first that the store took. */
  function redelivered(events: readonly HandedOut[]): number {
    return events.reduce((sum, { uid }) => sum + Math.max(0, (proxy.deliveries.get(uid) ?? 0) - 1), 0);
  }

  function summary({ events, missing: lost, doubled }: Verdict): string {
    const line = (name: string, isOf: (event: HandedOut) => boolean) => {
      const [of, lostOf, doubledOf] = [events, lost, doubled].map((list) => list.filter(isOf)) as [HandedOut[], HandedOut[], HandedOut[]];
      const counts = `${of.length} events, ${redelivered(of)} redelivered, lost ${lostOf.length}, doubled ${doubledOf.length}`;
      return `  ${name.padEnd(84)} ${counts}\n`;
    };
    const sources = campaign.sources.map((name) => {
      const met = phases.map((phase) => `${campaign.kills.get(name)?.get(phase) ?? 0} ${phase}`);
      return `  ${name.padEnd(12)} ${met.join(", ")}\n`;
    });
    return [
      `MACHINETRAIL_FAULTS_SEED=${seed}; events by what befell when they were handed out:\n`,
      ...struck.map(({ name, seconds }) => line(`${name} (${seconds.toFixed(0)} s)`, ({ during }) => during === name)),
      ...campaign.sources.map((name) => line(`all of ${name}`, ({ source }) => source === name)),
      line("all", () => true),
      `kill -9 ${campaign.served.kills} times; where it met each source:\n`,
      ...sources,
    ].join("");
  }
});
