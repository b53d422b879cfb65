// How many rows a block of records takes, and what becomes of memory that it is given.
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { RecordBlockBuilder } from "../../storage/record-block.ts";
import { received } from "./action-rows.ts";

const { action, receivedAtMs } = received({ event_uid: "e" });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("a block is full with as many rows as it was made for, holds them all, and refuses one more", async () => {
  const block = new RecordBlockBuilder(2);
  const append = (raw: string) => block.append(action, receivedAtMs, [0, 0], Buffer.from(raw), 0, raw.length);
  append("one");
  expect([block.isFull, block.rawBytes]).toEqual([false, 3]);
  append("two");
  expect([block.isFull, block.rawBytes]).toEqual([true, 6]);
  expect(() => append("three")).toThrow(RangeError);
  expect((await block.finish()).rows).toBe(2);
});

test("records are written over the memory of a former block, and beyond it where it is too small", async () => {
  const memory = Buffer.from("what was there before").buffer.slice(0, 4);
  const block = new RecordBlockBuilder(3, memory);
  for (const raw of ["ab", "c", "defghij"]) block.append(action, receivedAtMs, [0, 0], Buffer.from(raw), 0, raw.length);
  const { chunks } = await block.finish();
  expect([...(tableFromIPC(Buffer.concat(chunks)).getChild("raw") ?? [])].map(text)).toEqual(["ab", "c", "defghij"]);
});
