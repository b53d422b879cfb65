// Endings that no command plans: a reader that goes away, and Ctrl-C.
import { spawn } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliHome, cliProcess, projectFolder } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

test("a reader that has seen enough ends the output without a word", async () => {
  const { command, args } = cliProcess(["config", "schema"]);
  const shell = spawn("sh", ["-c", `"$0" "$@" 2>"$ERRORS" | head -c 1 >/dev/null; cat "$ERRORS" >&2`, command, ...args], {
    env: { PATH: process.env.PATH, HOME: home.folder, ERRORS: home.path("errors") },
  });
  const stderr: Buffer[] = [];
  shell.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise((resolve) => shell.on("close", resolve));
  expect([code, Buffer.concat(stderr).toString()]).toEqual([0, ""]);
});

test("the first Ctrl-C stops a scan cleanly, says that a second ends at once, and the same command resumes", async () => {
  const store = home.path("store");
  const scan = ["scan", "-", path.join(projectFolder, "examples"), "--cluster", "edge-1", "--store", store, "--output", "json", "--verbose"];
  // Standard input stays open, so that the scan is still waiting for it when the signal comes.
  const { command, args } = cliProcess(scan);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise((resolve) => child.on("close", resolve));
  const said = (words: string): Promise<void> =>
    new Promise((resolve) => child.stderr.on("data", () => Buffer.concat(stderr).includes(words) && resolve()));
  await said("store opened");
  child.kill("SIGINT");
  await said("press Ctrl-C again");
  child.stdin.end();
  expect(await ended).toBe(130);
  expect(Buffer.concat(stderr).toString()).toMatch(/press Ctrl-C again to end at once/);
  const again = await home.run(["scan", path.join(projectFolder, "examples"), "--cluster", "edge-1", "--store", store, "--output", "json"]);
  expect(again.code).toBe(4);
  const { stdout } = await home.run([
    "query",
    "SELECT count() AS actions, uniqExact(event_uid) AS distinct FROM actions FINAL",
    "--store",
    store,
    "--output",
    "ndjson",
  ]);
  const { actions, distinct } = JSON.parse(stdout) as { actions: number; distinct: number };
  expect(actions).toBe(distinct);
  expect(actions).toBeGreaterThan(100);
});
