// Files that are looked through again and again keep what every live source promises; and a file that grows, or is replaced, is read on.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { watchedFiles } from "../../../ingest/sources/watched-files.ts";
import { type Cursors, readUntil, sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

const open = (folder: string) => watchedFiles.open(watchedFiles.settings.parse({ paths: [folder], poll_seconds: 0.02 }), sourceContext());

testLiveSourceContract("watched files", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-watched-"));
  let files = 0;
  return {
    open: () => open(folder),
    publish: async (messages) => {
      for (const message of messages) writeFileSync(path.join(folder, `${files++}.json`), message);
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
});

test("a file that grows is read on from where it ended, once what was read before is durable", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-watched-"));
  const file = path.join(folder, "audit.log");
  const line = (number: number) => `{"number":${number},"padding":"${"x".repeat(5000)}"}\n`;
  writeFileSync(file, line(0));
  const cursors: Cursors = new Map();
  let lines = 1;
  const batches = await readUntil(open(folder), cursors, (seen) => {
    if (valuesOf(seen).length === lines && lines < 4) appendFileSync(file, line(lines++));
    return valuesOf(seen).length >= 4;
  });
  expect(valuesOf(batches).map(({ number }) => number)).toEqual([0, 1, 2, 3]);
  rmSync(folder, { recursive: true });
});

test("a path that is not there is told, keeps no other waiting, and is read once it is there", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-watched-"));
  const told: string[] = [];
  const observer = { onState: (state: string, detail: string) => told.push(`${state} ${detail}`), onLag: () => undefined, onGap: () => undefined };
  const [later, there] = [path.join(folder, "later"), path.join(folder, "there")];
  writeFileSync(there, '{"number":1}\n');
  const source = watchedFiles.open(watchedFiles.settings.parse({ paths: [later, there], poll_seconds: 0.02 }), sourceContext({ observer }));
  const reading = readUntil(source, new Map(), (seen) => valuesOf(seen).length > 1);
  await expect.poll(() => told.length).toBeGreaterThan(0);
  writeFileSync(later, '{"number":2}\n');
  expect(valuesOf(await reading)).toEqual([{ number: 1 }, { number: 2 }]);
  expect(told[0]).toMatch(/^failing .*later/);
  rmSync(folder, { recursive: true });
});
