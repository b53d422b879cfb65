// The source of LookupEvents against a stand-in of CloudTrail: what every live source promises, and what spans, lateness and throttling do to it.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SourceBatch } from "../../../ingest/source.ts";
import { cloudTrailLookup } from "../../../ingest/sources/cloudtrail-lookup.ts";
import { PermanentError } from "../../../model/errors.ts";
import { type CloudTrailServer, startCloudTrailServer } from "../../stand-ins/cloudtrail-server.ts";
import { type Cursors, readUntil, testLiveSourceContract, valuesOf } from "../live-source-contract.ts";
import { awsContext, awsCredentials } from "./aws-stand-in.ts";
import { Told } from "./told.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let cloudTrail: CloudTrailServer;
beforeAll(async () => {
  cloudTrail = await startCloudTrailServer();
});
afterAll(() => cloudTrail.stop());
beforeEach(() => {
  cloudTrail.events.splice(0);
  cloudTrail.requests.splice(0);
  cloudTrail.refusal = undefined;
});

const open = (overrides: Readonly<Record<string, unknown>> = {}, observer = new Told()) => {
  const given = cloudTrailLookup.settings.parse({
    region: "eu-west-1",
    endpoint: cloudTrail.url,
    credentials: awsCredentials,
    poll_seconds: 0.05,
    ...overrides,
  });
  // Faster than AWS allows, and than the configuration takes.
  return cloudTrailLookup.open({ ...given, requests_per_second: 1000 }, awsContext({ observer }));
};

/** A day that holds what happened just now, and a while ago, whatever the time of day. */
const yesterday = () => new Date(Date.now() - dayMs).toISOString().slice(0, 10);

let made = 0;
function happened(timeMs: number, number: number): void {
  cloudTrail.events.push({ EventId: `id-${made++}`, timeMs, CloudTrailEvent: JSON.stringify({ eventID: `event-${number}`, number }) });
}
const numbersOf = (batches: readonly SourceBatch[]) => valuesOf(batches).map(({ number }) => Number(number));
const hold = (wanted: number) => (batches: readonly SourceBatch[]) => new Set(numbersOf(batches)).size >= wanted;

testLiveSourceContract("LookupEvents", async () => {
  cloudTrail.events.splice(0);
  const from = yesterday();
  return {
    open: () => open({ from }),
    publish: async (messages) => {
      for (const message of messages)
        cloudTrail.events.push({ EventId: `id-${made++}`, timeMs: Date.now(), CloudTrailEvent: message.toString("utf8") });
    },
    close: async () => undefined,
  };
});

test("ninety days are read in spans, oldest first, each event once, however many there are in one", async () => {
  const now = Date.now();
  for (let number = 0; number < 400; number++) happened(now - 80 * dayMs + number * 1000, number);
  for (let number = 400; number < 440; number++) happened(now - (440 - number) * dayMs, number);
  happened(now - 91 * dayMs, 999);
  const batches = await readUntil(open(), new Map(), hold(440));
  expect(numbersOf(batches).sort((a, b) => a - b)).toEqual(Array.from({ length: 440 }, (_, number) => number));
  const starts = cloudTrail.requests.map(({ input }) => Number(input.StartTime ?? 0)).filter((start) => start > 0);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
});

test("an event that shows late is read, and none is read twice for it", async () => {
  const now = Date.now();
  happened(now - minuteMs, 1);
  let isLate = false;
  const batches = await readUntil(open({ from: yesterday() }), new Map(), (seen) => {
    if (!isLate) happened(now - 20 * minuteMs, 2);
    isLate = true;
    return hold(2)(seen);
  });
  expect(numbersOf(batches)).toEqual([1, 2]);
});

test("it resumes at the span that was not stored, and what was forgotten meanwhile is a gap", async () => {
  const now = Date.now();
  for (let number = 0; number < 6; number++) happened(now - (6 - number) * dayMs, number);
  const cursors: Cursors = new Map();
  await readUntil(open(), cursors, hold(6), (batch) => !numbersOf([batch]).some((number) => number >= 4));
  expect(numbersOf(await readUntil(open(), cursors, hold(2)))).toEqual([4, 5]);
  const [partition = ""] = cursors.keys();
  const observer = new Told();
  await readUntil(open({}, observer), new Map([[partition, JSON.stringify({ settledMs: now - 100 * dayMs, known: [] })]]), hold(6));
  expect(observer.gaps).toEqual([new Date(now - 100 * dayMs).toISOString()]);
});

test("a position that lies in the future, or cannot be read, costs no event", async () => {
  const now = Date.now();
  for (let number = 0; number < 3; number++) happened(now - (3 - number) * dayMs, number);
  const cursors: Cursors = new Map();
  await readUntil(open(), cursors, hold(3));
  const [partition = ""] = cursors.keys();
  for (const position of [JSON.stringify({ settledMs: now + 3 * dayMs, known: [] }), "", '{"settledMs":17'])
    expect(numbersOf(await readUntil(open(), new Map([[partition, position]]), hold(3)))).toEqual([0, 1, 2]);
});

test("throttling is waited for and told, and costs no event", async () => {
  const observer = new Told();
  for (let number = 0; number < 10; number++) happened(Date.now() - 1000, number);
  cloudTrail.throttled = 3;
  const batches = await readUntil(open({ from: yesterday() }, observer), new Map(), hold(10));
  expect(new Set(numbersOf(batches)).size).toBe(10);
  expect(cloudTrail.requests.filter(({ answered }) => answered === "ThrottlingException")).toHaveLength(3);
  expect(observer.details("failing")).toContain("ThrottlingException");
  expect(observer.states.at(-1)?.state).toBe("ready");
});

test("what is refused is permanent, and says what was asked", async () => {
  cloudTrail.refusal = "AccessDeniedException";
  await expect(readUntil(open(), new Map(), () => false)).rejects.toThrow(PermanentError);
  cloudTrail.refusal = "UnrecognizedClientException";
  await expect(readUntil(open(), new Map(), () => false)).rejects.toThrow(/LookupEvents in eu-west-1/);
});
