// What a kube-apiserver's audit webhook posts, over HTTPS as its kubeconfig says (authority, token, client certificate), into `serve` as a process:
// every event is stored once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { z } from "zod";
import { CliHome } from "../cli/run-cli.ts";
import { hasOpenssl, selfSigned } from "../stand-ins/self-signed.ts";
import { bearer, digestOf, send } from "./push-client.ts";
import { serve } from "./served.ts";

const root = path.join(import.meta.dirname, "../..");
/** By hand, in the recorded ones' shape. */
const example = path.join(root, "examples/kubernetes/edge-1/webhook-body.json");
/** What kube-apiserver 1.36.3 posted; it is no part of the project. */
const recorded = path.join(root, "../shared/samples/kubernetes/kube-apiserver-1.36-webhook-bodies.jsonl");

const token = "token-of-the-cluster";
const eventList = z.looseObject({ kind: z.literal("EventList"), items: z.array(z.looseObject({ auditID: z.string(), stage: z.string() })).min(1) });

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.remove());

const missing = [
  hasOpenssl ? "" : "skipped: needs openssl",
  existsSync(recorded) ? "" : "without the recorded ones: no ../shared/samples/kubernetes",
];

test.skipIf(!hasOpenssl && process.env.CI !== "true")(
  `bodies of the webhook, each of them twice as after an answer that was lost: every event is there once ${missing.filter(Boolean).join(", ")}`,
  async () => {
    const folder = home.path("webhook");
    mkdirSync(folder);
    const server = selfSigned(folder, "server", 2);
    const client = selfSigned(folder, "client", 2);
    const file = (name: string) => ({ file: path.join(folder, name) });
    const config = path.join(folder, "config.yaml");
    const source = { id: "cluster", type: "http-push", default_account: "prod", tokens: [{ name: "kube-apiserver", sha256: digestOf(token) }] };
    const tls = { certificate: file("server.crt"), key: file("server.key"), client_ca: file("client.crt") };
    writeFileSync(config, stringify({ store: { location: "./store" }, http: { listen: "127.0.0.1:0", tls }, sources: [source] }));

    const lines = [readFileSync(example, "utf8"), ...(existsSync(recorded) ? readFileSync(recorded, "utf8").split("\n").filter(Boolean) : [])];
    const lists = lines.map((line) => eventList.parse(JSON.parse(line)));
    // A watch is told when it begins and when it ends, by lists of their own: one action.
    for (const list of lists.slice(0, 1)) lists.push({ ...list, items: list.items.map((item) => ({ ...item, stage: "ResponseStarted" })) });

    const { child, url, ended } = await serve(home, config);
    expect(url).toMatch(/^https:/);
    for (const list of lists)
      for (const _ of ["lost", "answered"]) {
        const { status } = await send(`${url}/push/cluster/kubernetes-audit`, {
          tls: { ca: server.cert, cert: client.cert, key: client.key },
          headers: { ...bearer(token), accept: "application/json, */*", "user-agent": "kube-apiserver/v1.36.3" },
          body: JSON.stringify(list),
        });
        expect(status).toBe(200);
      }
    const posted = 2 * lists.reduce((sum, { items }) => sum + items.length, 0);
    const storedRecords = async () => {
      const { body } = await send(`${url}/metrics`, { method: "GET", tls: { ca: server.cert } });
      return Number(/^machinetrail_source_stored_records_total\{source="cluster".*\} (\d+)$/m.exec(body)?.[1] ?? 0);
    };
    await expect.poll(storedRecords, { timeout: 60_000 }).toBe(posted);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const sql =
      "SELECT event_uid AS id, count() AS rows FROM actions FINAL WHERE account_uid = 'prod' GROUP BY id UNION ALL SELECT reason, 0 FROM quarantine";
    const { stdout } = await home.run(["query", sql, "--config", config, "--output", "ndjson"]);
    const row = z.object({ id: z.string(), rows: z.coerce.number() });
    const rows = stdout.split("\n").filter(Boolean);
    const ids = new Set(lists.flatMap(({ items }) => items.map(({ auditID }) => auditID)));
    expect(Object.fromEntries(rows.map((line) => Object.values(row.parse(JSON.parse(line)))))).toEqual(
      Object.fromEntries([...ids].map((id) => [id, 1])),
    );
  },
);
