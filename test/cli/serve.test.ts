// `serve` as a process: what it promises at start, that it reads on, and that it ends in order or by force without losing a record.
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLine } from "../ingest/kubernetes-audit-line.ts";
import { CliHome, cliProcess } from "./run-cli.ts";

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

const line = (number: number): string => auditLine(`id-${number}`);

interface Served {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly ended: Promise<number | null>;
}

function serve(config: string): Served {
  const { command, args } = cliProcess(["serve", "--config", config]);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  return { child, log: () => Buffer.concat(said).toString(), ended: new Promise((resolve) => child.on("close", resolve)) };
}

function configured(name: string): { config: string; file: string; stored: () => Promise<string[]> } {
  const folder = home.path(name);
  mkdirSync(path.join(folder, "logs"), { recursive: true });
  const config = path.join(folder, "config.yaml");
  writeFileSync(config, "store: { location: ./store }\nsources:\n  - { id: audit, type: files, paths: [./logs], poll_seconds: 0.05 }\n");
  const stored = async () => {
    const sql = "SELECT event_uid FROM actions FINAL ORDER BY event_uid";
    const { stdout } = await home.run(["query", sql, "--config", config, "--output", "ndjson"]);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((row) => String((JSON.parse(row) as { event_uid: string }).event_uid));
  };
  return { config, file: path.join(folder, "logs", "audit.log"), stored };
}

const untilSaid = (served: Served, words: string | RegExp) => expect.poll(served.log, { timeout: 60_000 }).toMatch(words);

test("says at start what it promises of each source, reads what comes, and on SIGTERM ends in order with all of it stored", async () => {
  const { config, file, stored } = configured("in-order");
  writeFileSync(file, line(1));
  const served = serve(config);
  await untilSaid(served, /"source":"audit".*"guarantee":"every event the source handed over is stored at least once and counted exactly once/);
  await untilSaid(served, /"source":"audit".*"state":"ready"/);
  appendFileSync(file, line(2));
  await new Promise((resolve) => setTimeout(resolve, 500));
  served.child.kill("SIGTERM");
  expect(await served.ended).toBe(0);
  expect(served.log()).toMatch("stopped; all that was read is stored");
  // Whatever the first one read, another one reads the rest.
  const again = serve(config);
  await untilSaid(again, /"source":"audit".*"state":"ready"/);
  again.child.kill("SIGTERM");
  await again.ended;
  expect(await stored()).toHaveLength(2);
});

test("somebody who asks its store and does not end to ask holds nothing up: what was read is stored first", async () => {
  const { config, file, stored } = configured("asked-for-ever");
  writeFileSync(file, line(1));
  const served = serve(config);
  await untilSaid(served, /"source":"audit".*"state":"ready"/);
  const asker = connect(path.join(path.dirname(config), "store", "lending", "socket"));
  asker.on("error", () => undefined);
  await new Promise((resolve) => asker.once("connect", resolve));
  asker.write("POST /query-text HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  served.child.kill("SIGTERM");
  await untilSaid(served, "stopped; all that was read is stored");
  asker.destroy();
  expect(await served.ended).toBe(0);
  expect(await stored()).toHaveLength(1);
});

test("on SIGHUP it reads its configuration again: a bad one is refused with its problems, and a good one is in force while the process goes on", async () => {
  const { config, file, stored } = configured("reloaded");
  writeFileSync(file, line(1));
  const served = serve(config);
  await untilSaid(served, /"source":"audit".*"state":"ready"/);
  const good = readFileSync(config, "utf8");
  writeFileSync(config, `${good}  - { id: more, type: kinesis }\n`);
  served.child.kill("SIGHUP");
  await untilSaid(served, /config.yaml:4:\d+: sources\[1\]\.type must be one of.*the configuration is refused; the one before stays in force/);
  writeFileSync(config, good.replace("./store", "./elsewhere"));
  served.child.kill("SIGHUP");
  await untilSaid(served, "another store needs a restart");
  mkdirSync(path.join(path.dirname(config), "more"));
  writeFileSync(path.join(path.dirname(config), "more", "audit.log"), line(2));
  writeFileSync(config, `${good}  - { id: more, type: files, paths: [./more], poll_seconds: 0.05 }\n`);
  served.child.kill("SIGHUP");
  await untilSaid(served, /"stopped":\[\],"started":\["more"\].*the configuration was read again/);
  await untilSaid(served, /"source":"more".*"state":"ready"/);
  served.child.kill("SIGTERM");
  expect(await served.ended).toBe(0);
  expect(await stored()).toHaveLength(2);
});

test("while it runs on an embedded store, other commands ask that store, and a second serve is refused", async () => {
  const { config, file, stored } = configured("asked");
  writeFileSync(file, line(1) + line(2));
  const served = serve(config);
  await untilSaid(served, /"source":"audit".*"state":"ready"/);
  await expect.poll(stored, { timeout: 60_000 }).toEqual(["id-1", "id-2"]);
  const { stdout } = await home.run(["identities", "--config", config, "--output", "ndjson"]);
  expect(stdout).toContain("system:serviceaccount:ns:app");
  const second = await home.run(["serve", "--config", config]);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`is in use by process ${served.child.pid}`) });
  served.child.kill("SIGTERM");
  expect(await served.ended).toBe(0);
  expect(await stored()).toHaveLength(2);
});

test("a configuration without sources, and an output that is written when all is known, are refused", async () => {
  const empty = home.path("empty.yaml");
  writeFileSync(empty, "store: { location: ./nowhere }\n");
  expect(await home.run(["serve", "--config", empty])).toMatchObject({ code: 1, stderr: expect.stringContaining("names no sources") });
  expect(await home.run(["serve", "--config", empty, "--output", "json"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--output ndjson"),
  });
});
