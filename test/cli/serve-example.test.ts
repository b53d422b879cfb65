// The commented example of a configuration works: as it stands, and with each of its settings that are commented out.
import { spawn } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliHome, cliProcess, projectFolder } from "./run-cli.ts";

let home: CliHome;
let example = "";
beforeAll(() => {
  home = new CliHome();
  for (const folder of ["examples", "deploy"]) cpSync(path.join(projectFolder, folder), home.path(folder), { recursive: true });
  example = home.path("deploy", "serve.yaml");
});
afterAll(() => home.remove());

test("with everything in it that is commented out it is valid, once the secrets that it names are there", async () => {
  const text = readFileSync(example, "utf8");
  const all = text.replaceAll(/^( *)#(?=\S| {2}\w)/gm, "$1");
  const types = [...all.matchAll(/^ +type: (\S+)/gm)].map(([, type]) => type);
  expect(types).toEqual(["files", "http-push", "s3-queue", "kafka", "event-hubs", "gcp-pubsub"]);
  const whole = home.path("deploy", "whole.yaml");
  writeFileSync(whole, all);
  const refused = await home.run(["config", "validate", "--config", whole]);
  expect(refused.code).toBe(1);
  for (const what of ["KAFKA_PASSWORD", "EVENT_HUBS_CONNECTION", "store-password", "redaction-key", "server-key.pem"])
    expect(refused.stdout).toContain(what);
  for (const [name, value] of Object.entries({ "store-password": "x", "redaction-key": "ab".repeat(32), "server.pem": "x", "server-key.pem": "x" }))
    writeFileSync(home.path("deploy", name), value);
  const environment = {
    KAFKA_PASSWORD: "x",
    EVENT_HUBS_CONNECTION: "Endpoint=sb://example.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b",
  };
  const valid = await home.run(["config", "validate", "--config", whole], { environment });
  expect(valid.stdout).toContain("valid.");
  expect(valid.code).toBe(0);
});

test("a kind of source that there is none of is told with those that there are, and no secret of the file is repeated", async () => {
  const wrong = home.path("deploy", "wrong.yaml");
  writeFileSync(
    wrong,
    "sources:\n  - { id: a, type: kinesis }\n  - { id: b, type: kafka, brokers: [x:1], topics: [t], group: g, sasl: { mechanism: plain, username: u, password: hunter2 } }\n",
  );
  const { code, stdout } = await home.run(["config", "validate", "--config", wrong]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/wrong\.yaml:2:\d+: sources\[0\]\.type must be one of: .*kafka.*s3-queue/);
  expect(stdout).toMatch(/wrong\.yaml:3:\d+: sources\[1\]\.sasl\.password/);
  expect(stdout).not.toContain("hunter2");
});

test("as it stands it serves: it is ready, reads the examples, tells Prometheus how many, and ends in order", async () => {
  const free = home.path("deploy", "free.yaml");
  writeFileSync(free, readFileSync(example, "utf8").replace("127.0.0.1:8787", "127.0.0.1:0"));
  const { command, args } = cliProcess(["serve", "--config", free]);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder } });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  await expect.poll(() => log, { timeout: 60_000 }).toMatch(/"url":"http[^"]+"/);
  const url = /"url":"(http[^"]+)"/.exec(log)?.[1] ?? "";
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 60_000 }).toBe(200);
  const stored = async () =>
    Number(/^machinetrail_source_stored_records_total\{source="examples"\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
  await expect.poll(stored, { timeout: 60_000 }).toBeGreaterThan(50);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(log).toContain("stopped; all that was read is stored");
});
