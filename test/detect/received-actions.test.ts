// What detection reads by reception: rows found by where they lie are those that the whole table shows, whatever came twice, late, in another
// order or as a later stage, before and after parts are merged.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { AsOfView } from "../../detect/alert-source.ts";
import { actionsOnce, asOfView } from "../../detect/as-of-view.ts";
import { type Window, windowsOf } from "../../detect/evidence.ts";
import { receivedHours } from "../../detect/received-hours.ts";
import { SettledReceptions } from "../../detect/settled-receptions.ts";
import type { Query } from "../../model/query.ts";
import { identityHours } from "../../queries/identity-hours.ts";
import { receptionCounts } from "../../queries/reception-counts.ts";
import type { Store } from "../../storage/store.ts";
import { blockOf, dayMs, type ReceivedAction, received, startMs } from "../storage/action-rows.ts";
import { describeStores } from "../storage/store-profiles.ts";

const runs = { embedded: 6, server: 2 } as const;
const minuteMs = 60_000;

/** Few events and identities, so that copies meet; far dates, as forgers and broken clocks bring them. */
const delivery = fc.record({
  event: fc.integer({ min: 0, max: 25 }),
  rank: fc.integer({ min: 0, max: 2 }),
  receivedMinute: fc.integer({ min: 0, max: 12 }),
});

/** The bounds of parts go to the engine as parameters. */
const identities = ["service-1", "it's a \\N\t{role}", "naïve \u{10FFFF}", "service-10"];
/** So many times as many rows as a question's, and it is read by keys. */
const otherRows = 60 * 12;

const farTimes = [0, Date.UTC(2036, 0), Date.UTC(2026, 1, 27, 23, 59)];

/** Each set has its own hours of reception and its own events, so that one store holds many sets. */
function rowOf(set: number, { event, rank, receivedMinute }: typeof delivery extends fc.Arbitrary<infer Value> ? Value : never): ReceivedAction {
  return received(
    {
      event_uid: `event-${set}-${event}`,
      event_rank: rank,
      identity_uid: event % 7 === 6 ? "" : (identities[event % 4] ?? ""),
      time: farTimes[event] ?? startMs - event * 7_000,
      service: "s3",
      action: `Action${event}`,
      activity: "data-read",
      outcome: rank === 2 ? "denied" : "success",
    },
    startMs + set * dayMs + receivedMinute * minuteMs,
    `{"event":${event},"rank":${rank}}`,
  );
}

const eventsSeen: Query<{ from_ms: number; to_ms: number }, { event_uid: string; received_ms: number; outcome: string }> = {
  name: "events-received",
  sql: "SELECT event_uid, toUnixTimestamp64Milli(received_at) AS received_ms, toString(outcome) AS outcome FROM received_actions ORDER BY event_uid",
  parameters: z.strictObject({ from_ms: z.number(), to_ms: z.number() }),
  row: z.strictObject({ event_uid: z.string(), received_ms: z.number(), outcome: z.string() }),
};

/** The rule by itself: of each event the last stage, as it was first received, where that lies in the range and not after the view's moment. */
function expected(rows: readonly ReceivedAction[], fromMs: number, toMs: number) {
  const kept = new Map<string, ReceivedAction>();
  for (const row of rows) {
    const known = kept.get(row.action.event_uid);
    const order = known === undefined ? -1 : known.action.event_rank - row.action.event_rank || row.receivedAtMs - known.receivedAtMs;
    if (order < 0) kept.set(row.action.event_uid, row);
  }
  return [...kept.values()]
    .filter(({ receivedAtMs }) => receivedAtMs > fromMs && receivedAtMs <= toMs)
    .map(({ action, receivedAtMs }) => ({ event_uid: action.event_uid, received_ms: receivedAtMs, outcome: action.outcome as string }))
    .sort((left, right) => (left.event_uid < right.event_uid ? -1 : 1));
}

describeStores("what was received in a time", (profile) => {
  async function answers(store: Store, fromMs: number, toMs: number, asOfMs: number) {
    const view = asOfView(store, asOfMs);
    const whole = asOfView(store, asOfMs, `SELECT * FROM (${actionsOnce})`);
    const asked = { from_ms: fromMs, to_ms: toMs };
    const reception = { fromMs, toMs, stepMs: minuteMs };
    const rows = await whole.query(identityHours, { ...asked, step_ms: minuteMs });
    const shown = (windows: readonly Window[]) => windows.map(({ identityUid, momentMs, hours }) => ({ identityUid, momentMs, hours }));
    const read = async (from: AsOfView) => shown((await receivedHours(from, reception)).parts);
    const windows = shown(windowsOf(rows));
    expect(await read(view)).toEqual(windows);
    const inParts = asOfView(store, asOfMs, actionsOnce, 40);
    expect(await read(inParts)).toEqual(windows);
    expect(added(await inParts.query(receptionCounts, asked))).toEqual(added(await whole.query(receptionCounts, asked)));
    return view.query(eventsSeen, asked);
  }

  function added(counts: readonly { moment_ms: number; events: number }[]): Map<number, number> {
    const sums = new Map<number, number>();
    for (const { moment_ms, events } of counts) sums.set(moment_ms, (sums.get(moment_ms) ?? 0) + events);
    return sums;
  }

  test(`${runs[profile.engine]} sets of deliveries answer as the whole table does, and as the rule says, before and after merges`, async () => {
    const store = await profile.fresh();
    const others = Array.from({ length: otherRows }, (_, event) => rowOf(-2, { event, rank: 0, receivedMinute: 1 }));
    await store.insertActions(await blockOf(others));
    try {
      const asked: { fromMs: number; toMs: number; due: ReturnType<typeof expected> }[] = [];
      const property = fc.asyncProperty(
        fc.array(delivery, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 10, max: 60 }),
        fc.integer({ min: -1, max: 12 }),
        fc.integer({ min: 0, max: 13 }),
        async (deliveries, blockRows, fromMinute, minutes) => {
          const set = asked.length;
          const rows = deliveries.map((each) => rowOf(set, each));
          for (let first = 0; first < rows.length; first += blockRows) await store.insertActions(await blockOf(rows.slice(first, first + blockRows)));
          const fromMs = startMs + set * dayMs + fromMinute * minuteMs;
          const toMs = fromMs + minutes * minuteMs;
          const due = expected(rows, fromMs, toMs);
          asked.push({ fromMs, toMs, due });
          expect(await answers(store, fromMs, toMs, toMs + minuteMs)).toEqual(due);
          expect(await answers(store, fromMs, toMs, toMs - 2 * minuteMs)).toEqual(expected(rows, fromMs, toMs - 2 * minuteMs));
        },
      );
      await fc.assert(property, { numRuns: runs[profile.engine], endOnFailure: true });
      await store.compact();
      for (const { fromMs, toMs, due } of asked) expect(await answers(store, fromMs, toMs, toMs)).toEqual(due);
      // Most of the table: it is read whole.
      await answers(store, startMs - 3 * dayMs, startMs + runs.embedded * dayMs, startMs + runs.embedded * dayMs);
    } finally {
      await store.close();
    }
  });

  test("what was read would read the same until a row shows late, is taken away by a merge, or a later stage came", async () => {
    const store = await profile.fresh();
    try {
      const at = (minute: number) => startMs + minute * minuteMs;
      const insert = async (...rows: Parameters<typeof rowOf>[1][]) => store.insertActions(await blockOf(rows.map((each) => rowOf(0, each))));
      const settled = new SettledReceptions(store, minuteMs);
      /** What was read of the minutes after the first, up to `asked`, as the next one is read. */
      const isAsItWas = async (asked: number) => {
        const look = await settled.look({ fromMs: at(1), askedMs: at(asked), toMs: at(asked + 1) });
        settled.keep(look);
        return look.isAsItWas;
      };
      await insert({ event: 1, rank: 0, receivedMinute: 2 }, { event: 2, rank: 1, receivedMinute: 3 });
      expect(await isAsItWas(1)).toBe(true);
      expect(await isAsItWas(2)).toBe(true);
      await insert({ event: 3, rank: 2, receivedMinute: 4 });
      expect(await isAsItWas(3)).toBe(true);
      await insert({ event: 4, rank: 0, receivedMinute: 3 });
      expect(await isAsItWas(4)).toBe(false);
      expect(await isAsItWas(4)).toBe(true);
      await insert({ event: 2, rank: 2, receivedMinute: 5 });
      expect(await isAsItWas(4)).toBe(false);
      await store.compact();
      expect(await isAsItWas(4)).toBe(false);
      expect(await isAsItWas(5)).toBe(true);
    } finally {
      await store.close();
    }
  });
});

describe("the range", () => {
  test("is the question's own: one that asks for received_actions without it is refused", async () => {
    const view = asOfView({ query: async () => [] }, startMs);
    const sql = "SELECT 1 AS one FROM received_actions";
    await expect(
      view.query({ name: "endless", sql, parameters: z.strictObject({}), row: z.strictObject({ one: z.number() }) }, {}),
    ).rejects.toThrow();
  });
});
