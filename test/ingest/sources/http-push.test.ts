// The source of what was pushed, on a spool as the server writes it: the contract of live sources, and what it keeps on disk.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpPush, httpPushSettings, spoolFolder } from "../../../ingest/sources/http-push.ts";
import { listSegments, spoolId } from "../../../ingest/spool/spool-folder.ts";
import { SpoolWriter } from "../../../ingest/spool/spool-writer.ts";
import { type Cursors, type LiveSourceFixture, readUntil, sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

let root = "";
let folders = 0;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "machinetrail-push-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const settings = httpPushSettings.parse({});

async function fixture(sizeBytes = 2 ** 30): Promise<LiveSourceFixture & { readonly folder: string }> {
  const folder = path.join(root, String(folders++));
  const writer = new SpoolWriter(spoolFolder(folder), { sizeBytes, freeBytes: 0 });
  return {
    folder,
    open: () => httpPush.open(settings, sourceContext({ folder })),
    publish: (messages) => writer.append(messages.map((body) => ({ route: "ndjson", body }))),
    close: () => writer.close(),
  };
}

testLiveSourceContract("http-push", fixture);

const record = (number: number) =>
  Buffer.from(JSON.stringify({ eventID: `event-${number}`, eventSource: "s3.amazonaws.com", pad: "p".repeat(2000) }));

test("what is stored leaves the disk, and what is not stays there", async () => {
  const { folder, open, publish, close } = await fixture(200_000);
  for (let number = 0; number < 40; number++) await publish([record(number)]);
  await close();
  const before = (await listSegments(spoolFolder(folder))).length;
  expect(before).toBeGreaterThan(2);
  const cursors: Cursors = new Map();
  const isAll = (batches: Parameters<typeof valuesOf>[0]) => new Set(valuesOf(batches).map(({ eventID }) => eventID)).size === 40;
  await readUntil(open(), cursors, isAll, () => false);
  expect((await listSegments(spoolFolder(folder))).length).toBe(before);
  await readUntil(open(), cursors, isAll);
  expect((await listSegments(spoolFolder(folder))).length).toBe(1);
  expect([...cursors.keys()]).toHaveLength(1);
});

test("a cursor that was cut, emptied or is of another form loses nothing: all that is there is read again", async () => {
  const { open, publish, close } = await fixture();
  await publish([record(0), record(1)]);
  await close();
  const cursors: Cursors = new Map();
  await readUntil(open(), cursors, (batches) => valuesOf(batches).length === 2);
  const [partition = ""] = cursors.keys();
  for (const broken of ["", "{", '{"segment":1,"off', '{"segment":-1,"offset":0}', "[]"]) {
    const again = await readUntil(open(), new Map([[partition, broken]]), (batches) => valuesOf(batches).length === 2);
    expect(valuesOf(again)).toHaveLength(2);
  }
});

test("a cursor that is ahead of the spool, which was restored from before, deletes nothing and loses nothing", async () => {
  const { folder, open, publish, close } = await fixture(200_000);
  for (let number = 0; number < 40; number++) await publish([record(number)]);
  await close();
  expect((await listSegments(spoolFolder(folder))).length).toBeGreaterThan(2);
  const isAll = (batches: Parameters<typeof valuesOf>[0]) => new Set(valuesOf(batches).map(({ eventID }) => eventID)).size === 40;
  const partition = `spool:${await spoolId(spoolFolder(folder))}`;
  const again = await readUntil(open(), new Map([[partition, '{"segment":1000,"offset":0}']]), isAll);
  expect(isAll(again)).toBe(true);
});
