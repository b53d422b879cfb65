// How V8's collector counts memory outside its heap, for all threads of the process. It stands alone because it is told by flags of V8, which differ by version.
import { setFlagsFromString } from "node:v8";

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
