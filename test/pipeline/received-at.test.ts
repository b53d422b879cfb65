// When a record counts as received: what makes "as of" possible over an archive. The earliest reception stays, whatever the
// order in which copies are read, or a replay of the past would see records later than they were there.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../../pipeline/build.ts";
import { loadConfig } from "../../pipeline/config.ts";
import type { ReceivedAt } from "../../pipeline/ingest-messages.ts";
import { scan } from "../../pipeline/scan.ts";
import type { Store } from "../../storage/store.ts";
import { keepForEver, runInFolder } from "../storage/keep-for-ever.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const eventTimeMs = Date.UTC(2026, 10, 2, 3, 4, 5);
const minuteMs = 60_000;

const record = (id: string) => ({
  eventVersion: "1.09",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/backup", accountId: "111122223333", userName: "backup" },
  eventTime: new Date(eventTimeMs).toISOString().replace(".000", ""),
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-west-1",
  sourceIPAddress: "198.51.100.7",
  userAgent: "restic/0.16",
  eventID: id,
  recipientAccountId: "111122223333",
});

interface LogFile {
  readonly name: string;
  readonly ids: readonly string[];
  readonly modifiedAtMs: number;
}

function write(folder: string, { name, ids, modifiedAtMs }: LogFile): string {
  const file = path.join(folder, name);
  writeFileSync(file, ids.map((id) => `${JSON.stringify(record(id))}\n`).join(""));
  utimesSync(file, modifiedAtMs / 1000, modifiedAtMs / 1000);
  return file;
}

/** Scans the files one after the other; received_at by event id, folded and unfolded. */
async function receptions(receivedAt: ReceivedAt, files: readonly LogFile[]): Promise<Record<string, number>> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-received-"));
  folders.push(folder);
  const config = loadConfig({
    environment: { HOME: folder },
    workingFolder: folder,
    platform: process.platform,
    store: path.join(folder, "store"),
  });
  const store = await openStore(config.store);
  await keepForEver((sql) => runInFolder(store.location, sql));
  try {
    for (const file of files) {
      const summary = await scan({ store, config, paths: [write(folder, file)], receivedAt, signal: new AbortController().signal });
      expect(summary.rejected).toEqual({});
    }
    const before = await readReceptions(store);
    await store.compact();
    expect(await readReceptions(store)).toEqual(before);
    return before;
  } finally {
    await store.close();
  }
}

async function readReceptions(store: Store): Promise<Record<string, number>> {
  const sql = "SELECT event_uid, toUnixTimestamp64Milli(received_at) AS at FROM actions FINAL";
  const lines = new TextDecoder()
    .decode(await store.queryText(sql, "JSONEachRow"))
    .split("\n")
    .filter(Boolean);
  return Object.fromEntries(lines.map((line) => JSON.parse(line) as { event_uid: string; at: number }).map(({ event_uid, at }) => [event_uid, at]));
}

const early: LogFile = { name: "early.jsonl", ids: ["first", "both"], modifiedAtMs: eventTimeMs + 5 * minuteMs };
const late: LogFile = { name: "late.jsonl", ids: ["both", "last"], modifiedAtMs: eventTimeMs + 300 * minuteMs };
const expected = { first: early.modifiedAtMs, both: early.modifiedAtMs, last: late.modifiedAtMs };

test("by file time a record was received when its file was written; one delivered twice, when the first file was", async () => {
  expect(await receptions("file-time", [early, late])).toEqual(expected);
});

test("read in the other order it is the same", async () => {
  expect(await receptions("file-time", [late, early])).toEqual(expected);
});

test("of two equal files the older one counts, also where the newer was read before", async () => {
  const older = { ...late, name: "older.jsonl", modifiedAtMs: early.modifiedAtMs };
  expect(await receptions("file-time", [late, older])).toEqual({ both: early.modifiedAtMs, last: early.modifiedAtMs });
  expect(await receptions("file-time", [older, late])).toEqual({ both: early.modifiedAtMs, last: early.modifiedAtMs });
});

test("by event time a record was received when it happened: for archives that lost their files' times", async () => {
  expect(await receptions("event-time", [late])).toEqual({ both: eventTimeMs, last: eventTimeMs });
});

test("by our own clock it is received when it is read", async () => {
  const startedAtMs = Date.now();
  const { both = 0 } = await receptions("now", [late]);
  expect(both).toBeGreaterThanOrEqual(startedAtMs);
  expect(both).toBeLessThanOrEqual(Date.now());
});
