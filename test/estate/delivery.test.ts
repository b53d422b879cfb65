// How late records arrive, how many come twice, and that nothing is lost: over a hundred thousand records of one stream.
import { expect, test } from "vitest";
import { hourMs, minuteMs } from "../../estate/calendar.ts";
import { Delivery, type Silence } from "../../estate/delivery.ts";
import { Random } from "../../estate/random.ts";
import type { NativeRecord, Stream } from "../../estate/records/native-record.ts";

const startMs = Date.UTC(2026, 9, 24);
const hours = 50;
const perHour = 2_000;
const stream: Stream = {
  id: "aws/111122223333/eu-west-1",
  layout: "cloudtrail-s3",
  place: { account: "111122223333", region: "eu-west-1" },
  delayMs: 270_000,
};

interface Arrival {
  readonly id: number;
  readonly happenedMs: number;
  /** When its file was complete: up to five minutes after its own arrival. */
  readonly arrivedMs: number;
}

function deliver(silences: readonly Silence[]): Arrival[] {
  const random = Random.ofSeed(1);
  const delivery = new Delivery(random, silences);
  const arrivals: Arrival[] = [];
  const take = (files: ReturnType<Delivery["filesUntil"]>): void => {
    for (const { text, deliveredMs } of files) {
      const { Records } = JSON.parse(text) as { Records: { id: number; happenedMs: number }[] };
      for (const { id, happenedMs } of Records) arrivals.push({ id, happenedMs, arrivedMs: deliveredMs });
    }
  };
  for (let hour = 0; hour < hours; hour++) {
    const openMs = startMs + hour * hourMs;
    for (let number = 0; number < perHour; number++) {
      const [id, happenedMs] = [hour * perHour + number, openMs + Math.floor((number * hourMs) / perHour)];
      const record: NativeRecord = { uid: String(id), text: JSON.stringify({ id, happenedMs }), stream, makes: "action", afterMs: 0 };
      delivery.add(record, happenedMs, openMs, random);
    }
    take(delivery.filesUntil(openMs + hourMs));
  }
  take(delivery.filesAfter(startMs + hours * hourMs));
  return arrivals;
}

const arrivals = deliver([]);
const shareOf = (isSo: (delayMs: number) => boolean) =>
  arrivals.filter(({ happenedMs, arrivedMs }) => isSo(arrivedMs - happenedMs)).length / arrivals.length;

test("every record arrives, none before it happened", () => {
  expect(new Set(arrivals.map(({ id }) => id)).size).toBe(hours * perHour);
  expect(shareOf((delayMs) => delayMs < 0)).toBe(0);
});

test("5 % come late by up to six hours, 0.5 % by up to 48, none later", () => {
  const late = shareOf((delayMs) => delayMs > 25 * minuteMs && delayMs <= 6 * hourMs);
  expect(late).toBeGreaterThan(0.046);
  expect(late).toBeLessThan(0.053);
  const veryLate = shareOf((delayMs) => delayMs > 6 * hourMs + 5 * minuteMs);
  expect(veryLate).toBeGreaterThan(0.004);
  expect(veryLate).toBeLessThan(0.006);
  expect(shareOf((delayMs) => delayMs > 48 * hourMs + 2 * hourMs)).toBe(0);
});

test("a few come twice", () => {
  const doubled = arrivals.length / (hours * perHour) - 1;
  expect(doubled).toBeGreaterThan(0.002);
  expect(doubled).toBeLessThan(0.004);
});

test("they come out of order", () => {
  const backwards = arrivals.filter(({ happenedMs }, number) => happenedMs < (arrivals[number - 1]?.happenedMs ?? 0)).length;
  expect(backwards).toBeGreaterThan(arrivals.length / 10);
});

test("nothing of a silent source arrives while it is silent, and all of it afterwards", () => {
  const silence = { streams: "aws/111122223333", fromMs: startMs + 10 * hourMs, untilMs: startMs + 13 * hourMs };
  const silenced = deliver([silence]);
  expect(silenced.filter(({ arrivedMs }) => arrivedMs > silence.fromMs && arrivedMs < silence.untilMs)).toEqual([]);
  expect(silenced.filter(({ arrivedMs }) => arrivedMs >= silence.untilMs && arrivedMs < silence.untilMs + hourMs).length).toBeGreaterThan(
    3 * perHour,
  );
  expect(new Set(silenced.map(({ id }) => id)).size).toBe(hours * perHour);
});
