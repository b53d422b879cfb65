// What V8's collector is told: how memory outside its heap counts, for all threads of the process, and when to give back what a burst of work left. It
// stands alone because it is told by flags of V8, which differ by version.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Whoever moves blocks of many megabytes between threads makes V8 of Node 24 mark the whole heap for each 64 MB of them, which took a sixth of an
 * ingest's CPU time (docs/performance.md). Counted with the heap, they begin a marking where both together have grown by seven tenths.
 */
export function countBuffersWithHeap(): void {
  // Other versions may not know these flags, and would say so on standard error.
  if (!process.versions.v8.startsWith("13.")) return;
  setFlagsFromString("--external-memory-accounted-in-global-limit");
  setFlagsFromString("--heap-growing-percent=70");
}

/** Less is left to V8: to mark a heap takes a millisecond for each, about (docs/performance.md). */
const worthwhileBytes = 64 * 1024 * 1024;
let collect: NodeJS.GCFunction | undefined;
/** Of this thread, after the last time. */
let keptBytes = 0;

/**
 * For whoever did much at once and then rests: what it left would stay until as much was made anew, which may be many minutes. Does nothing where
 * the heap has not grown by much since the last time.
 */
export function giveHeapBack(): void {
  if (getHeapStatistics().total_heap_size - keptBytes < worthwhileBytes) return;
  collect ??= collector();
  // Whatever else it is told, V8 keeps emptied pages for seconds.
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
  keptBytes = getHeapStatistics().total_heap_size;
}

/** Node has no other way to it than this flag, which counts for contexts that are made after it. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
