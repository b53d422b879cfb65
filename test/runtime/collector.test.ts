// Memory that a burst of work takes and leaves in V8's heap.
import { GCProfiler, getHeapStatistics } from "node:v8";
import { expect, test } from "vitest";
import { boundHeap, giveHeapBack } from "../../runtime/collector.ts";

const mebibyte = 1024 * 1024;
const heapBytes = () => getHeapStatistics().total_heap_size;

function collectionsDuring(work: () => void): string[] {
  const profiler = new GCProfiler();
  profiler.start();
  work();
  return profiler.stop().statistics.flatMap(({ gcType }) => (gcType === "Scavenge" ? [] : [gcType]));
}

/** Until the heap is so much larger; then nobody holds any of it. */
function burst(sizeBytes: number): void {
  const untilBytes = heapBytes() + sizeBytes;
  for (const made: object[] = []; heapBytes() < untilBytes; ) for (let each = 0; each < 10_000; each++) made.push({ each });
}

test.each([
  ["within a burst of work", boundHeap],
  ["after one", giveHeapBack],
])("what is left in the heap %s is given back at once, and a heap that has not grown is left alone", (_, giveBack) => {
  giveHeapBack();
  const restingBytes = heapBytes();
  burst(256 * mebibyte);
  giveBack();
  expect(heapBytes()).toBeLessThan(restingBytes + 64 * mebibyte);
  expect(collectionsDuring(giveBack)).toEqual([]);
});
