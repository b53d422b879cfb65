// One scan in a process of its own, with its figures as JSON on the last line: node bench/scan-measured.ts FOLDER STORE RECORDS [WORKERS]
import { openStore } from "../pipeline/build.ts";
import { loadConfig } from "../pipeline/config.ts";
import { scan } from "../pipeline/scan.ts";

const [corpus = "", folder = "", records = "", workers] = process.argv.slice(2);
const config = loadConfig({ environment: { HOME: folder }, workingFolder: process.cwd(), platform: process.platform, store: `${folder}/db` });
const store = await openStore(config.store);
const tenths = tenthsOf(Number(records));
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const summary = await scan({
  store,
  config: workers === undefined ? config : { ...config, workers: Number(workers) },
  paths: [corpus],
  signal: new AbortController().signal,
  onProgress: (progress) => tenths.note(progress.records, progress.elapsedMs),
});
tenths.note(summary.records, summary.seconds * 1000);
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
await store.close();
console.log(
  JSON.stringify({
    rows: summary.stored,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    records: summary.records,
    tenths: tenths.done,
    rejected: summary.rejected,
  }),
);

/**
 * Events a second and CPU time an event within each tenth of the records, as the worker reads them: at most two blocks later they are
 * durable. CPU time is the whole process's, and says more where other work takes turns with it.
 */
function tenthsOf(total: number): { readonly done: readonly Tenth[]; note(records: number, elapsedMs: number): void } {
  const done: Tenth[] = [];
  let before = { records: 0, elapsedMs: 0, cpuMicros: cpuMicros() };
  return {
    done,
    note(records, elapsedMs) {
      if (records < ((done.length + 1) * total) / 10) return;
      const now = { records, elapsedMs, cpuMicros: cpuMicros() };
      const read = records - before.records;
      done.push({ eventsPerSecond: (read * 1000) / (elapsedMs - before.elapsedMs), cpuMicros: (now.cpuMicros - before.cpuMicros) / read });
      before = now;
    },
  };
}

interface Tenth {
  readonly eventsPerSecond: number;
  /** An event. */
  readonly cpuMicros: number;
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
