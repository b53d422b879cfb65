// The store that a first `serve` has lies in its own process, and dies with it: killed again and again, with the judge of the large campaign.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../bench/random.ts";
import { openStore } from "../../pipeline/build.ts";
import { type Feed, filesFeed, pushFeed } from "./feeds.ts";
import { Oracle, type WithStore } from "./oracle.ts";
import { Served } from "./served.ts";

const kills = 6;
const seed = Number(process.env.MACHINETRAIL_FAULTS_SEED ?? Date.now() % 100_000);
const patienceMs = 300_000;

test(`serve on an embedded store, killed ${kills} times, stores each event once (seed ${seed})`, { timeout: patienceMs }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-embedded-"));
  const random = seededRandom(seed);
  const feeds: readonly Feed[] = [await filesFeed("files", folder), await pushFeed("http-push")];
  const within =
    (name: string): WithStore =>
    async (use) => {
      const store = await openStore({ kind: "embedded", folder: path.join(folder, name) });
      return use(store).finally(() => store.close());
    };
  const oracle = new Oracle((events) => openStore({ kind: "embedded", folder: path.join(folder, `calm-${events}`) }));
  const sources = feeds.map(({ id, source }) => ({ id, ...source }));
  const http = feeds.find((feed) => feed.http !== undefined)?.http;
  const config = { store: { location: path.join(folder, "store") }, ...(http && { http }), sources };
  const served = new Served(path.join(folder, "served"), config, {});
  let isFeeding = true;
  const feed = async ({ id, publish }: Feed) => {
    for (; isFeeding; await wait(100)) await publish(oracle.handOut(4, id, "kill"));
  };
  /** By the metrics of the process at hand. */
  const hasRead = async () => {
    const text = await fetch(`http://${http?.listen}/metrics`).then((answer) => answer.text());
    return text.split("\n").some((line) => /^machinetrail_source_stored_records_total\{.*\} [1-9]/.test(line));
  };
  try {
    served.start();
    const feeding = Promise.all(feeds.map(feed));
    await until(hasRead);
    const firstReadMs = served.ageMs;
    for (let kill = 0; kill < kills; kill++) {
      await served.kill();
      // Two of three while it starts or reads its first records, the others in the second after.
      await wait(kill % 3 === 2 ? firstReadMs + random() * 1000 : random() * firstReadMs);
    }
    isFeeding = false;
    await feeding;
    await until(hasRead);
    await within("store")(async (store) => {
      const events = async () => Buffer.from(await store.queryText("SELECT uniqExact(event_uid) AS n FROM actions", "JSONEachRow")).toString();
      await until(async () => (await events()) === `{"n":${oracle.events}}\n`);
    });
    await served.stop();
    expect(served.kills).toBe(kills);
    expect(await oracle.judge(within("store"))).toMatchObject({ missing: [], doubled: [], invented: [], differing: [] });
  } finally {
    isFeeding = false;
    await served.end();
    await Promise.all(feeds.map(({ close }) => close()));
    oracle.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Whoever it asks may be on the way to its next start. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await wait(50);
}
