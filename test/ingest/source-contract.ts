// What every source promises (ingest/source.ts), as tests that each source's own test file runs on itself.
import { expect, test } from "vitest";
import type { Source, SourceBatch } from "../../ingest/source.ts";
import type { JsonObject } from "../../model/json.ts";

export interface SourceFixture {
  /** A new source over an input that holds exactly `records`, in more than one batch. */
  readonly open: () => Source;
  readonly records: readonly JsonObject[];
}

const never = new AbortController().signal;

/** Reads a source to its end, remembering cursors as the pipeline would: only of batches that are "durable". */
export async function readAll(source: Source, cursors: Map<string, string>, signal: AbortSignal = never): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = [];
  const known = async (partitions: readonly string[]) =>
    new Map(partitions.flatMap((partition) => (cursors.has(partition) ? [[partition, cursors.get(partition) ?? ""] as const] : [])));
  for await (const batch of source.read({ cursors: known, signal })) {
    batches.push(batch);
    for (const { partition, position } of batch.cursors) cursors.set(partition, position);
    await batch.ack();
  }
  await source.close();
  return batches;
}

export const valuesOf = (batches: readonly SourceBatch[]): JsonObject[] => batches.flatMap(({ values }) => [...values]);

export function testSourceContract(name: string, makeFixture: () => SourceFixture): void {
  test(`${name}: hands over every record once, with the bytes it was parsed from`, async () => {
    const { open, records } = makeFixture();
    const batches = await readAll(open(), new Map());
    expect(batches.length).toBeGreaterThan(1);
    expect(valuesOf(batches)).toEqual(records);
    for (const { bytes, ranges, values } of batches) {
      expect(ranges).toHaveLength(values.length * 2);
      for (const [index, value] of values.entries())
        expect(JSON.parse(bytes.toString("utf8", ranges[index * 2], ranges[index * 2 + 1]))).toEqual(value);
    }
  });

  test(`${name}: what was read stays as it was when the bytes of each batch are released before the next one is asked for`, async () => {
    const { open, records } = makeFixture();
    const source = open();
    const seen: JsonObject[] = [];
    for await (const { values, release } of source.read({ cursors: async () => new Map(), signal: never })) {
      seen.push(...values);
      release();
    }
    await source.close();
    expect(seen).toEqual(records);
  });

  test(`${name}: after a crash at any batch, reading again from the cursors that were durable loses nothing`, async () => {
    const { open, records } = makeFixture();
    const total = (await readAll(open(), new Map())).length;
    for (let crashAfter = 0; crashAfter < total; crashAfter++) {
      const cursors = new Map<string, string>();
      const seen: JsonObject[] = [];
      const source = open();
      let durable = 0;
      for await (const batch of source.read({ cursors: async () => new Map(), signal: never })) {
        if (durable++ === crashAfter) break;
        seen.push(...batch.values);
        for (const { partition, position } of batch.cursors) cursors.set(partition, position);
      }
      await source.close();
      seen.push(...valuesOf(await readAll(open(), cursors)));
      const distinct = new Set(seen.map((value) => JSON.stringify(value)));
      expect(distinct.size).toBe(records.length);
    }
  });

  test(`${name}: after an abort it yields nothing more and returns`, async () => {
    const { open } = makeFixture();
    const stop = new AbortController();
    const source = open();
    let batches = 0;
    for await (const _ of source.read({ cursors: async () => new Map(), signal: stop.signal })) {
      batches++;
      stop.abort();
    }
    expect(batches).toBe(1);
    await source.close();
  });

  test(`${name}: may be closed before it is read, and twice`, async () => {
    const source = makeFixture().open();
    await source.close();
    await source.close();
  });
}
