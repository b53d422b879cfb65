// `detect --follow` as a process: it stores and tells what it finds, ends with the first Ctrl-C.
import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMs, theftDay, trail } from "./machine-trail.ts";
import { CliHome, cliProcess } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

/** Follows until something was told, or for good where nothing is expected, and ends by Ctrl-C. */
async function follow(until: (stdout: string) => boolean): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { command, args } = cliProcess(["detect", "--follow", "--budget", "1", "--output", "ndjson", "--verbose", "--store", home.path("store")]);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
  let stdout = "";
  let stderr = "";
  let isStopped = false;
  const stop = () => {
    if (isStopped || !until(stdout) || !stderr.includes("store opened")) return;
    isStopped = true;
    child.kill("SIGINT");
  };
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    stop();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    stop();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

// Detection looks at what was received by now: before the days of the trail there is nothing to follow.
test.skipIf(Date.now() < startMs + 21 * 86_400_000)("what it tells is stored", async () => {
  const scanned = await home.run(["scan", "-", "--received-at", "event-time", "--store", home.path("store"), "--quiet"], { stdin: trail(20) });
  expect(scanned.code, scanned.stderr).toBe(0);
  const first = await follow((stdout) => stdout.includes("\n"));
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("press Ctrl-C again")]);
  const told = first.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { finding_uid: string; window_start_ms: number });
  expect(told.map(({ window_start_ms }) => window_start_ms)).toEqual([startMs + theftDay * 86_400_000 + 5 * 3_600_000]);
  const listed = await home.run(["findings", "--store", home.path("store"), "--output", "ndjson"]);
  expect(listed.stdout).toContain(told[0]?.finding_uid);
});

test("an output that is written when all is known is refused", async () => {
  const refused = await home.run(["detect", "--follow", "--output", "csv", "--store", home.path("store")]);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("--output ndjson writes each finding as it comes")]);
});
