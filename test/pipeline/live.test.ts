// What goes on while `serve` runs, without the process around it: another configuration takes nothing away from sources that stay, and what
// was read before the end is stored before the end, however slow the store is.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { spoolFolder } from "../../ingest/sources/http-push.ts";
import { segmentPath } from "../../ingest/spool/spool-folder.ts";
import { SpoolWriter } from "../../ingest/spool/spool-writer.ts";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { openStore } from "../../pipeline/build.ts";
import { type Config, loadConfig } from "../../pipeline/config.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { Live } from "../../pipeline/live.ts";
import { liveBlocks } from "../../pipeline/pending-blocks.ts";
import type { SourceStatus } from "../../pipeline/source-supervisor.ts";
import { findingsList } from "../../queries/findings-list.ts";
import type { Store } from "../../storage/store.ts";
import { auditLine } from "../ingest/kubernetes-audit-line.ts";
import { findingOf } from "../queries/stored-findings.ts";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Estate {
  readonly folder: string;
  readonly store: Store;
  /** Sources by id and the folder that each reads. */
  configured(sources: Readonly<Record<string, string>>, extra?: string): Config;
  /** Adds lines to the log in a folder. */
  log(name: string, from: number, to: number): void;
  stored(): Promise<string[]>;
  /** Number of records that the source received, as it was noted. */
  noted(id: string): Promise<number>;
}

async function estate(): Promise<Estate> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-live-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ kind: "embedded", folder: path.join(folder, "store") });
  closing.push(() => store.close());
  return {
    folder,
    store,
    configured: (sources, extra = "") => {
      const lines = Object.entries(sources).map(([id, name]) => `  - { id: ${id}, type: files, paths: [./${name}], poll_seconds: 0.05 }\n`);
      const file = path.join(folder, "config.yaml");
      writeFileSync(file, `store: { location: ./store }\n${extra}sources:\n${lines.join("")}`);
      return loadConfig({ file, environment: { HOME: folder }, workingFolder: folder, platform: process.platform });
    },
    log: (name, from, to) => {
      mkdirSync(path.join(folder, name), { recursive: true });
      const numbers = Array.from({ length: to - from }, (_, index) => from + index);
      appendFileSync(path.join(folder, name, "audit.log"), numbers.map((number) => auditLine(`${name}-${number}`)).join(""));
    },
    stored: async () => {
      const text = Buffer.from(await store.queryText("SELECT event_uid FROM actions FINAL ORDER BY event_uid", "JSONEachRow")).toString();
      return text
        .split("\n")
        .filter(Boolean)
        .map((row) => String((JSON.parse(row) as { event_uid: string }).event_uid));
    },
    noted: async (id) => {
      const sql = `SELECT toUInt32(sum(records)) AS records FROM source_activity FINAL WHERE source_id = '${id}' AND format = ''`;
      return (JSON.parse(Buffer.from(await store.queryText(sql, "JSONEachRow")).toString()) as { records: number }).records;
    },
  };
}

const ignore = () => undefined;

function configuredPush(folder: string): Config {
  const file = path.join(folder, "push.yaml");
  writeFileSync(file, "store: { location: ./store }\nsources: [{ id: pushed, type: http-push }]\n");
  return loadConfig({ file, environment: { HOME: folder }, workingFolder: folder, platform: process.platform });
}

function started(store: Store, config: Config, onSource: (status: SourceStatus) => void = ignore): Live {
  const told = { onSource, onGap: ignore, onDetection: ignore, onWatchFailure: ignore, onAlertProblem: ignore };
  const live = Live.start({ store, config, productVersion: "0.0.0", observer: { ...told, onFindings: async () => undefined } });
  closing.push(async () => void (await live.stop(10_000)));
  return live;
}

const sourceOf = (live: Live, id: string) => live.status.sources.find((source) => source.id === id);
const untilRecords = (live: Live, id: string, records: number) =>
  expect.poll(() => sourceOf(live, id)?.counts.records, { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(records);
const slowly = (
  store: Store,
  write: (block: Parameters<Store["insertActions"]>[0]) => Promise<void>,
  call: "insertActions" | "insertRecords" = "insertActions",
): Store =>
  new Proxy(store, {
    get: (target, name) => {
      if (name === call) return write;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });

test("with another configuration sources that are the same go on untouched; changed, new and removed ones are drained and started, and each record is there once, and noted", async () => {
  const { store, configured, log, stored, noted } = await estate();
  for (const name of ["one", "two", "three", "four"]) log(name, 0, 3);
  const live = started(store, configured({ a: "one", b: "two", c: "three" }));
  for (const id of ["a", "b", "c"]) await untilRecords(live, id, 3);
  const before = sourceOf(live, "a");
  for (const name of ["one", "two", "three"]) log(name, 3, 6);
  const reloaded = await live.reload(configured({ a: "one", b: "four", d: "three" }, "detection: { budget: 7 }\n"));
  expect(reloaded).toEqual({ stopped: ["b", "c"], started: ["b", "d"], isDetectionChanged: true });
  expect(live.status.sources.map(({ id }) => id)).toEqual(["a", "b", "d"]);
  expect(sourceOf(live, "a")).toMatchObject({ restarts: 0, stateSinceMs: before?.stateSinceMs });
  await untilRecords(live, "a", 6);
  await untilRecords(live, "b", 3);
  // Another source with the same file reads it from its beginning: its rows are the same rows.
  await untilRecords(live, "d", 6);
  expect(await live.reload(configured({ a: "one", b: "four", d: "three" }, "detection: { budget: 7 }\n"))).toEqual({
    ...{ stopped: [], started: [], isDetectionChanged: false },
  });
  expect(await live.stop(25_000)).toBe(true);
  const uids = await stored();
  expect(new Set(uids).size).toBe(uids.length);
  expect(uids.filter((uid) => uid.includes("one-"))).toHaveLength(6);
  expect(uids.filter((uid) => uid.includes("three-"))).toHaveLength(6);
  expect(uids.filter((uid) => uid.includes("four-"))).toHaveLength(3);
  for (const id of ["a", "d"]) expect(await noted(id)).toBe(sourceOf(live, id)?.counts.records);
  // It is gone since before the first note.
  expect(await noted("c")).toBeGreaterThanOrEqual(3);
});

test("a source of one format stores no record of another: it is in quarantine with the reason, and the source goes on", async () => {
  const { store, configured, log, stored } = await estate();
  log("one", 0, 3);
  const any = configured({ a: "one" });
  const live = started(store, { ...any, sources: any.sources.map((source) => ({ ...source, format: "gcp-audit" })) });
  await untilRecords(live, "a", 3);
  expect(sourceOf(live, "a")).toMatchObject({ state: "ready", restarts: 0 });
  expect(await live.stop(25_000)).toBe(true);
  expect(await stored()).toEqual([]);
  const reasons = await store.queryText("SELECT reason, toUInt32(count()) AS records FROM quarantine FINAL GROUP BY reason", "JSONEachRow");
  const reason = "this source takes gcp-audit only; the record looks like kubernetes-audit";
  expect(JSON.parse(Buffer.from(reasons).toString())).toEqual({ reason, records: 3 });
});

test("alerts go out beside detection, and those of a sink that is added by a new configuration too", async () => {
  const { store, folder, configured, log } = await estate();
  log("one", 0, 1);
  const [first, second] = [path.join(folder, "first.ndjson"), path.join(folder, "second.ndjson")];
  const sinks = (...files: readonly string[]) =>
    `alerts: { sinks: [${files.map((file, index) => `{ id: s${index}, type: file, path: "${file}" }`).join(", ")}] }\n`;
  const live = started(store, configured({ a: "one" }, sinks(first)));
  const raised = (uid: string) =>
    findingOf({ finding_uid: uid.padEnd(16, "0"), identity_uid: `machine-${uid}`, raised_ms: Date.now(), changed_ms: Date.now() });
  await writeFindings(store, [raised("a1")]);
  const told = (file: string) => expect.poll(() => (existsSync(file) ? readFileSync(file, "utf8") : ""), { timeout: 30_000 });
  await told(first).toContain("a100000000000000");
  await live.reload(configured({ a: "one" }, sinks(first, second)));
  await writeFindings(store, [raised("b2")]);
  await told(second).toContain("b200000000000000");
  await told(first).toContain("b200000000000000");
  expect(await live.stop(25_000)).toBe(true);
});

test("a store that takes records and no actions is told as failing until it takes both", async () => {
  const { store, configured, log, stored } = await estate();
  let isAway = true;
  const actionsAway = slowly(store, async (block) => {
    if (isAway) throw new TransientError("no actions", { retryAfterMs: 50 });
    await store.insertActions(block);
  });
  let recordsStored = 0;
  const both = slowly(
    actionsAway,
    async (block) => {
      await store.insertRecords(block);
      recordsStored += block.rows;
    },
    "insertRecords",
  );
  const told: string[] = [];
  log("one", 0, 60_000);
  const live = started(both, configured({ a: "one" }), ({ state }) => told.push(state));
  // A block of actions, and a block of records behind it, that goes ahead of its own actions.
  await expect.poll(() => recordsStored, { timeout: 60_000, interval: 20 }).toBeGreaterThan(liveBlocks.actionRows + 5000);
  await expect.poll(() => told.at(-1), { timeout: 30_000, interval: 20 }).toBe("failing");
  await wait(300);
  expect(told.slice(told.indexOf("failing"))).not.toContain("ready");
  isAway = false;
  await expect.poll(() => told.at(-1), { timeout: 30_000, interval: 20 }).toBe("ready");
  expect(await live.stop(25_000)).toBe(true);
  expect(await stored()).toHaveLength(60_000);
});

test("no action is stored, and no place in the source kept, before the record that it was read from is", async () => {
  const { store, configured, log, stored } = await estate();
  const [writing, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const insertRecords = async (block: Parameters<Store["insertRecords"]>[0]) => {
    writing.resolve();
    await release.promise;
    await store.insertRecords(block);
  };
  log("one", 0, 50);
  const live = started(slowly(store, insertRecords, "insertRecords"), configured({ a: "one" }));
  await writing.promise;
  // Longer than a write waits for more.
  await wait(1500);
  const rows = async (table: string) =>
    Buffer.from(await store.queryText(`SELECT count() FROM ${table} FINAL`, "CSVWithNames"))
      .toString()
      .split("\n")[1];
  expect([await rows("actions"), await rows("cursors")]).toEqual(["0", "0"]);
  release.resolve();
  expect(await live.stop(25_000)).toBe(true);
  expect(await stored()).toHaveLength(50);
  expect(await rows("records")).toBe("50");
});

test("what was read when the end is asked for is stored before it, by a store that takes its time", async () => {
  const { store, configured, log, stored } = await estate();
  const [writing, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = slowly(store, async (block) => {
    writing.resolve();
    await release.promise;
    await store.insertActions(block);
  });
  log("one", 0, 50);
  const live = started(slow, configured({ a: "one" }));
  await writing.promise;
  expect(await stored()).toHaveLength(0);
  const stopped = live.stop(25_000);
  await wait(200);
  release.resolve();
  expect(await stopped).toBe(true);
  expect(await stored()).toHaveLength(50);
  expect(sourceOf(live, "a")).toMatchObject({ state: "stopped", counts: { records: 50 } });
});

test.each(["insertRecords", "insertActions"] as const)(
  "while the store is away (%s) what was read waits for it, told as failing with the store's words, and no source is begun anew",
  async (call) => {
    const { store, configured, log, stored } = await estate();
    let tries = 0;
    const takesAtLast = async (block: Parameters<Store["insertActions"]>[0]) => {
      if (++tries <= 20) throw new TransientError("the store is away", { retryAfterMs: 1 });
      await store[call](block);
    };
    const away = slowly(store, takesAtLast, call);
    log("one", 0, 5);
    const told: string[] = [];
    const live = started(away, configured({ a: "one" }), ({ state, detail }) => told.push(`${state} ${detail}`));
    await expect.poll(stored, { timeout: 30_000, interval: 20 }).toHaveLength(5);
    await expect
      .poll(() => sourceOf(live, "a"), { timeout: 30_000 })
      .toMatchObject({ state: "ready", detail: "", restarts: 0, counts: { records: 5 } });
    expect(told).toContain("failing the store does not take what was read, which waits: the store is away");
  },
);

test("what is written when the end is asked for is tried again where the store fails for a moment; where it fails for good the end is told as such", async () => {
  const { store, configured, log, stored } = await estate();
  log("one", 0, 5);
  const failing = (error: Error, times: number) => {
    const [writing, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let calls = 0;
    const live = started(
      slowly(store, async (block) => {
        if (calls++ >= times) return store.insertActions(block);
        writing.resolve();
        await asked.promise;
        throw error;
      }),
      configured({ a: "one" }),
    );
    const stop = async () => {
      await writing.promise;
      const stopped = live.stop(25_000);
      asked.resolve();
      return stopped;
    };
    return { live, stop };
  };
  const forGood = failing(new PermanentError("no more"), Number.POSITIVE_INFINITY);
  expect(await forGood.stop()).toBe(false);
  expect(sourceOf(forGood.live, "a")).toMatchObject({ state: "stopped", detail: "no more" });
  expect(await stored()).toEqual([]);
  expect(await failing(new TransientError("not now"), 2).stop()).toBe(true);
  expect(await stored()).toHaveLength(5);
});

test("a gap that is told between two notes, before the end, is a finding", async () => {
  const { folder, store } = await estate();
  const config = configuredPush(folder);
  const spool = spoolFolder(path.join(config.dataFolder, "sources", "pushed"));
  // Of what is damaged a gap is told where something lies behind it.
  const message = { route: "ndjson", body: Buffer.from('{"message":1}') };
  for (const messages of [[message, message], [message]]) {
    const writer = new SpoolWriter(spool, { sizeBytes: 2 ** 20, freeBytes: 0 });
    for (const each of messages) await writer.append([each]);
    await writer.close();
  }
  const segment = segmentPath(spool, 1);
  const bytes = readFileSync(segment);
  writeFileSync(segment, bytes.with(bytes.indexOf("message"), 0x41));
  const live = started(store, config);
  await expect.poll(() => sourceOf(live, "pushed")?.gapsTold, { timeout: 30_000, interval: 20 }).toBe(1);
  expect(await live.stop(25_000)).toBe(true);
  const found = await store.query(findingsList, { now_ms: Date.now() });
  expect(found.map(({ identity_uid, detectors }) => [identity_uid, detectors])).toEqual([["source:pushed", ["records-gone"]]]);
});

test("an end that the store is too slow for is told as such, and what it had not stored is read again by the next one", async () => {
  const { store, configured, log, stored } = await estate();
  const release = Promise.withResolvers<void>();
  const writing = Promise.withResolvers<void>();
  const stuck = slowly(store, async () => {
    writing.resolve();
    await release.promise;
    throw new Error("never written");
  });
  log("one", 0, 5);
  const live = started(stuck, configured({ a: "one" }));
  await writing.promise;
  expect(await live.stop(100)).toBe(false);
  // A store that never answers keeps no process from its end.
  await expect
    .poll(() => sourceOf(live, "a"), { timeout: 30_000 })
    .toMatchObject({ state: "stopped", detail: expect.stringContaining("not stored in time") });
  release.resolve();
  await live.stop(10_000);
  expect(await stored()).toEqual([]);
  const again = started(store, configured({ a: "one" }));
  await untilRecords(again, "a", 5);
  expect(await again.stop(25_000)).toBe(true);
  expect(await stored()).toHaveLength(5);
});
