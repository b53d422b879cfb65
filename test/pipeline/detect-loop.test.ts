// Detection as it goes on: whatever the way in which rows become visible, ticks fail and the process is started again, it finds what a
// replay over the same rows finds.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Told } from "../../detect/alert-collapse.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { newNetwork } from "../../detect/detectors/new-network.ts";
import { detectors } from "../../detect/detectors/registry.ts";
import type { ParkedOnDay } from "../../detect/parking.ts";
import { watchedDays } from "../../detect/watched-days.ts";
import { TransientError } from "../../model/errors.ts";
import { LiveDetection, type LiveOptions } from "../../pipeline/detect-loop.ts";
import type { Store } from "../../storage/store.ts";
import { hourMs, roleCall, storeOf, type TemporaryStore } from "../bench/evidence.ts";
import { blockOf, dayMs, type ReceivedAction, startMs } from "../storage/action-rows.ts";

const minuteMs = 60_000;
const tickMs = 30 * minuteMs;
const graceMs = 2 * minuteMs;
const watch = { detectors, budget: 2 };
/** Live from here; over the end of a day. */
const liveMs = startMs + 11 * dayMs + 19 * hourMs;
const endMs = liveMs + 9 * hourMs;

/** Five machines, each every two hours; two of them do something else while somebody watches. */
function rows(): ReceivedAction[] {
  const calls = ["one", "two", "three", "four", "five"].flatMap((role, number) =>
    Array.from({ length: 13 * 12 }, (_, index) => {
      const timeMs = startMs + index * 2 * hourMs + (number * 11 + (index % 3) * 7) * minuteMs;
      return roleCall(role, timeMs, {}, timeMs + (index % 5) * minuteMs);
    }),
  );
  const odd = [
    ["two", liveMs + 2 * hourMs + 10 * minuteMs],
    ["two", liveMs + 2 * hourMs + 35 * minuteMs],
    ["four", liveMs + 7 * hourMs + 15 * minuteMs],
  ] as const;
  const theft = odd.map(([role, timeMs], place) =>
    roleCall(
      role,
      timeMs,
      { action: `DeleteTrail${place}`, service: "cloudtrail", activity: "admin", src_network: "internet 198.51.100.0/24" },
      timeMs + minuteMs,
    ),
  );
  return [...calls, ...theft].sort((left, right) => left.receivedAtMs - right.receivedAtMs);
}

function raise(message: string): never {
  throw new Error(message);
}

/** Of each window the last that was told, and when it was told first. */
function facts(told: readonly Told[]): string[] {
  const byWindow = Map.groupBy(told, ({ raised: { window } }) => `${window.momentMs} ${window.identityUid}`);
  return [...byWindow]
    .map(([window, each]) => `${window} from ${each[0]?.raised.asOfMs} at last ${each.at(-1)?.raised.bits} news ${each.some(({ isNews }) => isNews)}`)
    .sort();
}

async function replayed(store: Store, fromMs: number, span = { toMs: endMs, tickMs }): Promise<Told[]> {
  const told: Told[] = [];
  for await (const day of watchedDays(asOfView(store, span.toMs), watch, span)) told.push(...day.told);
  return told.filter(({ raised }) => raised.asOfMs > fromMs);
}

describe("fed as it comes", () => {
  let temporary: TemporaryStore;
  afterEach(() => temporary.close());

  /** Inserts what is visible by then, in batches of its own, before each tick. */
  async function live(
    all: readonly ReceivedAction[],
    visibleAtMs: (row: ReceivedAction) => number,
    more: Partial<LiveOptions> & { restarts?: boolean } = {},
  ) {
    const due = all.toSorted((left, right) => visibleAtMs(left) - visibleAtMs(right));
    const past = due.filter((row) => visibleAtMs(row) <= liveMs);
    temporary = await storeOf(past);
    const { store } = temporary;
    const told: Told[] = [];
    const options: LiveOptions = {
      ...{ store, watch, tickMs, graceMs, signal: new AbortController().signal },
      onTold: async (each) => void told.push(...each),
      ...more,
    };
    let detection = await LiveDetection.start(options);
    const reports = [];
    let place = past.length;
    for (let nowMs = liveMs; nowMs <= endMs + graceMs; nowMs += nowMs % hourMs === 0 ? graceMs : tickMs - (nowMs % tickMs)) {
      const visible = due.slice(place).filter((row) => visibleAtMs(row) <= nowMs);
      place += visible.length;
      if (visible.length > 0) await store.insertActions(await blockOf(visible));
      if (more.restarts && nowMs === liveMs + 6 * hourMs) detection = await LiveDetection.start(options);
      reports.push(await again(() => detection.tick(nowMs)));
    }
    return { store, told, reports };
  }

  /** As the loop does it, without the waiting. */
  async function again<Result>(call: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
      }
    }
  }

  test("it finds what a replay of all at once finds, at the same ticks; and goes on after a restart where it was", async () => {
    const { store, told } = await live(rows(), ({ receivedAtMs }) => receivedAtMs, { restarts: true });
    const expected = facts(await replayed(store, 0));
    expect(expected.length).toBeGreaterThan(0);
    expect(facts(told)).toEqual(expected);
    expect(told.some(({ raised }) => raised.asOfMs > liveMs && raised.asOfMs < raised.window.momentMs)).toBe(true);
  });

  test("rows that become visible after their tick, and after their hour was judged, are found as if they had been there", async () => {
    const isSlow = ({ receivedAtMs }: ReceivedAction) => receivedAtMs > liveMs && receivedAtMs % (3 * minuteMs) === 0;
    const isVeryLate = ({ action }: ReceivedAction) => action.action.startsWith("DeleteTrail");
    const { store, told, reports } = await live(rows(), (row) => row.receivedAtMs + (isVeryLate(row) ? 90 * minuteMs : isSlow(row) ? graceMs : 0));
    expect(reports.some(({ hoursAgain }) => hoursAgain > 0)).toBe(true);
    const lastOf = (each: readonly Told[]) => facts(each).map((fact) => fact.replace(/from \d+ /, ""));
    expect(lastOf(told)).toEqual(expect.arrayContaining(lastOf(await replayed(store, 0))));
  });

  /** From here on: the times of reception that are read, from (without) to (with), as minutes since the start of what is live. */
  function readingsOf(store: Store): () => [number, number][] {
    const asked = vi.spyOn(store, "query").mock.calls;
    return () =>
      asked.flatMap(([{ name }, parameters]) => {
        if (name !== "identity-hours") return [];
        const { from_ms, to_ms } = parameters as { from_ms: number; to_ms: number };
        return [[(from_ms - liveMs) / minuteMs, (to_ms - liveMs) / minuteMs]];
      });
  }

  test("what was read is read again where rows became visible since or a later stage came, and not otherwise", async () => {
    const at = (minute: number, fields: object, seenMinute = minute) => ({
      row: roleCall("six", liveMs + minute * minuteMs - 1000, fields, liveMs + minute * minuteMs - 500),
      visibleMs: liveMs + seenMinute * minuteMs,
    });
    const stage = { event_uid: "staged", time: liveMs - 5000 };
    const all = [
      ...[at(1, {}), at(2, {}), at(3, {}), at(3, {}, 4), at(5, {}), at(6, {})],
      ...[at(7, { ...stage, event_rank: 1 }), at(8, { event_rank: 2 }), at(9, { ...stage, event_rank: 2 }), at(10, { event_rank: 2 })],
    ];
    temporary = await storeOf([roleCall("six", liveMs - 5 * minuteMs, {}, liveMs - 5 * minuteMs)]);
    const { store } = temporary;
    const readings = readingsOf(store);
    const detection = await LiveDetection.start({
      store,
      watch,
      tickMs: minuteMs,
      graceMs,
      signal: new AbortController().signal,
      onTold: async () => undefined,
    });
    for (let minute = 0; minute <= 10; minute++) {
      const visible = all.filter(({ visibleMs }) => visibleMs === liveMs + minute * minuteMs).map(({ row }) => row);
      if (visible.length > 0) await store.insertActions(await blockOf(visible));
      await detection.tick(liveMs + minute * minuteMs + 5000);
    }
    const inHour = readings().filter(([, to]) => to > 0);
    // The hour before is judged two minutes after its end, so that the first two are read together.
    const once = [4, 5, 6, 7].map((from) => [from, from + 1]);
    expect(inHour).toEqual([[0, 2], [2, 3], [1, 4], ...once, [6, 9], [9, 10]]);
  });

  test("a store that has just begun is read from the start of the hour of its first row", async () => {
    temporary = await storeOf([roleCall("six", liveMs, {}, liveMs + minuteMs), roleCall("six", liveMs, {}, liveMs + 3 * minuteMs)]);
    const { store } = temporary;
    const readings = readingsOf(store);
    const options = { store, watch, tickMs: minuteMs, graceMs, signal: new AbortController().signal, onTold: async () => undefined };
    const { askedMs } = await (await LiveDetection.start(options)).tick(liveMs + 7 * minuteMs);
    expect(askedMs).toBe(liveMs + 7 * minuteMs);
    expect(readings()).toEqual([
      [0, 1],
      [1, 7],
    ]);
  });

  test("an hour of many rows is read in parts, whether it is over or goes on, and found as if it had been read at once", async () => {
    const untilMs = liveMs + 32 * minuteMs;
    const busy = Array.from({ length: 6 * 60 + 32 }, (_, minute) => {
      const timeMs = liveMs - 6 * hourMs + minute * minuteMs + 1;
      return roleCall("three", timeMs, {}, timeMs);
    });
    const theft = [liveMs - 30 * minuteMs, liveMs + 20 * minuteMs].map((timeMs) =>
      roleCall("two", timeMs, { action: "DeleteTrail", service: "cloudtrail", activity: "admin", src_network: "internet 198.51.100.0/24" }, timeMs),
    );
    temporary = await storeOf([...rows().filter(({ receivedAtMs }) => receivedAtMs <= liveMs), ...busy, ...theft]);
    const { store } = temporary;
    const expected = facts(await replayed(store, 0, { toMs: untilMs, tickMs: minuteMs }));
    const readings = readingsOf(store);
    const told: Told[] = [];
    const options = { store, watch, tickMs: minuteMs, graceMs, rowsAtOnce: 10, signal: new AbortController().signal };
    const detection = await LiveDetection.start({ ...options, onTold: async (each) => void told.push(...each) });
    await detection.tick(untilMs);
    const parts = readings().filter(([from]) => from >= -60);
    expect(parts.filter(([from]) => from < 0).length).toBeGreaterThan(3);
    expect(parts.filter(([from]) => from >= 0).length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(([from, to]) => to - from))).toBeLessThan(20);
    expect(expected.length).toBeGreaterThan(1);
    expect(facts(told)).toEqual(expected);
  });

  test("of an identity that shows more than is kept of an hour, the same is kept as by a replay", async () => {
    const touched = (name: string, minute: number) =>
      Array.from({ length: 700 }, (_, index) => {
        const resource = `arn:aws:s3:::${name}-${String(index).padStart(3, "0")}`;
        const resources = {
          resource_uids: [resource],
          resource_types: ["bucket"],
          resource_accounts: [""],
          resource_patterns: [resource],
          resource_scopes: [resource],
        };
        const timeMs = liveMs + minute * minuteMs + index;
        return roleCall("two", timeMs, resources, timeMs);
      });
    const { store, told } = await live([...rows(), ...touched("z", 10), ...touched("a", 40)], ({ receivedAtMs }) => receivedAtMs);
    const shown = (each: readonly Told[]) => {
      const last = each.findLast(({ raised: { window } }) => window.momentMs === liveMs + hourMs && window.identityUid.endsWith("two"));
      return last?.raised.window.hours.flatMap(({ things }) => things);
    };
    const expected = shown(await replayed(store, 0));
    expect(expected?.length).toBe(1000);
    expect(shown(told)).toEqual(expected);
  });

  test("a tick that fails for a passing reason, in reading or in keeping what was found or which detector failed, changes nothing when it is asked again", async () => {
    let calls = 0;
    const thrower = { ...newNetwork, id: "thrower", score: () => raise("boom") };
    const failed = new Set<string>();
    const onParked = async (parked: readonly ParkedOnDay[]) => {
      if (calls++ % 2 === 0) throw new TransientError("no room");
      for (const { id, reason, dayMs: ofDay } of parked) failed.add(`${id} ${reason} on day ${(ofDay - startMs) / dayMs}`);
    };
    const kept: Told[] = [];
    const onTold = async (each: readonly Told[]) => {
      if (calls++ % 2 === 0) throw new TransientError("no room");
      kept.push(...each);
    };
    const { store } = await live(rows(), ({ receivedAtMs }) => receivedAtMs, {
      onTold,
      onParked,
      watch: { ...watch, detectors: [...detectors, thrower] },
    });
    expect(facts(kept)).toEqual(facts(await replayed(store, 0)));
    // What is received at midnight belongs to the day before.
    expect([...failed]).toEqual(Array.from({ length: 14 }, (_, day) => `thrower threw: boom on day ${day - 1}`));
  });
});
