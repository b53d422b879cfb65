// How many rows a block of actions takes; what becomes of them is in the stores' conformance suite.
import { expect, test } from "vitest";
import { ActionBlockBuilder } from "../../storage/action-block.ts";
import { received } from "./action-rows.ts";

test("a block is full with as many rows as it was made for, holds them all, and refuses one more", async () => {
  const block = new ActionBlockBuilder(3);
  const append = (uid: string) => {
    const { action, receivedAtMs } = received({ event_uid: uid, resource_uids: ["one", "two"], delegation: ["someone"] });
    block.append(action, receivedAtMs, [0, 0]);
  };
  for (const uid of ["a", "b"]) append(uid);
  expect(block.isFull).toBe(false);
  append("c");
  expect(block.isFull).toBe(true);
  expect(() => append("d")).toThrow(RangeError);
  expect((await block.finish()).rows).toBe(3);
});
