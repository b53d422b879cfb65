// The receiver matrix: 28 ways in which a receiver behaves, each beside one that is well, and 50 findings for all of them. Every finding reaches every
// receiver at least once and under one id, and whoever is well has all of it while the others are still failing. The table is printed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HttpClient, type HttpClientOptions } from "../../alert/http-client.ts";
import type { Sink } from "../../alert/sink.ts";
import { webhookSink } from "../../alert/sinks/webhook.ts";
import { signingKey } from "../../alert/standard-webhooks.ts";
import { writeFindings } from "../../pipeline/finding-writer.ts";
import { deliveriesList } from "../../queries/deliveries-list.ts";
import { sinkHealth } from "../../queries/sink-health.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import type { Store } from "../../storage/store.ts";
import { findingOf } from "../queries/stored-findings.ts";
import { type Behaviour, type HttpReceiver, startHttpReceiver } from "../stand-ins/http-receiver.ts";
import { hasOpenssl, selfSigned, type TlsFiles } from "../stand-ins/self-signed.ts";
import { hourMs, minuteMs, settingsOf, turnedAlerts } from "./turned-alerts.ts";

const findings = 50;
const startMs = Date.UTC(2100, 10, 3, 12);
const key = signingKey(`whsec_${Buffer.alloc(32, 1).toString("base64")}`);

interface Receiver {
  /** undefined: as a receiver that is well. */
  readonly behaviour?: Behaviour;
  readonly client?: Partial<HttpClientOptions>;
  /** What it is like once it is mended: never for what takes everything as it is. */
  readonly isWell?: true;
  /** Wants no more: nothing is owed to it. */
  readonly isGone?: true;
  readonly url?: (url: string) => string;
}

const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Behaviour =>
  () => ({ status, headers, body });
const limited = (retryAfter: string) => answering(429, { "retry-after": retryAfter });
const elsewhere = { location: "http://169.254.169.254/latest/meta-data/" };
const asking = (addresses: readonly string[]): NonNullable<HttpClientOptions["resolve"]> => {
  let asked = 0;
  return (_host, _options, callback) => callback(null, [{ address: addresses[Math.min(asked++, addresses.length - 1)] ?? "", family: 4 }]);
};
const unknownName: NonNullable<HttpClientOptions["resolve"]> = (_host, _options, callback) =>
  callback(Object.assign(new Error("no such host"), { code: "ENOTFOUND" }), []);
const named = (url: string) => url.replace("127.0.0.1", "receiver.example");

const receivers: Readonly<Record<string, Receiver>> = {
  "200": { behaviour: answering(200), isWell: true },
  "204": { behaviour: answering(204), isWell: true },
  "301": { behaviour: answering(301, elsewhere) },
  "302": { behaviour: answering(302, elsewhere) },
  "303": { behaviour: answering(303, elsewhere) },
  "307": { behaviour: answering(307, elsewhere) },
  "308": { behaviour: answering(308, elsewhere) },
  "400": { behaviour: answering(400) },
  "401": { behaviour: answering(401) },
  "404": { behaviour: answering(404) },
  "410": { behaviour: answering(410), isGone: true },
  "413": { behaviour: answering(413) },
  "422": { behaviour: answering(422) },
  "429, Retry-After 1": { behaviour: limited("1") },
  "429, Retry-After a date": { behaviour: limited(new Date(Date.now() + 60_000).toUTCString()) },
  "429, Retry-After -5": { behaviour: limited("-5") },
  "429, Retry-After 1000000000": { behaviour: limited("1000000000") },
  "429, Retry-After soon": { behaviour: limited("soon") },
  "500": { behaviour: answering(500) },
  "503": { behaviour: answering(503) },
  hangs: { behaviour: () => undefined },
  "a byte a second": {
    behaviour: (_request, _response, socket) => {
      socket.write("H");
      return undefined;
    },
  },
  "reset in the body": {
    behaviour: (_request, _response, socket) => {
      socket.resetAndDestroy();
      return undefined;
    },
  },
  "10 MB of answer": { behaviour: answering(200, {}, "x".repeat(10_000_000)), isWell: true },
  "200, then reset": {
    behaviour: (_request, response, socket) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("taken", () => socket.resetAndDestroy());
      return undefined;
    },
    isWell: true,
  },
  "bad TLS": {},
  "no such name": { client: { resolve: unknownName }, url: named },
  "a name that turns private": { client: { resolve: asking(["127.0.0.1", "10.0.0.1"]) }, url: named },
};

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-receivers-"));
  store = await openEmbeddedStore(path.join(folder, "store"));
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Tried {
  readonly name: string;
  readonly server: HttpReceiver;
  readonly sink: Sink;
  /** From now on it takes all. */
  mend(): void;
}

async function tried(name: string, receiver: Receiver, place: number, badTls: TlsFiles | undefined): Promise<Tried> {
  const isTls = name === "bad TLS" && badTls !== undefined;
  const server = await startHttpReceiver(receiver.behaviour, isTls ? badTls : undefined);
  const url = (receiver.url ?? ((same: string) => same))(server.url);
  const open = (client: Partial<HttpClientOptions>) =>
    webhookSink({ id: `s${place}`, url, keys: [key], http: new HttpClient({ allowHosts: ["127.0.0.1"], timeoutMs: 200_000, ...client }) });
  const [before, after] = [open(receiver.client ?? {}), open(isTls ? { authorities: [badTls.cert] } : { resolve: asking(["127.0.0.1"]) })];
  let current = before;
  return {
    ...{ name, server },
    sink: {
      ...before,
      send: (alerts, signal) => current.send(alerts, signal),
      close: async () => void (await Promise.all([before.close(), after.close()])),
    },
    mend: () => {
      current = after;
      if (receiver.isWell !== true && receiver.isGone !== true) server.behave(answering(200));
    },
  };
}

/** Requests that a receiver took: what it answered with 2xx. */
function arrivals({ requests }: HttpReceiver, refused: number): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { body, headers } of requests.slice(refused)) {
    const { is_alert, finding_info } = JSON.parse(body) as { is_alert: boolean; finding_info: { uid: string } };
    if (!is_alert) continue;
    const { uid } = finding_info;
    ids.set(uid, (ids.get(uid) ?? new Set()).add(headers["webhook-id"] ?? ""));
  }
  return ids;
}

test("28 ways in which a receiver behaves × 50 findings: each finding reaches each receiver at least once, under one id; who is well waits for nobody", async () => {
  const names = Object.keys(receivers);
  expect(names.length).toBe(28);
  const badTls = hasOpenssl ? selfSigned(folder, "bad", 2) : undefined;
  const all = await Promise.all(
    [...Object.entries(receivers), ["well", { isWell: true }] as const].map(([name, receiver], place) => tried(name, receiver, place, badTls)),
  );
  const settings = settingsOf({ sinks: all.map(({ sink }) => ({ id: sink.id, type: "file", path: "/dev/null" })) });
  await writeFindings(
    store,
    Array.from({ length: findings }, (_, place) =>
      findingOf({
        finding_uid: place.toString(16).padStart(16, "f"),
        identity_uid: `arn:aws:iam::111122223333:role/r${place}`,
        raised_ms: startMs - minuteMs,
      }),
    ),
  );
  const alerts = await turnedAlerts(
    store,
    settings,
    all.map(({ sink }) => sink),
  );
  await alerts.begin(startMs);
  const waiting = all.filter(({ name }) => name === "hangs" || name === "a byte a second");
  // One of them is told that another wants no more: that is no finding.
  const stateOf = async (sink: string) =>
    new Set((await store.query(deliveriesList, { sink, limit: 100 })).filter(({ kind }) => kind !== "parked").map(({ state }) => state));
  for (const { name, sink } of all) {
    if (receivers[name]?.isWell !== true && name !== "well") continue;
    while (!(await stateOf(sink.id)).has("delivered")) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([name, await stateOf(sink.id)]).toEqual([name, new Set(["delivered"])]);
  }
  // All of it has arrived there, and those that never answer have not even failed.
  for (const { sink } of waiting) expect(await stateOf(sink.id)).toEqual(new Set(["leased"]));
  // As often as they are tried: the first failures of a batch do not end it.
  const dropping = setInterval(() => {
    for (const { server } of waiting) server.drop();
  }, 10);
  await alerts.idle();
  clearInterval(dropping);
  const takesSome = (name: string) => receivers[name]?.isWell === true || name === "well" || name === "a name that turns private";
  const refused = new Map(all.map(({ name, server }) => [name, takesSome(name) ? 0 : server.requests.length]));
  for (const each of all) each.mend();
  for (const laterMs of [hourMs, 2 * hourMs, 4 * hourMs, 8 * hourMs]) await alerts.at(startMs + laterMs);
  const health = new Map((await store.query(sinkHealth, {})).map(({ sink_id, state }) => [sink_id, state]));
  const lines = all.map(({ name, server, sink }) => {
    const ids = arrivals(server, refused.get(name) ?? 0);
    const tries = server.requests.length;
    return {
      name,
      tries,
      findings: ids.size,
      mostIds: Math.max(0, ...[...ids.values()].map((each) => each.size)),
      health: health.get(sink.id) ?? "active",
    };
  });
  process.stdout.write(`receiver                      requests  findings  ids each  sink afterwards\n`);
  for (const { name, tries, findings: arrived, mostIds, health: after } of lines)
    process.stdout.write(
      `${name.padEnd(28)}  ${String(tries).padStart(8)}  ${String(arrived).padStart(8)}  ${String(mostIds).padStart(8)}  ${after}\n`,
    );
  for (const line of lines) {
    if (receivers[line.name]?.isGone === true) expect(line).toMatchObject({ health: "disabled" });
    else expect(line).toMatchObject({ findings, mostIds: 1, health: "active" });
  }
  // Of all requests, also those that were refused: one id for a finding and a sink, whatever the attempt.
  for (const { server, name } of all) {
    const ids = arrivals(server, 0);
    for (const each of ids.values()) expect([name, each.size]).toEqual([name, 1]);
  }
  for (const { server, sink } of all) {
    await sink.close();
    await server.close();
  }
});
