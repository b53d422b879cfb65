// Memory that a burst of work left in V8's heap.
import { GCProfiler, getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";
import { giveHeapBack } from "../../runtime/collector.ts";

const mebibyte = 1024 * 1024;
const heapBytes = () => getHeapStatistics().total_heap_size;

test("what a burst of work left in the heap is given back at once, and a heap that has not grown is left alone", () => {
  giveHeapBack();
  const restingBytes = heapBytes();
  let made: object[] | undefined = [];
  while (heapBytes() < restingBytes + 160 * mebibyte) for (let each = 0; each < 10_000; each++) made.push({ each });
  made = undefined;
  giveHeapBack();
  expect(heapBytes()).toBeLessThan(restingBytes + 64 * mebibyte);
  const profiler = new GCProfiler();
  profiler.start();
  giveHeapBack();
  expect(profiler.stop().statistics.filter(({ gcType }) => gcType !== "Scavenge")).toEqual([]);
});
