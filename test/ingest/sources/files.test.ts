// The files source: nothing lost, nothing read twice for nothing, whatever lies in the folder.
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { SkippedPath } from "../../../ingest/sources/file-listing.ts";
import { FilesSource } from "../../../ingest/sources/files.ts";
import { PermanentError } from "../../../model/errors.ts";
import { readAll, testSourceContract, valuesOf } from "../source-contract.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-files-"));
  folders.push(folder);
  return folder;
}

/** Records with enough in them that a file's first kilobyte differs from another's. */
function makeRecords(count: number, mark = "r"): { id: string; note: string }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `${mark}-${index}`, note: `${mark}`.repeat(100) }));
}

const lines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

interface Outcome {
  readonly ids: unknown[];
  readonly rejected: string[];
  readonly skipped: SkippedPath[];
  readonly read: number;
  readonly alreadyRead: number;
}

async function scan(paths: readonly string[], cursors = new Map<string, string>(), shard?: { index: number; count: number }): Promise<Outcome> {
  const skipped: SkippedPath[] = [];
  const files = { read: 0, "already read": 0 };
  const source = new FilesSource(
    { id: "test", paths, ...(shard && { shard }) },
    { onSkipped: (path) => skipped.push(path), onFile: (outcome) => files[outcome]++ },
  );
  const batches = await readAll(source, cursors);
  const rejected = batches.flatMap((batch) => batch.rejected.map(({ reason }) => reason));
  return { ids: valuesOf(batches).map(({ id }) => id), rejected, skipped, read: files.read, alreadyRead: files["already read"] };
}

const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);

describe("the contract of a source", () => {
  testSourceContract("plain lines", () => {
    const folder = makeFolder();
    const records = makeRecords(5500);
    writeFileSync(path.join(folder, "a.jsonl"), lines(records.slice(0, 2500)));
    writeFileSync(path.join(folder, "b.jsonl"), lines(records.slice(2500)));
    return { open: () => new FilesSource({ id: "test", paths: [folder] }), records };
  });
  testSourceContract("compressed arrays", () => {
    const folder = makeFolder();
    const records = makeRecords(3500);
    writeFileSync(path.join(folder, "a.json.gz"), gzipSync(JSON.stringify({ Records: records.slice(0, 2000) })));
    writeFileSync(path.join(folder, "b.json.zst"), zstdCompressSync(JSON.stringify(records.slice(2000))));
    return { open: () => new FilesSource({ id: "test", paths: [folder] }), records };
  });
});

describe("a file is known by its content", () => {
  test("read twice: nothing the second time, also under another name or with another time", async () => {
    const folder = makeFolder();
    const cursors = new Map<string, string>();
    const file = path.join(folder, "a.jsonl");
    writeFileSync(file, lines(makeRecords(50)));
    expect((await scan([folder], cursors)).ids).toHaveLength(50);
    expect(await scan([folder], cursors)).toMatchObject({ ids: [], alreadyRead: 1 });
    renameSync(file, path.join(folder, "a.jsonl.1"));
    utimesSync(path.join(folder, "a.jsonl.1"), 1, 1);
    expect(await scan([folder], cursors)).toMatchObject({ ids: [], alreadyRead: 1 });
  });

  test("two files with the same first kilobytes are both read", async () => {
    const folder = makeFolder();
    const common = makeRecords(40, "same");
    writeFileSync(path.join(folder, "a.jsonl"), lines([...common, { id: "only-a" }]));
    writeFileSync(path.join(folder, "b.jsonl"), lines([...common, { id: "only-b" }]));
    const cursors = new Map<string, string>();
    const { ids: first } = await scan([folder], cursors);
    expect(new Set(first)).toEqual(new Set([...ids(common), "only-a", "only-b"]));
  });

  test("files of one caller, whose first kilobytes are alike, are each known the second time", async () => {
    const folder = makeFolder();
    const claims = "c".repeat(3000);
    const cursors = new Map<string, string>();
    for (const id of ["a", "b", "c"]) writeFileSync(path.join(folder, `${id}.json`), JSON.stringify({ value: [{ claims, id }] }));
    expect((await scan([folder], cursors)).read).toBe(3);
    expect(await scan([folder], cursors)).toMatchObject({ ids: [], read: 0, alreadyRead: 3 });
  });

  test("a file rewritten in place with the same size is read afresh", async () => {
    const folder = makeFolder();
    const file = path.join(folder, "a.jsonl");
    const cursors = new Map<string, string>();
    writeFileSync(file, lines(makeRecords(40, "a")));
    await scan([folder], cursors);
    writeFileSync(file, lines(makeRecords(40, "b")));
    expect((await scan([folder], cursors)).ids).toEqual(ids(makeRecords(40, "b")));
  });

  test("a file cut back and filled anew (copytruncate) is read afresh", async () => {
    const folder = makeFolder();
    const file = path.join(folder, "a.jsonl");
    const cursors = new Map<string, string>();
    writeFileSync(file, lines(makeRecords(40, "a")));
    await scan([folder], cursors);
    truncateSync(file);
    appendFileSync(file, lines(makeRecords(60, "b")));
    expect((await scan([folder], cursors)).ids).toEqual(ids(makeRecords(60, "b")));
  });

  test("a file that grows in any steps, cut anywhere, gives each record once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 }), async (steps) => {
        const file = path.join(makeFolder(), "a.jsonl");
        const records = makeRecords(60);
        const bytes = Buffer.from(lines(records));
        const cursors = new Map<string, string>();
        const seen: unknown[] = [];
        // Longer than a head, by which a file is known.
        let written = 4500;
        writeFileSync(file, bytes.subarray(0, written));
        seen.push(...(await scan([file], cursors)).ids);
        for (const step of [...steps, bytes.length]) {
          appendFileSync(file, bytes.subarray(written, written + step));
          written = Math.min(bytes.length, written + step);
          seen.push(...(await scan([file], cursors)).ids);
        }
        expect(seen).toEqual(ids(records));
      }),
      { numRuns: 40 },
    );
  });
});

describe("damaged and hostile files are told, and the next file goes on", () => {
  const good = lines(makeRecords(20, "good"));
  const good20 = ids(makeRecords(20, "good"));

  async function beside(bytes: Buffer): Promise<Outcome> {
    const folder = makeFolder();
    writeFileSync(path.join(folder, "a.json.gz"), bytes);
    writeFileSync(path.join(folder, "z.jsonl"), good);
    return scan([folder]);
  }

  test("a gzip file cut off keeps its valid prefix", async () => {
    const whole = gzipSync(lines(makeRecords(5000)), { level: 1 });
    const { ids: read, rejected } = await beside(whole.subarray(0, Math.floor(whole.length / 2)));
    expect(rejected.some((reason) => reason.includes("cut off or damaged"))).toBe(true);
    expect(read.length).toBeGreaterThan(2000);
    expect(read.slice(-20)).toEqual(good20);
  });

  test("a gzip file with one bit flipped keeps its valid prefix", async () => {
    const noise = Array.from({ length: 3000 }, (_, index) => ({ id: `n-${index}`, noise: Math.sin(index).toString(36) }));
    const bytes = gzipSync(lines(noise));
    const middle = Math.floor(bytes.length * 0.7);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0x10;
    const { ids: read, rejected } = await beside(bytes);
    expect(rejected.length).toBeGreaterThan(0);
    expect(read.slice(-20)).toEqual(good20);
    expect(read.length).toBeGreaterThan(500);
  });

  test("several gzip members are one file", async () => {
    const records = makeRecords(100);
    const bytes = Buffer.concat([gzipSync(lines(records.slice(0, 30))), gzipSync(lines(records.slice(30)))]);
    expect((await beside(bytes)).ids).toEqual([...ids(records), ...good20]);
  });

  test("a decompression bomb is stopped at its measure", async () => {
    // Just above what may inflate before it is judged.
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, "["), { level: 9 });
    const { ids: read, rejected } = await beside(bomb);
    expect(rejected).toContain("inflates like a decompression bomb");
    expect(read).toEqual(good20);
  });

  test("pipes, devices, hidden files and links that lead outside are told and left alone; links inside are read", async () => {
    const folder = makeFolder();
    const outside = path.join(makeFolder(), "secret.jsonl");
    writeFileSync(outside, lines(makeRecords(5, "outside")));
    writeFileSync(path.join(folder, "z.jsonl"), good);
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    symlinkSync(outside, path.join(folder, "link-outside"));
    symlinkSync("/dev/zero", path.join(folder, "device"));
    symlinkSync(path.join(folder, "missing"), path.join(folder, "dangling"));
    writeFileSync(path.join(folder, ".hidden"), good);
    const { ids: read, skipped } = await scan([folder]);
    expect(read).toEqual(good20);
    expect(Object.fromEntries(skipped.map((entry) => [path.basename(entry.path), entry.reason]))).toEqual({
      pipe: "a pipe",
      "link-outside": "a link that leads outside the folder",
      device: "a link that leads outside the folder",
      dangling: "cannot be read (ENOENT)",
      ".hidden": "hidden",
    });
  });

  test("an unreadable file among others is told, and the others are read", async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, "a.jsonl"), good, { mode: 0o000 });
    writeFileSync(path.join(folder, "z.jsonl"), good, { mode: 0o644 });
    // Root reads everything: as anybody else, it cannot.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const { ids: read, skipped } = await scan([folder]);
      expect(read).toEqual(good20);
      expect(skipped).toEqual([{ path: path.join(folder, "a.jsonl"), reason: "cannot be read (EACCES)" }]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  test("a named path that does not exist is an error that names it, before anything is read", async () => {
    await expect(scan([path.join(makeFolder(), "missing.json")])).rejects.toThrow(PermanentError);
    await expect(scan([path.join(makeFolder(), "missing.json")])).rejects.toThrow(/missing\.json: there is no such file/);
  });

  test("empty files and folders are read as nothing", async () => {
    const folder = makeFolder();
    mkdirSync(path.join(folder, "empty"));
    writeFileSync(path.join(folder, "empty.json"), "");
    expect(await scan([folder])).toMatchObject({ ids: [], rejected: [], read: 1 });
  });
});

describe("many files", () => {
  test("two thousand small files: every record, one scan and shards alike, and nothing the second time", async () => {
    const folder = makeFolder();
    for (let index = 0; index < 2000; index++) writeFileSync(path.join(folder, `${index}.json`), JSON.stringify({ id: `f-${index}` }));
    const cursors = new Map<string, string>();
    expect(new Set((await scan([folder], cursors)).ids).size).toBe(2000);
    expect(await scan([folder], cursors)).toMatchObject({ ids: [], alreadyRead: 2000 });
    const shards = await Promise.all([0, 1, 2].map((index) => scan([folder], new Map(), { index, count: 3 })));
    expect(new Set(shards.flatMap(({ ids: read }) => read)).size).toBe(2000);
  });
});

test("several zstd frames are one file", async () => {
  const folder = makeFolder();
  const records = makeRecords(100);
  const frames = [records.slice(0, 30), records.slice(30, 31), records.slice(31)].map((part) => zstdCompressSync(lines(part)));
  writeFileSync(path.join(folder, "a.json.zst"), Buffer.concat(frames));
  expect((await scan([folder])).ids).toEqual(ids(records));
});
