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

const mebibyte = 1024 * 1024;
/** Less is left to V8: a collection takes more than a millisecond for each mebibyte that lives (docs/performance.md). */
const mostGrowthBytes = 64 * mebibyte;
const mostLeftBytes = 16 * mebibyte;
let collect: NodeJS.GCFunction | undefined;
/** Of this thread, after the last collection of either kind, and after the last one at rest. */
let keptBytes = 0;
let restingBytes = 0;

/** For whoever makes much at once, now and then while at it: by itself V8 lets a heap grow to nearly twice what lives, and keeps what it grew to. */
export function boundHeap(): void {
  if (heapBytes() - keptBytes > Math.max(mostGrowthBytes, keptBytes / 2)) giveBack();
}

/** For whoever made much, and rests: what was left would stay until as much is made anew, which may be many minutes. */
export function giveHeapBack(): void {
  if (heapBytes() - restingBytes < mostLeftBytes) return;
  giveBack();
  restingBytes = keptBytes;
}

function giveBack(): void {
  collect ??= collector();
  // Whatever else it is told, V8 keeps emptied pages for seconds.
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
  keptBytes = heapBytes();
}

function heapBytes(): number {
  return getHeapStatistics().total_heap_size;
}

/** Node has no other way to it than this flag, which counts for contexts that are made after it. Where V8 does not know it, V8 does as it will. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString("--expose-gc");
  return runInNewContext("typeof gc === 'function' ? gc : () => undefined");
}
