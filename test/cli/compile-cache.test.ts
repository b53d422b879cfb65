// What a command compiled serves the next one, from a folder that is the user's own, and nothing depends on it.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { CliHome } from "./run-cli.ts";

const home = new CliHome();
afterEach(() => rmSync(home.path(".cache"), { recursive: true, force: true }));
afterAll(() => home.remove());

test("compiled code is kept in the home folder, for its owner only", async () => {
  expect((await home.run(["--version"], { environment: { NODE_COMPILE_CACHE: "" } })).code).toBe(0);
  const folder = home.path(".cache", "machinetrail", "compiled");
  expect(readdirSync(folder)).toHaveLength(1);
  for (const each of [folder, path.dirname(folder)]) expect(statSync(each).mode & 0o777).toBe(0o700);
});

test.each([
  ["/proc/none", undefined],
  ["", undefined],
  ["/dev/null", "/dev/null/none"],
])("a home of %j, where nothing can be kept, changes nothing", async (HOME, XDG_CACHE_HOME) => {
  const environment = { NODE_COMPILE_CACHE: "", HOME, ...(XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME }) };
  expect(await home.run(["--version"], { environment })).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(home.path(".cache"))).toBe(false);
});

test("a folder that others may write is not used: what lies there is run", async () => {
  const folder = home.path(".cache", "machinetrail", "compiled");
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
  expect((await home.run(["--version"], { environment: { NODE_COMPILE_CACHE: "" } })).code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("where Node's own variable names a folder, that one is used", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-compiled-"));
  await home.run(["--version"], { environment: { NODE_COMPILE_CACHE: folder } });
  expect(readdirSync(folder)).not.toEqual([]);
  expect(existsSync(home.path(".cache"))).toBe(false);
  rmSync(folder, { recursive: true });
});
