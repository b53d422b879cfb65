// What every live source promises (ingest/source.ts, ingest/source-type.ts), as tests that each source's own test file runs on itself
// against the real thing or its stand-in.
import { expect, test } from "vitest";
import { InterningParser } from "../../ingest/decode/interning-parser.ts";
import type { Source, SourceBatch } from "../../ingest/source.ts";
import type { SourceContext, SourceObserver } from "../../ingest/source-type.ts";
import type { JsonObject } from "../../model/json.ts";

/** One input (topic, queue, container) of which nothing was read yet. */
export interface LiveSourceFixture {
  /** Another reader of the same input, as after a restart: it remembers nothing but what the provider and the cursors do. */
  readonly open: () => Source;
  /** Each value becomes a message (or object) of its own; resolves once the provider has it. */
  readonly publish: (messages: readonly Buffer[]) => Promise<void>;
  /** Where to go on is the provider's to keep; ours, if there is one, only tells what is missing. */
  readonly providerKeepsPosition?: true;
  readonly close: () => Promise<void>;
}

const quiet: SourceObserver = { onState: () => undefined, onLag: () => undefined, onGap: () => undefined };

export function sourceContext(overrides: Partial<SourceContext> = {}): SourceContext {
  return {
    id: "test",
    parser: new InterningParser(),
    observer: quiet,
    folder: "",
    secret: (reference) => {
      throw new Error(`no secret ${JSON.stringify(reference)}`);
    },
    ...overrides,
  };
}

/** Cursors of what is durable, as the pipeline keeps them. */
export type Cursors = Map<string, string>;

/**
 * Reads until `isEnough` says so, then stops the source. What `isDurable` denies is neither acknowledged nor are its cursors kept, as
 * where the process died before they were written.
 */
export async function readUntil(
  source: Source,
  cursors: Cursors,
  isEnough: (batches: readonly SourceBatch[]) => boolean,
  isDurable: (batch: SourceBatch) => boolean = () => true,
): Promise<SourceBatch[]> {
  const stop = new AbortController();
  const batches: SourceBatch[] = [];
  const known = async (partitions: readonly string[]) =>
    new Map(partitions.flatMap((partition) => (cursors.has(partition) ? [[partition, cursors.get(partition) ?? ""] as const] : [])));
  try {
    for await (const batch of source.read({ cursors: known, signal: stop.signal })) {
      batches.push(batch);
      if (isDurable(batch)) {
        for (const { partition, position } of batch.cursors) cursors.set(partition, position);
        await batch.ack();
      }
      if (isEnough(batches)) stop.abort();
    }
  } finally {
    await source.close();
  }
  return batches;
}

export const valuesOf = (batches: readonly SourceBatch[]): JsonObject[] => batches.flatMap(({ values }) => [...values]);

const record = (number: number): JsonObject => ({ eventID: `event-${number}`, eventSource: "s3.amazonaws.com", number });
const records = (from: number, to: number): JsonObject[] => Array.from({ length: to - from }, (_, index) => record(from + index));
const encoded = (values: readonly JsonObject[]): Buffer[] => values.map((value) => Buffer.from(JSON.stringify(value)));
const numbersOf = (batches: readonly SourceBatch[]): number[] =>
  [...new Set(valuesOf(batches).map(({ number }) => Number(number)))].sort((a, b) => a - b);
const numbers = (from: number, to: number): number[] => records(from, to).map(({ number }) => Number(number));
const hold =
  (...wanted: number[]) =>
  (batches: readonly SourceBatch[]) => {
    const seen = new Set(numbersOf(batches));
    return wanted.every((number) => seen.has(number));
  };

export function testLiveSourceContract(name: string, makeFixture: () => Promise<LiveSourceFixture>): void {
  const withFixture = (use: (fixture: LiveSourceFixture) => Promise<void>) => async () => {
    const fixture = await makeFixture();
    await use(fixture).finally(() => fixture.close());
  };

  test(
    `${name}: hands over every record, with the bytes it was parsed from, and goes on with what comes later`,
    withFixture(async ({ open, publish }) => {
      await publish(encoded(records(0, 30)));
      let isMore = false;
      const batches = await readUntil(open(), new Map(), (seen) => {
        if (hold(...numbers(0, 30))(seen) && !isMore) {
          isMore = true;
          void publish(encoded(records(30, 40)));
        }
        return hold(...numbers(0, 40))(seen);
      });
      expect(numbersOf(batches)).toEqual(numbers(0, 40));
      for (const { bytes, ranges, values } of batches) {
        expect(ranges).toHaveLength(values.length * 2);
        for (const [index, value] of values.entries())
          expect(JSON.parse(bytes.toString("utf8", ranges[index * 2], ranges[index * 2 + 1]))).toEqual(value);
      }
    }),
  );

  test(
    `${name}: what was not acknowledged comes again to the next reader, and what was does not; a stored position that is cut, empty, another's or older loses nothing`,
    withFixture(async ({ open, publish, providerKeepsPosition }) => {
      const cursors: Cursors = new Map();
      await publish(encoded(records(0, 10)));
      await readUntil(open(), cursors, hold(...numbers(0, 10)));
      const older: Cursors = new Map(cursors);
      await publish(encoded(records(10, 20)));
      const lost = await readUntil(open(), cursors, hold(...numbers(10, 20)), () => false);
      expect(numbersOf(lost)).toEqual(numbers(10, 20));
      await publish(encoded(records(20, 21)));
      const again = await readUntil(open(), cursors, hold(...numbers(10, 21)));
      expect(numbersOf(again)).toEqual(numbers(10, 21));
      if (cursors.size === 0) return;
      if (providerKeepsPosition !== true)
        expect(numbersOf(await readUntil(open(), older, hold(...numbers(10, 21)))).slice(-11)).toEqual(numbers(10, 21));
      for (const [index, damage] of [(position: string) => position.slice(0, -4), () => "", () => '{"of":"another version"}'].entries()) {
        const damaged: Cursors = new Map([...cursors].map(([partition, position]) => [partition, damage(position)]));
        const next = 21 + index;
        if (providerKeepsPosition === true) await publish(encoded(records(next, next + 1)));
        const wanted = providerKeepsPosition === true ? numbers(next, next + 1) : numbers(0, 21);
        expect(numbersOf(await readUntil(open(), damaged, hold(...wanted)))).toEqual(wanted);
      }
    }),
  );

  test(
    `${name}: a hostile message between good ones takes none along, and is named`,
    withFixture(async ({ open, publish }) => {
      const hostile = [Buffer.from('{"Records":[{"eventID":"cut'), Buffer.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3]), Buffer.from("[".repeat(5000))];
      await publish([...encoded(records(0, 3)), ...hostile, ...encoded(records(3, 6))]);
      const named = (batches: readonly SourceBatch[]) =>
        new Set(batches.flatMap((batch) => batch.rejected.map(({ offset }) => batch.messageAt?.(offset).origin ?? batch.origin)));
      const isEnough = (seen: readonly SourceBatch[]) => hold(...numbers(0, 6))(seen) && named(seen).size >= hostile.length;
      expect(numbersOf(await readUntil(open(), new Map(), isEnough))).toEqual(numbers(0, 6));
    }),
  );

  test(
    `${name}: an abort while it waits for more ends it, and so does close`,
    withFixture(async ({ open, publish }) => {
      await publish(encoded(records(0, 1)));
      const stop = new AbortController();
      const source = open();
      const batches: SourceBatch[] = [];
      for await (const batch of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
        batches.push(batch);
        await batch.ack();
        setTimeout(() => stop.abort(), 200);
      }
      expect(numbersOf(batches)).toEqual([0]);
      await source.close();
      await source.close();
    }),
  );

  test(
    `${name}: may be closed before it is read, and twice`,
    withFixture(async ({ open }) => {
      const source = open();
      await source.close();
      await source.close();
    }),
  );
}
