// The whole way from files to rows: nothing lost or doubled whenever it is killed, no neighbour taken along by a hostile record,
// and no secret in any column of any table.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import { cloudTrailCorpus } from "../../bench/cloudtrail-corpus.ts";
import { openStore } from "../../pipeline/build.ts";
import { type Config, loadConfig } from "../../pipeline/config.ts";
import { quarantineRows } from "../../pipeline/quarantine-rows.ts";
import { type ScanSummary, scan } from "../../pipeline/scan.ts";
import type { Store } from "../../storage/store.ts";
import { keepForEver, runInFolder } from "../storage/keep-for-ever.ts";
import { tableDigest } from "../storage/table-digest.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-scan-"));
  folders.push(folder);
  return folder;
}

function configOf(folder: string): Config {
  return loadConfig({ environment: { HOME: folder }, workingFolder: root, platform: process.platform, store: path.join(folder, "store") });
}

async function withStore<Result>(folder: string, use: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore(configOf(folder).store);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

function scanPaths(folder: string, store: Store, ...paths: string[]): Promise<ScanSummary> {
  return scan({ store, config: configOf(folder), paths, signal: new AbortController().signal });
}

async function rows(store: Store, sql: string): Promise<Record<string, unknown>[]> {
  const text = new TextDecoder().decode(await store.queryText(sql, "JSONEachRow"));
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A scan in a process of its own, ended without warning after `lifeMs`; false where it was done before. */
async function killedScan(folder: string, corpus: string, lifeMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(root, "cli/main.ts"), "scan", corpus, "--store", path.join(folder, "store"), "--quiet"], {
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: "ignore",
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  await Promise.race([ended, wait(lifeMs)]);
  child.kill("SIGKILL");
  return (await ended) === "SIGKILL";
}

const cloudTrailRecord = (id: string, more: object = {}) => ({
  eventVersion: "1.09",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDAEXAMPLE",
    arn: "arn:aws:iam::111122223333:user/backup",
    accountId: "111122223333",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    userName: "backup",
  },
  eventTime: "2026-11-02T03:04:05Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-west-1",
  sourceIPAddress: "198.51.100.7",
  userAgent: "restic/0.16",
  eventID: id,
  recipientAccountId: "111122223333",
  ...more,
});

describe("killed at any moment", () => {
  test("a scan that was killed again and again ends in the same tables as one that was left alone", async () => {
    const corpus = cloudTrailCorpus(makeFolder(), { seed: 7, records: 20_000, identities: 200, days: 30, recordsPerFile: 500 });
    const calm = makeFolder();
    const calmDigest = await withStore(calm, async (store) => {
      expect((await scanPaths(calm, store, corpus)).stored).toBe(20_000);
      return tableDigest(store);
    });
    const rough = makeFolder();
    let kills = 0;
    for (const lifeMs of [300, 700, 1000, 1300, 1600, 1900]) if (await killedScan(rough, corpus, lifeMs)) kills++;
    expect(kills).toBeGreaterThan(0);
    await withStore(rough, async (store) => {
      await scanPaths(rough, store, corpus);
      expect(await tableDigest(store)).toEqual(calmDigest);
    });
  });

  test("the same scan again reads no file and changes no table", async () => {
    const corpus = cloudTrailCorpus(makeFolder(), { seed: 8, records: 2000, identities: 20, days: 3, recordsPerFile: 500 });
    const folder = makeFolder();
    await withStore(folder, async (store) => {
      await scanPaths(folder, store, corpus);
      const before = await tableDigest(store);
      expect(await scanPaths(folder, store, corpus)).toMatchObject({ files: 4, filesAlreadyRead: 4, records: 0, stored: 0 });
      expect(await tableDigest(store)).toEqual(before);
    });
  });

  test("an interrupted scan stops cleanly, and the next one completes it", async () => {
    const corpus = cloudTrailCorpus(makeFolder(), { seed: 9, records: 10_000, identities: 50, days: 3, recordsPerFile: 500 });
    const folder = makeFolder();
    await withStore(folder, async (store) => {
      const stop = new AbortController();
      const first = await scan({ store, config: configOf(folder), paths: [corpus], signal: stop.signal, onProgress: () => stop.abort() });
      expect(first.interrupted).toBe(true);
      await scanPaths(folder, store, corpus);
      expect((await rows(store, "SELECT uniqExact(event_uid) AS events FROM actions"))[0]?.events).toBe(10_000);
    });
  });
});

describe("a hostile record between a hundred good ones", () => {
  const hostile: Readonly<Record<string, { readonly text: string; readonly reason?: RegExp }>> = {
    "invalid JSON": { text: '{"eventVersion":"1.09","eventName":', reason: /not valid JSON/ },
    "five million levels deep": {
      text: `{"eventName":"x","eventSource":"y","eventVersion":"1","a":${"[".repeat(5_000_000)}${"]".repeat(5_000_000)}}`,
    },
    "a text of 20 MB": { text: JSON.stringify(cloudTrailRecord("big", { userAgent: "x".repeat(20_000_000) })), reason: /larger than 16 MiB/ },
    "every field of a wrong type": {
      text: JSON.stringify({ eventVersion: {}, userIdentity: "x", eventTime: 5, eventSource: [], eventName: null, eventID: true }),
      reason: /eventName|eventSource|eventTime|format/,
    },
    "lone surrogates and NUL": {
      text: '{"eventVersion":"1","eventName":"a\\ud800b\\u0000","eventSource":"s3.amazonaws.com","eventTime":"2026-11-02T03:04:05Z","eventID":"odd"}',
    },
    "1e400 and 2^64": {
      text: '{"eventVersion":"1","eventName":"n","eventSource":"s3.amazonaws.com","eventTime":"2026-11-02T03:04:05Z","eventID":"num","requestParameters":{"a":1e400,"b":18446744073709551616}}',
    },
    "a date that does not exist": { text: JSON.stringify(cloudTrailRecord("date", { eventTime: "2026-02-30T00:00:00Z" })), reason: /eventTime/ },
    "the year 1970 and the year 9999": { text: JSON.stringify(cloudTrailRecord("old", { eventTime: "1970-01-01T00:00:00Z" })) },
    "no id": { text: JSON.stringify({ ...cloudTrailRecord(""), eventID: undefined }) },
    __proto__: { text: '{"__proto__":{"eventName":"x"},"eventVersion":"1","userIdentity":{"__proto__":{"type":"Root"}}}', reason: /./ },
    "a repeated key": {
      text: '{"eventVersion":"1","eventName":"First","eventName":"Second","eventSource":"s3.amazonaws.com","eventTime":"2026-11-02T03:04:05Z","eventID":"twice"}',
    },
    "not a record at all": { text: '{"hello":"world"}', reason: /no format recognises/ },
  };
  for (const [name, { text, reason }] of Object.entries(hostile)) {
    test(`${name}: the hundred are stored, it is stored or in quarantine with file, offset and reason`, async () => {
      const folder = makeFolder();
      const good = Array.from({ length: 100 }, (_, index) => JSON.stringify(cloudTrailRecord(`good-${index}`)));
      const file = path.join(folder, "log.jsonl");
      writeFileSync(file, `${[...good.slice(0, 50), text, ...good.slice(50)].join("\n")}\n`);
      await withStore(folder, async (store) => {
        const summary = await scanPaths(folder, store, file);
        expect(summary.records).toBe(101);
        expect((await rows(store, "SELECT count() AS events FROM actions FINAL WHERE event_uid LIKE 'good-%'"))[0]?.events).toBe(100);
        const kept = await rows(store, "SELECT origin, position, reason, length(raw) AS size FROM quarantine FINAL");
        if (reason === undefined) expect(summary.stored + kept.length).toBe(101);
        else {
          expect(kept).toHaveLength(1);
          expect(kept[0]).toMatchObject({ origin: file, position: good.slice(0, 50).join("\n").length + 1 });
          expect(kept[0]?.reason).toMatch(reason);
          expect(kept[0]?.size).toBeLessThanOrEqual(65_536);
        }
      });
    });
  }
});

describe("several unreadable parts of one envelope", () => {
  const broken = (text: string) => ({ id: "1", timestamp: 1, message: text });
  const good = { id: "2", timestamp: 1, message: JSON.stringify(cloudTrailRecord("good")) };
  const envelope = { messageType: "DATA_MESSAGE", logGroup: "trail", logEvents: [broken("{one"), good, broken("{two"), broken("{two")] };

  test("are a row each, and still are when the file is read again", async () => {
    const folder = makeFolder();
    await withStore(folder, async (store) => {
      for (const copy of ["a", "b"]) {
        const file = path.join(folder, "log.jsonl");
        // Another head makes it another file, at the same place: it is read again from the start.
        writeFileSync(file, `${JSON.stringify({ ...envelope, logStream: copy })}\n`);
        expect(await scanPaths(folder, store, file)).toMatchObject({
          records: 4,
          stored: 1,
          rejected: { "an envelope holds text that is not valid JSON": 3 },
        });
        const kept = await rows(store, "SELECT position, part, raw FROM quarantine FINAL ORDER BY part");
        expect(kept).toEqual(["{one", "{two", "{two"].map((raw, part) => ({ position: 0, part, raw })));
      }
    });
  });

  test("of a record read twice, the first reception is kept", async () => {
    const folder = makeFolder();
    const [first, later] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)];
    const row = (received_at: number) => ({ source_id: "scan", origin: "a", position: 0, reason: "r", received_at, raw: "{" });
    await withStore(folder, async (store) => {
      await keepForEver((sql) => runInFolder(store.location, sql));
      for (const receivedAtMs of [later, first, later]) await store.insertRows("quarantine", quarantineRows([row(receivedAtMs)]));
      expect(await rows(store, "SELECT toUnixTimestamp64Milli(received_at) AS at FROM quarantine FINAL")).toEqual([{ at: first }]);
    });
  });
});

test("ends of operations are written bit by bit, though no block is full of actions", async () => {
  const folder = makeFolder();
  const count = 8000;
  const end = (number: number) => ({
    ...{ logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity", insertId: `id-${number}`, timestamp: "2026-11-02T03:04:05Z" },
    operation: { id: `operation-${number}`, last: true },
    protoPayload: {
      ...{ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", serviceName: "compute.googleapis.com", methodName: "insert" },
      status: { code: 3, message: "no such zone; ".repeat(200) },
    },
  });
  writeFileSync(path.join(folder, "log.jsonl"), Array.from({ length: count }, (_, number) => `${JSON.stringify(end(number))}\n`).join(""));
  await withStore(folder, async (store) => {
    const insertRows = vi.spyOn(store, "insertRows");
    await scanPaths(folder, store, path.join(folder, "log.jsonl"));
    const written = insertRows.mock.calls.filter(([table, ended]) => table === "completions" && ended.length > 0);
    expect(written.length).toBeGreaterThan(1);
    expect(await rows(store, "SELECT uniqExact(event_uid) AS ended FROM completions")).toEqual([{ ended: count }]);
  });
});

test("a secret in a scanned file is in no column of any table", async () => {
  const folder = makeFolder();
  const canary = ["Cnry", "4Qz7Xw9", "Lm2Bv6"].join("");
  const records = [
    cloudTrailRecord("a", { requestParameters: { password: canary, note: `Bearer ${canary}` } }),
    cloudTrailRecord("b", { errorCode: "X", errorMessage: `failed: password=${canary}`, userAgent: `tool/1 --token ${canary}` }),
    cloudTrailRecord("c", { responseElements: { credentials: { sessionToken: `IQoJb3JpZ2lu${canary}aaaa`, accessKeyId: "ASIAEXAMPLEEXAMPLE22" } } }),
  ].map((record) => JSON.stringify(record));
  writeFileSync(path.join(folder, "log.jsonl"), `${[...records, `{"broken": "password=${canary}", `, records[0]].join("\n")}\n`);
  await withStore(folder, async (store) => {
    const summary = await scanPaths(folder, store, path.join(folder, "log.jsonl"));
    expect(summary.stored).toBe(4);
    expect(summary.redacted).toBe(4);
    for (const table of ["actions", "quarantine", "behaviour", "identities", "credentials", "lineage", "cursors", "completions"]) {
      const all = JSON.stringify(await rows(store, `SELECT * FROM ${table}`));
      expect(all).not.toContain(canary);
    }
  });
});
