// What killed scans leave in memory is taken away by the next start, and nothing else is.
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeInsertFilesOfTheDead, withInsertFile } from "../../storage/engines/insert-file.ts";

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
  const name = await withInsertFile([Buffer.from("rows")], store, async (file) => path.basename(file));
  return { name, space: /^machinetrail-(\d+)-/.exec(name)?.[1] ?? "" };
}

test("a file is there while it is used, holds all chunks, and is gone afterwards, also after a failure", async () => {
  let used = "";
  const inUse = withInsertFile([Buffer.from("one"), Buffer.alloc(0), Buffer.from("two")], store, async (file) => {
    used = file;
    // A second store that this process opens meanwhile.
    removeInsertFilesOfTheDead(path.dirname(file), path.dirname(file));
    expect(readFileSync(file, "utf8")).toBe("onetwo");
    throw new RangeError("engine");
  });
  await expect(inUse).rejects.toThrow(RangeError);
  expect(existsSync(used)).toBe(false);
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
