// The push benchmark: `serve` in a process of its own, embedded store, all views and detection on; senders beside it on the same machine. First
// batches of 100 events from several connections at once, then a single sender of webhook batches of 400, alone; then how long until all is stored.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { cloudTrailCorpus } from "./cloudtrail-corpus.ts";
import { machineLine } from "./machine.ts";

export interface PushBenchOptions {
  readonly seed: number;
  readonly records: number;
  readonly senders: number;
  /** Bodies packed with gzip, as they lie in the corpus. */
  readonly isCompressed: boolean;
  /** Outside the repository. */
  readonly folder: string;
}

const token = "token-of-the-push-benchmark";
const batchEvents = 100;
const webhookEvents = 400;
const webhookBatches = 50;

export async function benchPush({ seed, records, senders, isCompressed, folder }: PushBenchOptions): Promise<void> {
  mkdirSync(folder, { recursive: true });
  console.log(machineLine());
  const corpus = cloudTrailCorpus(folder, { seed, records, identities: 3000, days: 30, recordsPerFile: batchEvents });
  const files = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".gz"));
  const bodies = files.map((name) => readFileSync(path.join(corpus, name))).map((packed) => (isCompressed ? packed : gunzipSync(packed)));
  const bodyBytes = bodies.reduce((sum, body) => sum + body.length, 0);
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(
        " ",
      )} before; ${bodies.length} batches of ${batchEvents}, ${(bodyBytes / records).toFixed(0)} bytes an event ${isCompressed ? "packed" : "plain"}, ${senders} connections`,
  );
  const served = await serve(path.join(folder, "push"));
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const post = (route: string, body: Buffer) => timed(`${served.url}/push/bench/${route}`, body, agent, isCompressed && route === "ndjson");
  const startedAt = performance.now();
  const acknowledged = await sendAll(bodies, senders, (body) => post("ndjson", body));
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `batches of ${batchEvents}: ${Math.round((acknowledged.length * batchEvents) / seconds)} events/s acknowledged for ${seconds.toFixed(1)} s, ack p50 ${shown(acknowledged, 0.5)}, p99 ${shown(acknowledged, 0.99)}, most ${shown(acknowledged, 1)}`,
  );
  const stored = await untilStored(served.url, records);
  console.log(
    `stored: ${Math.round(stored / ((performance.now() - startedAt) / 1000))} events/s from the first push to the last row; ${stored - records} more than sent, which are repeats`,
  );
  const webhook = await sendAll(webhookBodies(), 1, (body) => post("kubernetes-audit", body));
  console.log(
    `webhook batches of ${webhookEvents}, one sender: ack p50 ${shown(webhook, 0.5)}, p95 ${shown(webhook, 0.95)}, most ${shown(webhook, 1)} (${webhook.length} batches)`,
  );
  const usage = await metric(served.url, "process_cpu_seconds_total");
  console.log(
    `serve: ${usage.toFixed(0)} s of CPU, ${((await metric(served.url, "process_resident_memory_bytes")) / 1e6).toFixed(0)} MB resident at the end; load average ${(loadavg()[0] ?? 0).toFixed(1)} after`,
  );
  agent.destroy();
  served.child.kill("SIGTERM");
  await served.ended;
}

/** Milliseconds of each acknowledgement; a refusal for want of room is tried again until it is taken, and counts with all its tries. */
async function sendAll(bodies: readonly Buffer[], senders: number, post: (body: Buffer) => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  let refused = 0;
  const sender = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const startedAt = performance.now();
      for (let status = await post(body); status !== 200; status = await post(body)) {
        if (status !== 429 && status !== 503) throw new Error(`a batch was answered with ${status}`);
        refused++;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  if (refused > 0) console.log(`${refused} answers were 429 or 503, and their batches were sent again`);
  return took.sort((a, b) => a - b);
}

function shown(sorted: readonly number[], share: number): string {
  return `${(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN).toFixed(0)} ms`;
}

function timed(url: string, body: Buffer, agent: Agent, isPacked: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": body.length,
      ...(isPacked && { "content-encoding": "gzip" }),
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => response.resume().on("end", () => resolve(response.statusCode ?? 0)));
    sent.on("error", reject);
    sent.end(body);
  });
}

function webhookBodies(): Buffer[] {
  const item = (id: string) => ({
    ...{ level: "Metadata", auditID: id, stage: "ResponseComplete", requestURI: "/api/v1/namespaces/shop/pods?limit=500", verb: "list" },
    user: { username: "system:serviceaccount:shop:api", uid: "u", groups: ["system:serviceaccounts", "system:authenticated"] },
    sourceIPs: ["10.0.0.1"],
    userAgent: "kubectl/v1.36.3 (linux/amd64) kubernetes/0000000",
    objectRef: { resource: "pods", namespace: "shop", apiVersion: "v1" },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: "2026-11-02T03:04:05.000000Z",
    stageTimestamp: "2026-11-02T03:04:05.100000Z",
    annotations: {
      "authorization.k8s.io/decision": "allow",
      "authorization.k8s.io/reason": 'RBAC: allowed by RoleBinding "api/shop" of Role "api" to ServiceAccount "api/shop"',
    },
  });
  return Array.from({ length: webhookBatches }, (_, batch) => {
    const items = Array.from({ length: webhookEvents }, (_, index) => item(`audit-${batch}-${index}`));
    return Buffer.from(JSON.stringify({ kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items }));
  });
}

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<unknown>;
}

async function serve(folder: string): Promise<Served> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, "config.yaml");
  const sha256 = createHash("sha256").update(token).digest("hex");
  const source = `  - { id: bench, type: http-push, default_account: cluster, tokens: [{ name: bench, sha256: ${sha256} }] }`;
  writeFileSync(config, `store: { location: ./store }\nhttp: { listen: "127.0.0.1:0" }\nsources:\n${source}\n`);
  const entry = path.join(import.meta.dirname, "..", "cli", "main.ts");
  const child = spawn(process.execPath, [entry, "serve", "--config", config], {
    env: { ...process.env, HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let log = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const [, found] = /"url":"([^"]+)"/.exec(log) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on("close", () => reject(new Error(`serve ended: ${log}`)));
  });
  return { child, url, ended };
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

/** What the worker has made rows of, once it is at least `records` and the last block was written. */
async function untilStored(url: string, records: number): Promise<number> {
  for (;;) {
    const stored = await metric(url, "machinetrail_source_stored_records_total");
    if (stored >= records) return stored;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
