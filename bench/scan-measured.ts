// One scan in a process of its own, with its figures as JSON on the last line: node bench/scan-measured.ts FOLDER STORE [WORKERS]
import { openStore } from "../pipeline/build.ts";
import { loadConfig } from "../pipeline/config.ts";
import { scan } from "../pipeline/scan.ts";

const [corpus = "", folder = "", workers] = process.argv.slice(2);
const config = loadConfig({ environment: { HOME: folder }, workingFolder: process.cwd(), platform: process.platform, store: `${folder}/db` });
const store = await openStore(config.store);
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const summary = await scan({
  store,
  config: workers === undefined ? config : { ...config, workers: Number(workers) },
  paths: [corpus],
  signal: new AbortController().signal,
});
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
    rejected: summary.rejected,
  }),
);
