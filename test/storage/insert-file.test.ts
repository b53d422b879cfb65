// What killed scans leave in memory is taken away by the next start, and nothing else is.
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InsertFiles, removeInsertFilesOfTheDead } from "../../storage/engines/insert-file.ts";

let folder: string;
let memory: string;
let store: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-insert-"));
  memory = path.join(folder, "memory");
  store = path.join(folder, "store");
  for (const made of [memory, store]) mkdirSync(made);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deadProcess = spawnSync("true").pid;
const aliveProcess = process.ppid;

async function nameOf(): Promise<{ name: string; space: string }> {
  const files = new InsertFiles(store);
  const name = await files.withFile([Buffer.from("rows")], async (file) => path.basename(file));
  files.removeSpares();
  return { name, space: /^machinetrail-(\d+)-/.exec(name)?.[1] ?? "" };
}

test("a file is there while it is used, holds all chunks, and is gone after a failure", async () => {
  let used = "";
  const inUse = new InsertFiles(store).withFile([Buffer.from("one"), Buffer.alloc(0), Buffer.from("two")], async (file) => {
    used = file;
    // A second store that this process opens meanwhile.
    removeInsertFilesOfTheDead(path.dirname(file), path.dirname(file));
    expect(readFileSync(file, "utf8")).toBe("onetwo");
    throw new RangeError("engine");
  });
  await expect(inUse).rejects.toThrow(RangeError);
  expect(existsSync(used)).toBe(false);
});

test("a file that is written over holds the new rows and nothing of the old ones, whichever are longer", async () => {
  const files = new InsertFiles(store);
  const used = new Set<string>();
  for (const rows of ["long rows of the first insert", "short", "", "longer than all before them together, by far"]) {
    const read = await files.withFile([Buffer.from(rows)], async (file) => {
      used.add(file);
      return readFileSync(file, "utf8");
    });
    expect(read).toBe(rows);
  }
  files.removeSpares();
  for (const file of used) expect(existsSync(file)).toBe(false);
});

test("inserts side by side have a file each, and a second after the last there is none", async () => {
  const files = new InsertFiles(store);
  const used = new Set<string>();
  for (let time = 0; time < 2; time++) {
    const both = ["one", "two"].map((rows) =>
      files.withFile([Buffer.from(rows)], async (file) => {
        used.add(file);
        await wait(20);
        return readFileSync(file, "utf8");
      }),
    );
    expect(await Promise.all(both)).toEqual(["one", "two"]);
  }
  // Where there is no memory folder, each insert makes its own.
  expect(used.size).toBeLessThanOrEqual(existsSync("/dev/shm") ? 2 : 4);
  await expect.poll(() => [...used].filter((file) => existsSync(file)), { timeout: 10_000 }).toEqual([]);
});

test("two stores of one process never use one name", async () => {
  const names = await Promise.all([nameOf(), nameOf(), nameOf()]);
  expect(new Set(names.map(({ name }) => name)).size).toBe(3);
});

test("files of dead processes go, and an earlier process' of our own number; others' stay", async () => {
  const { space } = await nameOf();
  const gone = [`machinetrail-${space}-${deadProcess}-0.rows`, `machinetrail-${space}-${process.pid}-999999.rows`];
  const kept = [
    `machinetrail-${space}-${aliveProcess}-0.rows`,
    // Of a container that shares the memory folder, where numbers mean other processes.
    `machinetrail-1${space}-${deadProcess}-0.rows`,
    `machinetrail-${space}-${deadProcess}-0.rows.txt`,
    `other-${space}-${deadProcess}-0.rows`,
    "machinetrail-cli-x",
  ];
  for (const name of [...gone, ...kept]) writeFileSync(path.join(memory, name), "");
  removeInsertFilesOfTheDead(store, memory);
  expect(readdirSync(memory).sort()).toEqual(kept.sort());
});

test("in the store's folder, which nobody else holds, all go", async () => {
  const { space } = await nameOf();
  for (const name of [`machinetrail-${space}-${aliveProcess}-0.rows`, `machinetrail-7-${deadProcess}-1.rows`, "status"])
    writeFileSync(path.join(store, name), "");
  removeInsertFilesOfTheDead(store, memory);
  expect(readdirSync(store)).toEqual(["status"]);
});

const isRoot = process.getuid?.() === 0;
test.skipIf(!isRoot)(`another user's file stays${isRoot ? "" : " (skipped: only root can make one)"}`, async () => {
  const { space } = await nameOf();
  const file = path.join(memory, `machinetrail-${space}-${deadProcess}-0.rows`);
  writeFileSync(file, "");
  chownSync(file, 65_534, 65_534);
  removeInsertFilesOfTheDead(store, memory);
  expect(existsSync(file)).toBe(true);
});
