// From a stored finding to a webhook on loopback, at a rate; and a flood: how long planning takes, and whether its one message counts them all. The receiver
// is a thread of the same process, so that its work counts too.
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Finding } from "../model/finding.ts";
import { alertSettings, alertsSchema } from "../pipeline/alert-config.ts";
import { assembleAlerts, startAlerts } from "../pipeline/alert-loop.ts";
import { openSinks } from "../pipeline/alert-sinks.ts";
import { writeFindings } from "../pipeline/finding-writer.ts";
import { openEmbeddedStore } from "../storage/engines/embedded.ts";
import { machineLine } from "./machine.ts";

interface AlertsBenchOptions {
  /** Findings a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly flood: number;
  readonly folder: string;
}

const stepsASecond = 5;
const mostExtraMs = 120_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export async function benchAlerts({ rate, seconds, flood, folder }: AlertsBenchOptions): Promise<void> {
  const place = path.join(folder, "alerts");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  console.log(machineLine());
  if (seconds > 0) await benchRate(rate, seconds, path.join(place, "rate"));
  if (flood > 0) await benchFlood(flood, place);
  rmSync(place, { recursive: true, force: true });
}

async function benchRate(rate: number, seconds: number, storeFolder: string): Promise<void> {
  const store = await openEmbeddedStore(storeFolder);
  await store.migrate();
  const storedMs = new Map<string, number>();
  const receiver = new Worker(new URL("./alert-receiver.ts", import.meta.url));
  const [port]: unknown[] = await once(receiver, "message");
  const sinks = [{ id: "hook", type: "webhook", url: `http://127.0.0.1:${port}/`, secrets: [{ env: "SECRET" }] }];
  const settings = alertSettings(alertsSchema.parse({ sinks, allow_hosts: ["127.0.0.1"] }), { SECRET: secret });
  const stop = new AbortController();
  const alerts = await startAlerts({ store, settings, productVersion: "bench", signal: stop.signal, onProblem: console.error });
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const total = rate * seconds;
  let made = 0;
  let behindMs = 0;
  while (made < total) {
    const dueMs = startedMs + (made / rate) * 1000;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await wait(earlyMs);
    behindMs = Math.max(behindMs, -earlyMs);
    const batch = Array.from({ length: Math.min(rate / stepsASecond, total - made) }, (_, index) => benchFinding(made + index));
    // From before it is stored: what detection waits for counts as well.
    for (const { finding_uid } of batch) storedMs.set(finding_uid, performance.timeOrigin + performance.now());
    await writeFindings(store, batch);
    alerts?.wake();
    made += batch.length;
  }
  const madeMs = performance.now() - startedMs;
  const lateMs = performance.now() + mostExtraMs;
  const ask = async (question: "count" | "all"): Promise<unknown> => {
    receiver.postMessage(question);
    return (await once(receiver, "message"))[0];
  };
  while (Number(await ask("count")) < total && performance.now() < lateMs) await wait(20);
  const allMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  stop.abort();
  await alerts?.ended;
  await store.close();
  const arrived = await ask("all");
  await receiver.terminate();
  const delaysMs: number[] = [];
  if (arrived instanceof Map) for (const [uid, atMs] of arrived) delaysMs.push(Number(atMs) - (storedMs.get(String(uid)) ?? Number.NaN));
  delaysMs.sort((left, right) => left - right);
  const at = (share: number) => Math.round(delaysMs[Math.min(delaysMs.length - 1, Math.floor(delaysMs.length * share))] ?? Number.NaN);
  console.log(
    `asked for ${rate} findings/s over ${seconds} s: ${made} stored in ${(madeMs / 1000).toFixed(1)} s (at most ${Math.round(behindMs)} ms behind)`,
  );
  console.log(
    `${delaysMs.length} delivered in ${(allMs / 1000).toFixed(1)} s, ${Math.round(delaysMs.length / (allMs / 1000))}/s; ${(((user + system) / 1e6 / total) * 1e6).toFixed(0)} µs of CPU each, the receiver's included`,
  );
  console.log(`from before it is stored to the receiver: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
}

async function benchFlood(count: number, folder: string): Promise<void> {
  const store = await openEmbeddedStore(path.join(folder, "flood"));
  await store.migrate();
  for (let from = 0; from < count; from += 5_000)
    await writeFindings(
      store,
      Array.from({ length: Math.min(5_000, count - from) }, (_, index) => benchFinding(from + index)),
    );
  const file = path.join(folder, "flood.ndjson");
  const settings = alertSettings(alertsSchema.parse({ sinks: [{ id: "people", type: "file", path: file, flood_limit: 20 }] }), {});
  let nowMs = Date.now();
  const { planner, outbox } = await assembleAlerts(
    {
      ...{ store, settings, productVersion: "bench", signal: new AbortController().signal, onProblem: console.error },
      lease: { fence: 1, isHeld: () => true },
      now: () => nowMs,
    },
    await openSinks(settings),
  );
  const startedMs = performance.now();
  await planner.plan(nowMs);
  const plannedMs = performance.now() - startedMs;
  for (const laterMs of [0, 130_000]) {
    nowMs += laterMs;
    while ((await outbox.step()) > 0) await outbox.idle();
  }
  await outbox.close();
  await store.close();
  const titles = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { message: string }).message);
  console.log(`${count} findings at once: planned in ${(plannedMs / 1000).toFixed(1)} s; ${titles.length} messages, the last one: ${titles.at(-1)}`);
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

/** Of an identity of its own, now. */
function benchFinding(number: number): Finding {
  const nowMs = Date.now();
  const identity_uid = `arn:aws:iam::111122223333:role/role-${number}`;
  const kind = { provider: "aws", principal_type: "iam-role", workload_type: "unknown" };
  const reason = {
    ...{ detector: "new-network", title: "New network", what: "internet 198.51.100.0/24", observed: "network internet 198.51.100.0/24" },
    ...{ baseline: "none of its 12 known in 42 days; used by nobody before", bits: 12.5, probability: 0.0002 },
  };
  const event = (index: number) => ({
    ...{ event_uid: `event-${number}-${index}`, identity_uid, time_ms: nowMs, call: "s3:GetObject", outcome: "success", shows: 1 },
    ...{
      resource_uids: ["arn:aws:s3:::example-data/orders/2026.parquet"],
      src_ip: "198.51.100.9",
      agent_family: "aws-cli/2",
      region: "eu-west-1",
      credential_uid: "ASIAEXAMPLE",
    },
  });
  return {
    ...{
      finding_uid: number.toString(16).padStart(16, "0"),
      configuration: "bench",
      revision: 1,
      kind: "identity",
      budget: 10,
      identity_uid,
      identity_name: `role-${number}`,
    },
    ...{
      identity_uids: [identity_uid],
      ...kind,
      window_start_ms: nowMs - 3_600_000,
      raised_ms: nowMs,
      changed_ms: nowMs,
      windows: [[identity_uid, nowMs]],
    },
    ...{
      bits: 18,
      probability: 2 ** -18,
      maturity: "own",
      severity: number % 100 === 0 ? "high" : "low",
      impact: 30,
      impact_reasons: ["data read (15)"],
      confidence: 90,
      risk: 58,
    },
    ...{ detectors: ["new-network"], techniques: ["T1078.004"], nhi_risks: ["NHI2"], reasons: [reason, reason, reason] },
    ...{
      members: [{ identity_uid, identity_name: `role-${number}`, ...kind, bits: 18 }],
      event_uids: ["e1"],
      events: Array.from({ length: 10 }, (_, index) => event(index)),
    },
    ...{
      lineage: { up: [], down: [], reach: 0, is_cut: false },
      checks: ["Who has this address?"],
      false_positives: ["An office moved."],
      blind_spots: ["The same network."],
    },
  };
}
