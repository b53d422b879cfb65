// The embedded store needs no network: the commands run with every connection refused, and none is even tried.
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliHome, projectFolder } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

const preload = pathToFileURL(path.join(projectFolder, "test/stand-ins/no-network.ts")).href;
const examples = path.join(projectFolder, "examples");

async function withoutNetwork(...args: readonly string[]) {
  const attemptsFile = home.path("attempts");
  rmSync(attemptsFile, { force: true });
  const environment = { NODE_OPTIONS: `--import ${preload}`, MACHINETRAIL_TEST_ATTEMPTS: attemptsFile };
  const result = await home.run(args, { environment });
  return { ...result, attempts: existsSync(attemptsFile) ? readFileSync(attemptsFile, "utf8").trim().split("\n") : [] };
}

test.each([
  ["the demo", [], 0],
  ["scan", ["scan", examples, "--store", "store"], 4],
  ["identities", ["identities", "--store", "store"], 0],
  // All was read at once: there is no past to judge by.
  ["detect", ["detect", "--store", "store"], 1],
  ["identity", ["identity", "backup-agent", "--store", "store"], 0],
  ["who", ["who", "--resource", "example-backups", "--store", "store"], 0],
  ["query", ["query", "SELECT count() FROM actions", "--store", "store"], 0],
  ["explain", ["explain", path.join(examples, "damaged.jsonl")], 4],
  ["doctor", ["doctor", "--store", "store"], 0],
])("%s connects to nothing and asks for no name", async (_name, args, code) => {
  const result = await withoutNetwork(...args);
  expect(result.attempts).toEqual([]);
  expect(result.code, result.stderr).toBe(code);
});

test("a server that was named is what it connects to, and the watch sees it", async () => {
  const { code, attempts } = await withoutNetwork("identities", "--store", "http://store.invalid:8123/db");
  expect(code).toBe(1);
  expect(attempts.length).toBeGreaterThan(0);
});
