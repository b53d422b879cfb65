// `serve` as a real process that is killed while others push to it: what was answered with 2xx is stored, once, whatever dies when.
import { mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { listSegments } from "../../ingest/spool/spool-folder.ts";
import { CliHome } from "../cli/run-cli.ts";
import { auditLine } from "../ingest/kubernetes-audit-line.ts";
import { digestOf } from "./push-client.ts";
import { serve } from "./served.ts";

const token = "token-of-the-source";
let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

/** True where it was answered with 200; false where no answer came, as when the server died. */
function post(url: string, body: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
    const sent = request(`${url}/push/audit/ndjson`, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode === 200));
      response.on("error", () => resolve(response.statusCode === 200));
    });
    sent.on("error", () => resolve(false));
    sent.end(body);
  });
}

test("kill -9 at any moment after 2xx loses nothing, and nothing is stored twice or was never sent", async () => {
  const folder = home.path("crash");
  mkdirSync(folder);
  const config = path.join(folder, "config.yaml");
  const source = { id: "audit", type: "http-push", default_account: "cluster-of-the-source", tokens: [{ name: "test", sha256: digestOf(token) }] };
  writeFileSync(config, stringify({ store: { location: "./store" }, http: { listen: "127.0.0.1:0" }, sources: [source] }));
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  let unanswered = 0;
  for (const round of [0, 1]) {
    const { child, url, ended } = await serve(home, config);
    const agent = new Agent({ keepAlive: true });
    let isAlive = true;
    let answered = 0;
    const sender = async (name: number) => {
      for (let batch = 0; isAlive; batch++) {
        const ids = Array.from({ length: 5 }, (_, index) => `id-${round}-${name}-${batch}-${index}`);
        for (const id of ids) sent.add(id);
        const posted = post(url, ids.map(auditLine).join(""), agent);
        // In the middle of this request and the others', and of the writing of what came before.
        if (answered >= 120) {
          isAlive = false;
          setImmediate(() => child.kill("SIGKILL"));
        }
        const isAcknowledged = await posted;
        if (isAcknowledged) for (const id of ids) acknowledged.add(id);
        if (isAcknowledged) answered++;
        else unanswered++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, name) => sender(name)));
    await ended;
    agent.destroy();
  }
  const last = await serve(home, config);
  // Behind everything else, and in a segment of its own: once that is stored, it is the only one that is left.
  expect(await post(last.url, auditLine("end"), new Agent())).toBe(true);
  const spool = home.path(".local", "share", "machinetrail", "sources", "audit", "spool");
  await expect.poll(async () => (await listSegments(spool)).length, { timeout: 60_000 }).toBe(1);
  last.child.kill("SIGTERM");
  expect(await last.ended).toBe(0);
  const { stdout } = await home.run([
    "query",
    "SELECT event_uid AS id, count() AS rows FROM actions FINAL WHERE account_uid = 'cluster-of-the-source' GROUP BY id",
    "--config",
    config,
    "--output",
    "ndjson",
  ]);
  const stored = new Map(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => Object.values(JSON.parse(line) as { id: string; rows: number }) as [string, number]),
  );
  expect(unanswered).toBeGreaterThanOrEqual(2);
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored].filter(([id, rows]) => rows !== 1 || !(sent.has(id) || id === "end"))).toEqual([]);
});
