// Alerts by the command line: a test of a sink, deliveries listed and sent again.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plannedDelivery, storedDeliveryLog } from "../../pipeline/delivery-log.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { type HttpReceiver, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { CliHome } from "./run-cli.ts";

let home: CliHome;
let receiver: HttpReceiver;
beforeAll(async () => {
  home = new CliHome();
  receiver = await startHttpReceiver();
});
afterAll(async () => {
  await receiver.close();
  home.remove();
});

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

function configure(alerts: string): string {
  const file = home.path("config.yaml");
  writeFileSync(file, `alerts:\n${alerts}`);
  return file;
}

function run(...args: readonly string[]) {
  return home.run([...args, "--store", home.path("store")], { environment: { HOOK_SECRET: secret, SHORT: "whsec_c2hvcnQ=" } });
}

const hook = (more = "") => `  sinks:\n    - { id: hook, type: webhook, url: "${receiver.url}/in", secrets: [{ env: HOOK_SECRET }]${more} }\n`;

test("a test message reaches a sink whose address is allowed, and no output shows its secret", async () => {
  const config = configure(`${hook()}  allow_hosts: [127.0.0.1]\n`);
  const tested = await run("alerts", "test", "hook", "--config", config);
  expect([tested.code, tested.stdout]).toEqual([0, "The test message reached hook.\n"]);
  expect(receiver.requests.at(-1)?.body).toContain("A test of machinetrail");
  receiver.behave(() => ({ status: 500, body: `no ${secret}` }));
  const failed = await run("alerts", "test", "hook", "--config", config, "--output", "json");
  receiver.behave(() => ({ status: 200 }));
  expect([failed.code, JSON.parse(failed.stdout)]).toEqual([
    1,
    [{ sink: "hook", is_delivered: false, reason: "answered 500: no ********", is_resumed: false }],
  ]);
  const printed = await run("config", "print", "--config", config, "--output", "json");
  expect(printed.stdout + printed.stderr + failed.stderr).not.toContain(secret.slice(6));
});

test("a secret that is no key, and a sink that is none, are told with what to do", async () => {
  const config = configure(`${hook().replace("HOOK_SECRET", "SHORT")}  allow_hosts: [127.0.0.1]\n`);
  const short = await run("alerts", "test", "hook", "--config", config);
  expect([short.code, short.stderr]).toEqual([1, expect.stringContaining("alerts.sinks: hook must be whsec_ and 24 to 64 bytes in base64")]);
  const none = await run("alerts", "test", "hok", "--config", config);
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("the configuration names no sink hok; did you mean hook?")]);
});

test("deliveries are listed with their sinks, and one that was given up is due again", async () => {
  const store = await openEmbeddedStore(home.path("store"));
  await store.migrate();
  const log = storedDeliveryLog(store);
  const planned = { sink_id: "hook", kind: "raised", severity: "low", created_ms: Date.now() } as const;
  const failed = plannedDelivery({ ...planned, subject: "a:r1", state: "failed", attempts: 10, reason: "answered 422", ended_ms: 1 });
  const delivered = plannedDelivery({ ...planned, subject: "b:r1", state: "delivered", attempts: 1, ended_ms: 1 });
  await log.write([failed, delivered]);
  await log.writeHealth({ sink_id: "hook", configuration: "c", state: "parked", since_ms: 1, reason: "connection refused", version: 1n });
  await store.close();
  const listed = await run("deliveries");
  expect(listed.stdout).toMatch(/hook +raised +failed +10 .* answered 422/);
  expect(listed.stdout).toMatch(/Sinks that do not take[\s\S]*hook +parked .* connection refused/);
  expect((await run("deliveries", "retry", failed.delivery_id.slice(0, 12))).stdout).toContain("is due now");
  const after = await run("deliveries", "--state", "pending", "--output", "json");
  expect(JSON.parse(after.stdout)).toMatchObject({ deliveries: [{ delivery_id: failed.delivery_id, attempts: 0 }] });
  const refused = await run("deliveries", "retry", delivered.delivery_id);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("it was delivered at")]);
});

test("a file sink of the configuration is written to", async () => {
  const config = configure("  sinks: [{ id: file, type: file, path: alerts.ndjson }]\n");
  expect((await run("alerts", "test", "file", "--config", config)).code).toBe(0);
  expect(JSON.parse(readFileSync(home.path("alerts.ndjson"), "utf8"))).toMatchObject({ message: "A test of machinetrail" });
});
