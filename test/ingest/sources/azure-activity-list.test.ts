// The Activity Log's list against a loopback server: the contract of live sources, spans and their overlap, throttling, refusals, and pages
// that are none.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { SourceBatch } from "../../../ingest/source.ts";
import type { SourceContext, SourceGap, SourceState } from "../../../ingest/source-type.ts";
import { azureActivityList } from "../../../ingest/sources/azure-activity-list.ts";
import { halves, pieces } from "../../../ingest/sources/azure-activity-spans.ts";
import { PermanentError, TransientError } from "../../../model/errors.ts";
import { type ActivityListServer, activityToken, startActivityListServer } from "../../stand-ins/activity-list-server.ts";
import { type Cursors, readUntil, sourceContext, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
let made = 0;
const subscriptionId = () => `00000000-0000-0000-0000-${String(++made).padStart(12, "0")}`;
const partitionOf = (subscription: string) => `subscription:${subscription}`;
const event = (number: number) => Buffer.from(JSON.stringify({ eventDataId: `event-${number}`, operationName: { value: "o" }, number }));
const numbersOf = (batches: readonly SourceBatch[]) => valuesOf(batches).map(({ number }) => number);
const holding =
  (count: number) =>
  (batches: readonly SourceBatch[]): boolean =>
    new Set(numbersOf(batches)).size >= count;

let server: ActivityListServer;
beforeAll(async () => {
  server = await startActivityListServer();
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

function open(subscription: string, more: object = {}, context: Partial<SourceContext> = {}) {
  const given = { subscriptions: [subscription], credentials: { access_token: { env: "TOKEN" } }, base_url: server.url, poll_seconds: 0.02, days: 1 };
  return azureActivityList.open(azureActivityList.settings.parse({ ...given, ...more }), sourceContext({ secret: () => activityToken, ...context }));
}

function listener() {
  const told: { readonly state: SourceState; readonly detail: string }[] = [];
  const gaps: SourceGap[] = [];
  const observer = {
    onState: (state: SourceState, detail: string) => void told.push({ state, detail }),
    onLag: () => undefined,
    onGap: (gap: SourceGap) => void gaps.push(gap),
  };
  return { told, gaps, context: { observer } };
}

// Without an overlap: whoever acknowledged a record is not given it again.
testLiveSourceContract("the Activity Log's list", async () => {
  const subscription = subscriptionId();
  return {
    open: () => open(subscription, { overlap_minutes: 0 }),
    publish: (messages) => server.add(subscription, messages),
    close: async () => undefined,
  };
});

describe("spans of time", () => {
  test("all the days are asked for, piece by piece, without a hole between", async () => {
    const subscription = subscriptionId();
    const nowMs = Date.now();
    await server.add(subscription, [event(0)], nowMs - 9 * dayMs);
    await server.add(subscription, [event(1)], nowMs - 8 * dayMs);
    await server.add(subscription, [event(2)]);
    const before = server.asked.length;
    const batches = await readUntil(open(subscription, { days: 8.5, window_hours: 24 }), new Map(), holding(2));
    expect(numbersOf(batches)).toEqual([1, 2]);
    const spans = server.asked.slice(before);
    expect(spans.length).toBe(9);
    for (const [index, span] of spans.entries()) expect(span.fromMs).toBe(spans[index - 1]?.toMs ?? span.fromMs);
    expect(Math.abs((spans[0]?.fromMs ?? 0) - (nowMs - 8.5 * dayMs))).toBeLessThan(minuteMs);
  });

  test("a stopped backfill goes on where its rows were last stored, and reaches back for records that came late", async () => {
    const subscription = subscriptionId();
    const nowMs = Date.now();
    for (let day = 5; day > 0; day--) await server.add(subscription, [event(day)], nowMs - day * dayMs + hourMs);
    const cursors: Cursors = new Map();
    await readUntil(open(subscription, { days: 6, window_hours: 24 }), cursors, holding(3));
    const readToMs = JSON.parse(cursors.get(partitionOf(subscription)) ?? "").readToMs as number;
    await server.add(subscription, [event(6)], readToMs - 20 * minuteMs);
    const before = server.asked.length;
    const batches = await readUntil(open(subscription, { days: 6, window_hours: 24 }), cursors, holding(3));
    expect(numbersOf(batches)).toEqual([6, 2, 1]);
    expect(server.asked[before]?.fromMs).toBe(readToMs - 30 * minuteMs);
  });

  test("a position that lies in the future, or cannot be read, costs no record", async () => {
    const subscription = subscriptionId();
    // Not at the edge of a piece: what happened in its very millisecond is in both, and comes twice.
    for (let day = 3; day > 0; day--) await server.add(subscription, [event(day)], Date.now() - day * dayMs + hourMs);
    for (const position of [JSON.stringify({ readToMs: Date.now() + 3 * dayMs }), "", '{"readToMs":17'])
      expect(
        numbersOf(await readUntil(open(subscription, { days: 6, window_hours: 24 }), new Map([[partitionOf(subscription), position]]), holding(3))),
      ).toEqual([3, 2, 1]);
  });

  test("what Azure does not keep any more is told as a gap, and the rest is read", async () => {
    const subscription = subscriptionId();
    await server.add(subscription, [event(0)]);
    const { gaps, context } = listener();
    const cursors: Cursors = new Map([[partitionOf(subscription), JSON.stringify({ readToMs: Date.now() - 100 * dayMs })]]);
    expect(numbersOf(await readUntil(open(subscription, { window_hours: 168 }, context), cursors, holding(1)))).toEqual([0]);
    expect(gaps).toEqual([expect.objectContaining({ partition: partitionOf(subscription), reason: "older than what the Activity Log keeps" })]);
  });

  test("pieces cover a span and halves a piece; a moment is one piece and has no halves", () => {
    expect(pieces({ fromMs: 0, toMs: 10 }, 4)).toEqual([
      { fromMs: 0, toMs: 4 },
      { fromMs: 4, toMs: 8 },
      { fromMs: 8, toMs: 10 },
    ]);
    expect(pieces({ fromMs: 5, toMs: 5 }, 4)).toEqual([{ fromMs: 5, toMs: 5 }]);
    expect(halves({ fromMs: 0, toMs: 3 })).toEqual([
      { fromMs: 0, toMs: 1 },
      { fromMs: 1, toMs: 3 },
    ]);
    expect(halves({ fromMs: 5, toMs: 6 })).toBeUndefined();
  });
});

describe("what the service may answer", () => {
  test("throttling is waited out as it asks, told meanwhile, and loses nothing", async () => {
    const subscription = subscriptionId();
    await server.add(subscription, [event(0), event(1)]);
    const { told, context } = listener();
    server.throttle(3, "0");
    expect(numbersOf(await readUntil(open(subscription, {}, context), new Map(), holding(2))).sort()).toEqual([0, 1]);
    expect(told).toContainEqual({ state: "failing", detail: "the management interface throttles (429); it is asked again" });
    expect(told.at(-1)?.state).toBe("ready");
  });

  test("throttling without an end is a transient error", async () => {
    const subscription = subscriptionId();
    server.throttle(1000, new Date(0).toUTCString());
    await expect(readUntil(open(subscription), new Map(), () => false)).rejects.toThrow(TransientError);
    server.throttle(0, "");
  });

  test("a token that is refused, a right that lacks, a subscription that is none: permanent errors that say what to mend", async () => {
    const subscription = subscriptionId();
    const { told, context } = listener();
    const wrong = open(subscription, {}, { ...context, secret: () => "hunter2" });
    await expect(readUntil(wrong, new Map(), () => false)).rejects.toThrow(/the token is refused \(401\); check 'credentials'/);
    expect(told.at(-1)).toEqual({ state: "failing", detail: "the token is refused (401); check 'credentials'" });
    for (const [statusCode, words] of [
      [403, /grant Monitoring Reader/],
      [404, /no such subscription/],
    ] as const) {
      server.answerNext(statusCode, "application/json", "{}");
      const read = readUntil(open(subscription), new Map(), () => false);
      await expect(read).rejects.toThrow(PermanentError);
      await expect(read).rejects.toThrow(words);
    }
  });

  test("a proxy's page and an error of the service are asked again", async () => {
    const subscription = subscriptionId();
    await server.add(subscription, [event(0)]);
    server.answerNext(200, "text/html", "<html>please log in</html>");
    server.answerNext(503, "text/plain", "");
    expect(numbersOf(await readUntil(open(subscription), new Map(), holding(1)))).toEqual([0]);
  });

  test("a service that answers nothing but what is no JSON is a transient error, not a question without an end", async () => {
    const subscription = subscriptionId();
    for (let answers = 0; answers < 300; answers++) server.answerNext(200, "application/json", "{");
    await expect(readUntil(open(subscription), new Map(), () => false)).rejects.toThrow(/answers what is not JSON/);
    server.forgetAnswers();
  });

  test("the token goes to no other host, whatever a page says", async () => {
    const subscription = subscriptionId();
    const other = await startActivityListServer();
    server.answerNext(200, "application/json", JSON.stringify({ value: [], nextLink: `${other.url}/subscriptions/x` }));
    await expect(readUntil(open(subscription), new Map(), () => false)).rejects.toThrow(/goes on at another host/);
    expect(other.asked).toEqual([]);
    await other.close();
  });

  test("a broken page is set aside with its span, and told as a gap", async () => {
    const subscription = subscriptionId();
    await server.add(subscription, [event(0), Buffer.from("[broken"), event(1)]);
    const { gaps, context } = listener();
    const isEnough = (seen: readonly SourceBatch[]) => holding(2)(seen) && seen.some((batch) => batch.rejected.length > 0);
    const batches = await readUntil(open(subscription, {}, context), new Map(), isEnough);
    expect(new Set(numbersOf(batches))).toEqual(new Set([0, 1]));
    const [rejected] = batches.flatMap((batch) => [...batch.rejected]);
    expect(Buffer.from(rejected?.bytes ?? []).toString()).toBe("[broken");
    expect(gaps[0]).toMatchObject({ partition: partitionOf(subscription), reason: "a page of the list is not valid JSON" });
  });
});

test("without credentials in the configuration the machine's identity gives the token; where it gives none, that is a permanent error", async () => {
  const subscription = subscriptionId();
  await server.add(subscription, [event(0)]);
  vi.stubEnv("IDENTITY_ENDPOINT", server.identity.endpoint);
  vi.stubEnv("IDENTITY_HEADER", server.identity.header);
  // The other ways would ask programs and addresses of this machine.
  vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential");
  const { told, context } = listener();
  server.answerNext(400, "application/json", JSON.stringify({ error: "invalid_request" }));
  const refused = readUntil(open(subscription, { credentials: undefined }, context), new Map(), () => false);
  await expect(refused).rejects.toThrow(PermanentError);
  await expect(refused).rejects.toThrow(/nobody gave a token; check 'credentials'/);
  expect(told.at(-1)?.state).toBe("failing");
  expect(numbersOf(await readUntil(open(subscription, { credentials: undefined }), new Map(), holding(1)))).toEqual([0]);
});

test("a token is sent without encryption to this machine alone", () => {
  const given = { subscriptions: [subscriptionId()] };
  expect(azureActivityList.settings.safeParse({ ...given, base_url: "http://management.azure.com" }).success).toBe(false);
  expect(azureActivityList.settings.safeParse({ ...given, base_url: "http://localhost.example:80/" }).success).toBe(false);
});
