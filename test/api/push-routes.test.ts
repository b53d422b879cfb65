// What each provider sends arrives: by its own route, in its own shape, packed or plain, as the actions that are in it; and what is hostile
// in it takes nothing else along.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Issuer } from "./oidc-issuer.ts";
import { decoded, encodedLogs } from "./otlp-messages.ts";
import { type ProviderBody, providerBodies } from "./push-bodies.ts";
import { bearer, digestOf, type Sending, send, storedOf } from "./push-client.ts";
import { type RunningApi, runApi } from "./run-api.ts";

const token = "test-token-of-every-source";
const sourceCount = 80;

let folder = "";
let api: RunningApi;
let issuer: Issuer;
let next = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "machinetrail-routes-"));
  issuer = await Issuer.start();
  const sources = Array.from({ length: sourceCount }, (_, index) => ({
    ...{ id: `s${index}`, type: "http-push", tokens: [{ name: "test", sha256: digestOf(`${token}-${index}`) }] },
    pubsub: issuer.settings(`audience-${index}`),
  }));
  api = await runApi(folder, { sources });
});
afterAll(async () => {
  await api.close();
  await issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A source that nobody has written to. */
interface Fresh {
  readonly url: string;
  readonly post: (sending: Sending) => ReturnType<typeof send>;
  readonly stored: () => ReturnType<typeof storedOf>;
}

async function fresh({ route, signIn, contentType = "application/json" }: Pick<ProviderBody, "route" | "signIn" | "contentType">): Promise<Fresh> {
  const number = next++;
  const own = `${token}-${number}`;
  const url = `${api.url}/push/s${number}/${route}${signIn === "query" ? `?token=${own}` : ""}`;
  const credentials =
    signIn === "bearer"
      ? bearer(own)
      : signIn === "firehose"
        ? { "x-amz-firehose-access-key": own, "x-amz-firehose-request-id": "request-1" }
        : signIn === "pubsub"
          ? bearer(await issuer.token({ audience: `audience-${number}` }))
          : {};
  return {
    url,
    post: ({ headers, ...sending }) => send(url, { ...sending, headers: { ...credentials, "content-type": contentType, ...headers } }),
    stored: () => storedOf(api.url, api.config, `s${number}`, own),
  };
}

const packings = [
  { name: "plain", headers: {}, pack: (body: string | Buffer) => body },
  { name: "gzip", headers: { "content-encoding": "gzip" }, pack: (body: string | Buffer) => gzipSync(body) },
  { name: "zstd", headers: { "content-encoding": "zstd" }, pack: (body: string | Buffer) => zstdCompressSync(body) },
];

/** Any JSON that a caller can make a provider write. */
const hostileValues = [
  "[".repeat(4000) + "]".repeat(4000),
  `${'{"a":'.repeat(4000)}1${"}".repeat(4000)}`,
  '{"__proto__":{"auditID":"x"},"constructor":1}',
  '"text"',
  "null",
  `{"auditID":"${"\\ud800".repeat(20)}","verb":{"$gt":""}}`,
  '{"auditID":["x"],"user":"root","eventSource":5,"protoPayload":[],"message":"{","log":"{\\"a\\":"}',
];
/** Where a record is a line, it may be any bytes. */
const hostileLines = ['{"auditID":"cut', '{"a":{"b":[1,2}', "]]}}", "\u0000\u0001"];

/** Google's insertId is a part of its event's id. */
const holds = (events: readonly string[], id: string) => events.some((event) => event.includes(id));

describe.each(providerBodies)("$name", (provider) => {
  test("arrives plain, as gzip and as zstd", async () => {
    const source = await fresh(provider);
    for (const { name, headers, pack } of packings) {
      const answer = await source.post({ headers, body: pack(provider.body([provider.part(`id-${name}`)])) });
      expect([name, answer.status, answer.body]).toEqual([name, 200, expect.any(String)]);
    }
    const { events, rejected } = await source.stored();
    expect(rejected).toEqual([]);
    expect(events).toHaveLength(packings.length);
    for (const { name } of packings) expect(holds(events, `id-${name}`)).toBe(true);
  });

  test("a hostile record between a hundred good ones: all hundred arrive, and what it is not is told", async () => {
    const source = await fresh(provider);
    const good = Array.from({ length: 100 }, (_, index) => provider.part(`good-${index}-`));
    const hostile = [...hostileValues, ...(provider.isLines ? hostileLines : [])];
    const parts = good.flatMap((part, index) => [part, ...(index < hostile.length ? [hostile[index] ?? ""] : [])]);
    const bodies = provider.isSingle ? parts : [provider.body(parts)];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await source.post({ body })).status);
    // By itself, what cannot be read at all is refused; beside others, it is taken with them.
    expect(statuses.filter((status) => status !== 200).length).toBeLessThan(provider.isSingle ? hostile.length : 1);
    const { events, rejected } = await source.stored();
    expect(good.map((_, index) => `good-${index}-`).filter((id) => !holds(events, id))).toEqual([]);
    expect(rejected.length).toBeGreaterThan(0);
  });
});

describe("answers", () => {
  test("say what cannot be read and where, and nothing of what stands in it", async () => {
    const source = await fresh({ route: "ndjson", signIn: "bearer", contentType: "application/x-ndjson" });
    const refused = await source.post({ body: '\n{"secret":"hunter2\n{"secret":"hunter3' });
    expect([refused.status, JSON.parse(refused.body)]).toEqual([400, { error: "no record can be read; the first, at byte 1: not valid JSON" }]);
    expect(await source.post({ body: "hunter2" })).toMatchObject({ status: 400, body: expect.stringContaining("at byte 0: not JSON") });
    expect(await source.post({ body: '{"secret":"hunter2\n{"b":2}\n' })).toMatchObject({ status: 200, body: '{"accepted":true}' });
    for (const body of ["", " \n\t"]) expect(await source.post({ body })).toMatchObject({ status: 400, body: '{"error":"the body is empty"}' });
    expect(await source.post({ body: "[]" })).toMatchObject({ status: 200, body: '{"accepted":true}' });
    const cut = gzipSync('{"a":1}').subarray(0, 15);
    expect(await source.post({ body: cut, headers: { "content-encoding": "gzip" } })).toMatchObject({
      status: 400,
      body: expect.stringContaining("no valid gzip stream"),
    });
    expect(await source.post({ body: "{}", headers: { "content-encoding": "zstd" } })).toMatchObject({
      status: 400,
      body: expect.stringContaining("no valid zstd stream"),
    });
    for (const encoding of ["br", "deflate", "gzip, gzip"])
      expect(await source.post({ body: "{}", headers: { "content-encoding": encoding } })).toMatchObject({ status: 415 });
    expect(await source.post({ body: "{}", headers: { "content-type": "application/xml" } })).toMatchObject({ status: 415 });
  });

  test("Firehose: its own shape, with the id of the request, whatever the answer is", async () => {
    const source = await fresh({ route: "firehose", signIn: "firehose" });
    const good = await source.post({ body: '{"requestId":"request-1","timestamp":1,"records":[]}' });
    expect([good.status, JSON.parse(good.body)]).toEqual([200, { requestId: "request-1", timestamp: expect.any(Number) }]);
    const bad = await source.post({ body: '{"requestId":"request-1"}' });
    expect([bad.status, JSON.parse(bad.body)]).toEqual([
      400,
      { requestId: "request-1", timestamp: expect.any(Number), errorMessage: expect.stringContaining("no list of records") },
    ]);
    const stranger = await send(source.url, {
      headers: { "x-amz-firehose-access-key": "wrong", "x-amz-firehose-request-id": "request-2" },
      body: "{}",
    });
    expect([stranger.status, JSON.parse(stranger.body)]).toMatchObject([401, { requestId: "request-2" }]);
    // No charset behind it: another content type is a failed delivery.
    for (const { headers } of [good, bad, stranger]) expect(headers["content-type"]).toBe("application/json");
  });

  test("a body that is parsed whole and would hold up everybody else is refused, by its records and its values and not by its texts", async () => {
    const firehose = await fresh({ route: "firehose", signIn: "firehose" });
    const otlp = await fresh({ route: "otlp/v1/logs", signIn: "bearer" });
    const repeated = (text: string, count: number) => `[${Array.from({ length: count }, () => text).join(",")}]`;
    const logs = (records: string) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":${records}}]}]}`;
    const tooMany = [
      // Firehose would drop what it got 413 for, and keep it in no backup bucket.
      [await firehose.post({ body: `{"records":${repeated("{}", 50_001)}}` }), 400, "50000 records"],
      [await otlp.post({ body: logs(repeated("{}", 50_001)) }), 413, "50000 records"],
      [await firehose.post({ body: `{"records":[],"x":${repeated("[]", 300_000)}}` }), 400, "500000 JSON values"],
      [await firehose.post({ body: gzipSync(Buffer.alloc(20_000_000)) }), 400, "inflates to"],
      [await otlp.post({ body: logs(repeated('{"a":0}', 300_000)) }), 413, "500000 JSON values"],
    ] as const;
    for (const [{ status, body }, expected, why] of tooMany) expect([status, body]).toEqual([expected, expect.stringContaining(why)]);
    const long = JSON.stringify({ body: { stringValue: '{"a":[",\\"'.repeat(200_000) } });
    expect((await otlp.post({ body: logs(`[${long}]`) })).status).toBe(200);
    expect((await otlp.stored()).rejected).toHaveLength(1);
  });

  test("an EventList of more records than a parsed body may hold arrives whole, and an empty one is nothing to refuse", async () => {
    const source = await fresh({ route: "kubernetes-audit", signIn: "bearer" });
    const list = (items: string) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items}]}`;
    expect(await source.post({ body: list("") })).toMatchObject({ status: 200 });
    const [part] = providerBodies.filter(({ route }) => route === "kubernetes-audit").map((provider) => provider.part("first"));
    expect((await source.post({ body: list([part, ...Array.from({ length: 50_000 }, () => "{}")].join(",")) })).status).toBe(200);
    const { events } = await source.stored();
    expect(events).toEqual(["first"]);
  });

  test("Event Grid: both handshakes, only for who has the token", async () => {
    const source = await fresh({ route: "event-grid", signIn: "query" });
    const validation = JSON.stringify([
      {
        id: "1",
        eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
        data: { validationCode: "CODE", validationUrl: "https://example.com" },
      },
    ]);
    expect(await source.post({ body: validation })).toMatchObject({ status: 200, body: '{"validationResponse":"CODE"}' });
    const options = { method: "OPTIONS", headers: { "webhook-request-origin": "eventgrid.azure.net" } };
    expect(await send(source.url, options)).toMatchObject({
      status: 200,
      headers: { "webhook-allowed-origin": "eventgrid.azure.net", "webhook-allowed-rate": "*" },
    });
    const withoutToken = source.url.split("?")[0] ?? "";
    expect(await send(withoutToken, { body: validation })).toMatchObject({ status: 401, body: expect.not.stringContaining("CODE") });
    const refused = await send(withoutToken, options);
    expect([refused.status, refused.headers["webhook-allowed-origin"]]).toEqual([401, undefined]);
    expect(await source.stored()).toEqual({ events: [], rejected: [] });
  });

  test("OTLP: what its exporters look for", async () => {
    const source = await fresh({ route: "otlp/v1/logs", signIn: "bearer" });
    expect(await source.post({ body: '{"resourceLogs":[]}' })).toMatchObject({ status: 200, body: '{"partialSuccess":{}}' });
    const protobuf = { "content-type": "Application/X-Protobuf; charset=binary" };
    const posted = (body: Buffer, headers = {}) => source.post({ body, headers: { ...protobuf, ...headers } });
    // A request without anything in it has no bytes, and full success is a response without anything in it.
    for (const body of [Buffer.alloc(0), encodedLogs({ resourceLogs: [{}] })])
      expect(await posted(body)).toMatchObject({ status: 200, body: "", headers: { "content-type": "application/x-protobuf" } });
    const refusals = [
      [await posted(Buffer.from("x")), 400, "at byte 1"],
      [await posted(encodedLogs({ resourceLogs: [{}] }), { "content-encoding": "gzip" }), 400, "no valid gzip stream"],
      [await posted(Buffer.alloc(0), { authorization: "" }), 401, "a token of this source is needed"],
      [
        await posted(encodedLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 50_001 }, () => ({})) }] }] })),
        413,
        "50000 records",
      ],
    ] as const;
    for (const [{ status, headers, bytes }, expected, why] of refusals)
      expect([status, headers["content-type"], decoded("Status", bytes)]).toEqual([
        expected,
        "application/x-protobuf",
        { message: expect.stringContaining(why) },
      ]);
    expect((await source.stored()).rejected).toEqual([]);
  });
});

test("in all of this the server logged nothing", () => {
  expect(api.log).toEqual([]);
});
