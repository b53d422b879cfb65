// What clients can do to a server that listens: slowly, at once, too much, packed. It answers those who do as they should all the while.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listSegments } from "../../ingest/spool/spool-folder.ts";
import { deleteBefore } from "../../ingest/spool/spool-reader.ts";
import type { Config } from "../../pipeline/config.ts";
import { PushIntake, type PushSource } from "../../pipeline/push-intake.ts";
import { Issuer } from "./oidc-issuer.ts";
import { bearer, digestOf, type Sending, send, storedOf } from "./push-client.ts";
import { type RunningApi, runApi } from "./run-api.ts";

const token = "token-of-the-source";
const mebibyte = 1024 * 1024;
const record = (id: string) =>
  JSON.stringify({ eventVersion: "1.11", eventSource: "s3.amazonaws.com", eventName: "GetObject", eventTime: "2026-11-02T03:04:05Z", eventID: id });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-faults-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Attacked extends RunningApi {
  readonly post: (sending?: Sending) => ReturnType<typeof send>;
  /** A connection that does what it is told, and nothing else. */
  readonly raw: (text?: string) => Raw;
  readonly stored: () => Promise<readonly string[]>;
}

interface Raw {
  readonly socket: Socket;
  readonly said: () => string;
  readonly ended: Promise<void>;
}

interface Around {
  /** Beside `source`. */
  readonly others?: readonly object[];
  readonly intake?: (config: Config) => PushIntake;
}

async function attacked(name: string, http: object = {}, settings: object = {}, { others = [], intake }: Around = {}): Promise<Attacked> {
  const source = { id: "source", type: "http-push", tokens: [{ name: "test", sha256: digestOf(token) }], ...settings };
  const api = await runApi(path.join(folder, name), { http, sources: [source, ...others] }, { ...(intake !== undefined && { intake }) });
  const { port } = new URL(api.url);
  const headers = { ...bearer(token), "content-type": "application/x-ndjson" };
  return {
    ...api,
    post: ({ headers: more, ...sending } = {}) =>
      send(`${api.url}/push/source/ndjson`, { body: record("good"), ...sending, headers: { ...headers, ...more } }),
    raw: (text = "") => {
      const socket = connect({ port: Number(port), host: "127.0.0.1" });
      const said: Buffer[] = [];
      socket.on("data", (chunk) => said.push(chunk));
      socket.on("error", () => undefined);
      socket.write(text);
      return { socket, said: () => Buffer.concat(said).toString("latin1"), ended: new Promise((resolve) => socket.once("close", () => resolve())) };
    },
    stored: async () => (await storedOf(api.url, api.config, "source", token)).events,
  };
}

const head = (more: string) =>
  `POST /push/source/ndjson HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/x-ndjson\r\n${more}`;

test("connections that never say what they want, or say it a byte at a time, are ended; those who do as they should are answered meanwhile", async () => {
  const api = await attacked("slow", { max_connections: 40, headers_timeout_seconds: 2, request_timeout_seconds: 4 });
  const slow = [
    ...Array.from({ length: 10 }, () => api.raw()),
    ...Array.from({ length: 10 }, () => api.raw("POST /push/source/nd")),
    ...Array.from({ length: 10 }, () => api.raw(head("content-length: 1000\r\n\r\n{"))),
    ...Array.from({ length: 5 }, () => api.raw(head("transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"))),
  ];
  const drip = setInterval(() => {
    for (const { socket } of slow) if (!socket.destroyed) socket.write("a");
  }, 100);
  expect((await api.post()).status).toBe(200);
  await Promise.all(slow.map(({ ended }) => ended));
  clearInterval(drip);
  expect((await api.post({ body: record("after") })).status).toBe(200);
  expect([...(await api.stored())].sort()).toEqual(["after", "good"]);
  await api.close();
});

test("of 200 connections above the cap none is served and none takes another's place; when they are gone the next is served", async () => {
  const api = await attacked("many", { max_connections: 50 });
  const held = Array.from({ length: 50 }, () => api.raw("POST"));
  await Promise.all(
    held.map(({ socket }) => new Promise<void>((resolve) => (socket.connecting ? socket.once("connect", () => resolve()) : resolve()))),
  );
  const above = Array.from({ length: 200 }, () => api.raw(`GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n`));
  await Promise.all(above.map(({ ended }) => ended));
  expect(above.map(({ said }) => said()).join("")).toBe("");
  expect(held.every(({ socket }) => !socket.destroyed)).toBe(true);
  for (const { socket } of held) socket.destroy();
  await Promise.all(held.map(({ ended }) => ended));
  await expect.poll(async () => (await api.post().catch(() => ({ status: 0 }))).status).toBe(200);
  await api.close();
});

test("200 senders at once are all acknowledged, and all that they sent is stored", async () => {
  const api = await attacked("at-once");
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => api.post({ body: record(`id-${index}`) })));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(new Set(await api.stored())).toEqual(new Set(Array.from({ length: 200 }, (_, index) => `id-${index}`)));
  await api.close();
});

test("a body of 100 MB is refused by its stated length before it is read, and unstated as soon as it is too long", async () => {
  const api = await attacked("large");
  const stated = api.raw(head("content-length: 104857600\r\n\r\n"));
  await stated.ended;
  expect(stated.said()).toMatch(/^HTTP\/1\.1 413 /);
  const unstated = api.raw(head("transfer-encoding: chunked\r\n\r\n"));
  const chunk = `${mebibyte.toString(16)}\r\n${" ".repeat(mebibyte)}\r\n`;
  let sentBytes = 0;
  while (sentBytes < 100 * mebibyte && !unstated.socket.destroyed && unstated.said() === "") {
    await new Promise<void>((resolve) => unstated.socket.write(chunk, () => resolve()));
    sentBytes += mebibyte;
  }
  unstated.socket.end();
  await unstated.ended;
  expect(unstated.said()).toMatch(/^HTTP\/1\.1 413 /);
  expect(sentBytes).toBeLessThan(60 * mebibyte);
  expect((await api.post()).status).toBe(200);
  expect(await api.stored()).toEqual(["good"]);
  await api.close();
});

test("a large body to a path that is none is refused by its stated length, and unstated as soon as it is too long", async () => {
  const api = await attacked("nowhere");
  const nowhere = (more: string) => `POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}`;
  const stated = api.raw(nowhere("content-length: 1048576\r\n\r\n{"));
  const unstated = api.raw(nowhere(`transfer-encoding: chunked\r\n\r\n800\r\n${" ".repeat(2048)}\r\n`));
  for (const { ended, said } of [stated, unstated]) {
    await ended;
    expect(said()).toMatch(/^HTTP\/1\.1 413 /);
  }
  expect((await send(`${api.url}/nowhere`, { body: "{}" })).status).toBe(404);
  await api.close();
});

test("what inflates a thousandfold is stopped on the way, as gzip and as zstd, whole or in pieces; what is packed as logs are is taken", async () => {
  const api = await attacked("bombs", { max_inflated_bytes: 2 * mebibyte });
  const zeros = Buffer.alloc(16 * mebibyte);
  const piece = gzipSync(zeros.subarray(0, mebibyte));
  const bombs: [string, Buffer][] = [
    ["gzip", gzipSync(zeros)],
    ["gzip", Buffer.concat(Array.from({ length: 20 }, () => piece))],
    ["zstd", zstdCompressSync(zeros)],
    ["zstd", Buffer.concat(Array.from({ length: 20 }, () => zstdCompressSync(zeros.subarray(0, mebibyte))))],
  ];
  expect(zeros.length / (bombs[0]?.[1].length ?? 0)).toBeGreaterThan(900);
  for (const [encoding, body] of bombs) {
    expect(await api.post({ body, headers: { "content-encoding": encoding } })).toMatchObject({
      status: 413,
      body: expect.stringContaining("inflates"),
    });
    // Not stated, it is found out all the same.
    expect((await api.post({ body })).status).toBe(413);
  }
  const many = Array.from({ length: 2000 }, (_, index) => record(`id-${index}`)).join("\n");
  const frames = Buffer.concat(
    many
      .split("\n")
      .map((line) => zstdCompressSync(`${line.replace("id-", "frame-")}\n`))
      .slice(0, 50),
  );
  expect((await api.post({ body: gzipSync(many), headers: { "content-encoding": "gzip" } })).status).toBe(200);
  expect((await api.post({ body: frames, headers: { "content-encoding": "zstd" } })).status).toBe(200);
  expect(await api.stored()).toHaveLength(2050);
  await api.close();
});

test("when bodies at once would take too much memory the next is told to come again, and is taken when it does", async () => {
  const api = await attacked("pressure", { max_pending_bytes: 100_000 });
  const large = api.raw(head("content-length: 90000\r\n\r\n{"));
  await expect.poll(async () => (await api.post({ body: " ".repeat(20_000) + record("later") })).status).toBe(429);
  const refused = await api.post({ body: " ".repeat(20_000) + record("later") });
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "2"]);
  expect((await api.post()).status).toBe(200);
  large.socket.destroy();
  await expect.poll(async () => (await api.post({ body: " ".repeat(20_000) + record("later") })).status).toBe(200);
  expect([...new Set(await api.stored())].sort()).toEqual(["good", "later"]);
  await api.close();
});

test("a sender that hangs up while its body is being inflated takes no memory for good", async () => {
  const api = await attacked("gone", { max_pending_bytes: 16 * mebibyte });
  const packed = gzipSync(Buffer.alloc(15 * mebibyte, "{}\n"));
  for (let index = 0; index < 2; index++) {
    const { socket, ended } = api.raw(head(`content-length: ${packed.length}\r\n\r\n`));
    await new Promise<void>((resolve) => socket.write(packed, () => resolve()));
    socket.destroy();
    await ended;
  }
  const whole = { body: record("after") + " ".repeat(16 * mebibyte - 1000) };
  await expect.poll(async () => (await api.post(whole)).status).toBe(200);
  await api.close();
});

test("a body that waits for a slow disk counts for as long as it waits, also when its sender has hung up", async () => {
  const waiting = Promise.withResolvers<void>();
  const disk = Promise.withResolvers<void>();
  class SlowIntake extends PushIntake {
    override async accept(source: PushSource, route: string, bodies: readonly Buffer[]): Promise<void> {
      waiting.resolve();
      await disk.promise;
      return super.accept(source, route, bodies);
    }
  }
  const api = await attacked("slow-disk", { max_pending_bytes: 100_000 }, {}, { intake: (config) => new SlowIntake(config) });
  const large = record("waits") + " ".repeat(70_000);
  const { socket, ended } = api.raw(head(`content-length: ${large.length}\r\n\r\n${large}`));
  await waiting.promise;
  socket.destroy();
  await ended;
  const second = { body: record("later") + " ".repeat(70_000) };
  // Also once the server has seen that the connection is gone.
  for (let index = 0; index < 5; index++) expect((await api.post(second)).status).toBe(429);
  disk.resolve();
  await expect.poll(async () => (await api.post(second)).status).toBe(200);
  expect([...(await api.stored())].sort()).toEqual(["later", "waits"]);
  await api.close();
});

test("a sender that hangs up before it is known who it is takes no memory", async () => {
  const issuer = await Issuer.start();
  const keys = Promise.withResolvers<void>();
  issuer.published = keys.promise;
  const api = await attacked("gone-early", { max_pending_bytes: 100_000 }, { pubsub: issuer.settings("audience") });
  const headers = { ...bearer(await issuer.token()), "content-type": "application/json" };
  const { socket, ended } = api.raw(
    `POST /push/source/pubsub HTTP/1.1\r\nhost: x\r\nauthorization: ${headers.authorization}\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n{`,
  );
  await expect.poll(() => issuer.asked).toBe(1);
  socket.destroy();
  await ended;
  // Until the server has seen that the connection is gone.
  for (let index = 0; index < 5; index++) expect((await api.post()).status).toBe(200);
  keys.resolve();
  const message = { headers, body: JSON.stringify({ message: { data: Buffer.from(record("known")).toString("base64"), messageId: "1" } }) };
  for (let index = 0; index < 3; index++) expect((await send(`${api.url}/push/source/pubsub`, message)).status).toBe(200);
  expect((await api.post({ body: " ".repeat(20_000) + record("later") })).status).toBe(200);
  await api.close();
  await issuer.close();
});

test("slow senders of one source take half of the memory at most, and what others send is taken meanwhile", async () => {
  const otherToken = "token-of-another-source";
  const others = [{ id: "other", type: "http-push", tokens: [{ name: "test", sha256: digestOf(otherToken) }] }];
  const api = await attacked("unfair", { max_pending_bytes: 100_000 }, {}, { others });
  const slow = Array.from({ length: 6 }, () => api.raw(head("content-length: 20000\r\n\r\n{")));
  await expect.poll(() => slow.filter(({ said }) => said().startsWith("HTTP/1.1 429 ")).length).toBe(4);
  const body = " ".repeat(40_000) + record("other");
  const other = await send(`${api.url}/push/other/ndjson`, { headers: { ...bearer(otherToken), "content-type": "application/x-ndjson" }, body });
  expect(other.status).toBe(200);
  for (const { socket } of slow) socket.destroy();
  // By itself, a source may send what is more than its half.
  await expect.poll(async () => (await api.post({ body: " ".repeat(90_000) + record("large") })).status).toBe(200);
  await api.close();
});

test("a full spool, or a disk with too little left, answers 503 and when to come again; once something was stored it takes more", async () => {
  const api = await attacked("full", {}, { max_spool_bytes: 16 * mebibyte });
  const large = (id: string) => record(id) + " ".repeat(4 * mebibyte);
  const statuses: number[] = [];
  for (let index = 0; index < 5; index++) statuses.push((await api.post({ body: large(`id-${index}`) })).status);
  expect(statuses).toEqual([200, 200, 200, 503, 503]);
  const refused = await api.post({ body: large("x") });
  expect([refused.status, refused.headers["retry-after"], refused.body]).toEqual([503, "5", '{"error":"the spool is full"}']);
  const metrics = (await send(`${api.url}/metrics`, { method: "GET" })).body;
  expect(Number(/^machinetrail_push_spool_bytes\{source="source"\} (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(12 * mebibyte);
  expect(metrics).toContain('machinetrail_http_answers_total{route="/push/:source/ndjson",status="503"} 3');
  const spool = path.join(api.config.dataFolder, "sources", "source", "spool");
  await deleteBefore(spool, ((await listSegments(spool)).at(-1)?.number ?? 0) + 1);
  expect((await api.post({ body: large("again") })).status).toBe(200);
  await api.close();
  const tight = await attacked("tight", {}, { min_free_bytes: 2 ** 50 });
  expect((await tight.post()).status).toBe(503);
  await tight.close();
});

test("a server that is being stopped answers what it took, and takes nothing more", async () => {
  const api = await attacked("stopping");
  const begun = api.raw(head(`content-length: ${record("begun").length}\r\n\r\n`));
  await expect.poll(async () => (await api.post({ body: record("before") })).status).toBe(200);
  const closed = api.close();
  begun.socket.write(record("begun"));
  await begun.ended;
  await closed;
  expect(begun.said()).toMatch(/^HTTP\/1\.1 (200|503) /);
  await expect(api.post()).rejects.toThrow(/ECONNREFUSED/);
  const again = await attacked("stopping");
  expect((await again.stored()).includes("begun")).toBe(begun.said().startsWith("HTTP/1.1 200"));
  await again.close();
});
