// When and in which file a record arrives: most within minutes, some late by hours or days, a few twice, none in order, and nothing
// of a source that is silent. Memory holds what is late and the files of one hour, whatever the length of the period.
import { hourMs, minuteMs } from "./calendar.ts";
import type { Packing } from "./layouts/layout.ts";
import { layouts } from "./layouts/registry.ts";
import type { Random } from "./random.ts";
import type { NativeRecord, Stream } from "./records/native-record.ts";

/** A source of which nothing is delivered for a while; then all of it. */
export interface Silence {
  /** Streams whose id starts so: aws/111122223333. */
  readonly streams: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface DeliveredFile {
  readonly path: string;
  readonly text: string;
  readonly packing: Packing;
  /** When its last record was delivered. */
  readonly deliveredMs: number;
  readonly records: number;
}

interface Delivered {
  readonly record: NativeRecord;
  readonly atMs: number;
  readonly order: number;
}

/** Of all records: late by up to two days, late by up to six hours, delivered twice. */
const veryLateShare = 0.005;
const lateShare = 0.05;
const doubledShare = 0.003;

export class Delivery {
  readonly #random: Random;
  readonly #silences: readonly Silence[];
  readonly #leastPeriodMs: number;
  readonly #waiting: Delivered[] = [];
  #order = 0;

  /** `leastPeriodMs`: files of layouts that write more often hold so long a time; divides an hour. */
  constructor(random: Random, silences: readonly Silence[], leastPeriodMs = 0) {
    this.#random = random;
    this.#leastPeriodMs = leastPeriodMs;
    this.#silences = silences;
  }

  /** `random` is the record's machine's; `openMs`: files of before are closed. */
  add(record: NativeRecord, atMs: number, openMs: number, random: Random): void {
    const first = atMs + delayOf(record.stream, random);
    this.#wait(record, Math.max(first, openMs), random);
    if (random.chance(doubledShare)) this.#wait(record, Math.max(first, openMs) + random.exponential(20 * minuteMs), random);
  }

  /** Files of everything delivered before that moment, a whole hour; each is complete. */
  *filesUntil(untilMs: number): Generator<DeliveredFile> {
    const files = new Map<string, { stream: Stream; startMs: number; delivered: Delivered[] }>();
    for (let next = this.#waiting[0]; next !== undefined && next.atMs < untilMs; next = this.#waiting[0]) {
      this.#pop();
      const { stream } = next.record;
      const periodMs = Math.max(layouts[stream.layout].periodMs, this.#leastPeriodMs);
      const startMs = Math.floor(next.atMs / periodMs) * periodMs;
      const key = `${stream.id} ${startMs}`;
      const file = files.get(key);
      if (file === undefined) files.set(key, { stream, startMs, delivered: [next] });
      else file.delivered.push(next);
    }
    for (const [key, { stream, startMs, delivered }] of files) {
      const layout = layouts[stream.layout];
      const random = this.#random.fork(key);
      const texts = delivered.map(({ record }) => record.text);
      yield {
        path: layout.path(stream, startMs, random),
        text: layout.text(texts, stream, random),
        packing: layout.packing,
        deliveredMs: delivered.at(-1)?.atMs ?? startMs,
        records: texts.length,
      };
    }
  }

  /** Whole hours from `hour` on, until nothing waits. */
  *filesAfter(hour: number): Generator<DeliveredFile> {
    for (let untilMs = hour + hourMs; this.#waiting.length > 0; untilMs += hourMs) yield* this.filesUntil(untilMs);
  }

  #wait(record: NativeRecord, wantedMs: number, random: Random): void {
    const silence = this.#silences.find(
      ({ streams, fromMs, untilMs }) => wantedMs >= fromMs && wantedMs < untilMs && record.stream.id.startsWith(streams),
    );
    const atMs = Math.floor(silence === undefined ? wantedMs : silence.untilMs + random.exponential(4 * minuteMs));
    this.#push({ record, atMs, order: this.#order++ });
  }

  /** A binary heap: the earliest delivery is the first. */
  #push(item: Delivered): void {
    const heap = this.#waiting;
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, item)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  #pop(): void {
    const heap = this.#waiting;
    const item = heap.pop();
    if (item === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const least = right !== undefined && isBefore(right, left) ? right : left;
      if (least === right) child++;
      if (isBefore(item, least)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = item;
  }
}

function isBefore(left: Delivered, right: Delivered): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

function delayOf(stream: Stream, random: Random): number {
  const kind = random.next();
  if (kind < veryLateShare) return random.between(6 * hourMs, 48 * hourMs);
  if (kind < veryLateShare + lateShare) return random.between(20 * minuteMs, 6 * hourMs);
  return random.logNormal(stream.delayMs, 0.45);
}
