// What waits in a worker: whatever is taken when, each row is handed over once, and its record before its action.
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type BlockPair, PendingBlocks, scanBlocks } from "../../pipeline/pending-blocks.ts";
import type { ArrowBlock } from "../../storage/store.ts";
import { received } from "../storage/action-rows.ts";

const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("records" as const, "all" as const)), { maxLength: 30 });
/** Small ones are full within a batch; of the others another batch finds room, or none. */
const sizes = fc.record({ recordRows: fc.constantFrom(1, 3, 1004, 2000), actionRows: fc.constantFrom(2, 7, 1010, 2000) });

const uidsOf = ({ chunks }: ArrowBlock) => [...(tableFromIPC(Buffer.concat(chunks)).getChild("event_uid") ?? [])].map(String);

test("each row is in one block of records and in one of actions, actions in order, and no action is handed over before its record", async () => {
  const property = fc.asyncProperty(sizes, steps, async (given, taken) => {
    const blocks = new PendingBlocks(given);
    const [records, actions]: [string[], string[]] = [[], []];
    let appended = 0;
    const write = async (pair: Partial<BlockPair>) => {
      if (pair.records !== undefined) records.push(...uidsOf(await pair.records.finish()));
      if (pair.actions === undefined) return;
      for (const uid of uidsOf(await pair.actions.finish())) {
        actions.push(uid);
        expect(records).toContain(uid);
      }
    };
    for (const step of [...taken, "all" as const]) {
      if (step === "records") for (const each of blocks.takeRecords()) await write({ records: each });
      else if (step === "all") for (const pair of blocks.takeAll()) await write(pair);
      else
        for (let row = 0; row < step; row++) {
          const { action, receivedAtMs, raw } = received({ event_uid: `e${appended++}` });
          blocks.append(action, receivedAtMs, Buffer.from(raw), 0, raw.length, {});
          expect(blocks.areRecordsDue || given.recordRows > 1000).toBe(true);
        }
      expect(blocks.rows).toBe(appended - actions.length);
    }
    const all = Array.from({ length: appended }, (_, index) => `e${index}`);
    expect(records.sort()).toEqual(all.toSorted());
    expect(actions).toEqual(all);
  });
  await fc.assert(property);
});

test("the record of a row is its own bytes, under the key and the version of its action", async () => {
  const blocks = new PendingBlocks({ recordRows: 10, actionRows: 10 });
  const rows = [received({ event_uid: "e0", identity_uid: "a" }), received({ event_uid: "e1", identity_uid: "b", event_rank: 2 }, 7, '{"é":1}')];
  for (const { action, receivedAtMs, raw } of rows) {
    const bytes = Buffer.from(`before${raw}behind`);
    blocks.append(action, receivedAtMs, bytes, 6, bytes.length - 6, {});
  }
  const [pair] = blocks.takeAll();
  const read = (block: ArrowBlock | undefined, columns: readonly string[]) =>
    tableFromIPC(Buffer.concat(block?.chunks ?? []))
      .toArray()
      .map((row) => columns.map((column) => String(row[column])));
  const records = await pair?.records.finish();
  expect(read(records, ["raw"])).toEqual(rows.map(({ raw }) => [Buffer.from(raw).join(",")]));
  const key = ["identity_uid", "time", "event_uid", "version", "received_at"];
  expect(read(records, key)).toEqual(read(await pair?.actions?.finish(), key));
});

test("large records are handed over long before their rows fill a block, and so are their actions, whose texts may be as large", () => {
  const blocks = new PendingBlocks(scanBlocks);
  const { action, receivedAtMs } = received({ event_uid: "large" });
  const large = Buffer.alloc(16 * 1024 * 1024);
  const taken: [afterRows: number, what: string][] = [];
  for (let rows = 1; rows <= 24; rows++) {
    blocks.append(action, receivedAtMs, large, 0, large.length, {});
    if (blocks.areActionsDue) taken.push([rows, `all in ${blocks.takeAll().length}`]);
    else if (blocks.areRecordsDue) taken.push([rows, `records in ${blocks.takeRecords().length}`]);
  }
  const pattern = (first: number) => [
    [first + 5, "records in 1"],
    [first + 10, "records in 1"],
    [first + 11, "all in 1"],
  ];
  expect(taken).toEqual([...pattern(0), ...pattern(11)]);
});

test("an envelope of more and larger records than blocks hold is cut into several, each action behind its record", () => {
  const blocks = new PendingBlocks(scanBlocks);
  const { action, receivedAtMs } = received({ event_uid: "large" });
  const large = Buffer.alloc(16 * 1024 * 1024);
  for (let rows = 1; rows <= 24; rows++) blocks.append(action, receivedAtMs, large, 0, large.length, {});
  expect(blocks.takeAll().map(({ records, actions }) => [records.rows, actions?.rows])).toEqual([
    [5, undefined],
    [5, undefined],
    [1, 11],
    [5, undefined],
    [5, undefined],
    [1, 11],
    [2, 2],
  ]);
});
