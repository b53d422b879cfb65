// One estate in a process of its own, with its figures as JSON on the last line: node bench/estate-measured.ts FOLDER SEED IDENTITIES DAYS
import { standardAttacks } from "../estate/attacks/registry.ts";
import { generateEstate } from "../estate/generate.ts";
import { providers } from "../model/identity-action.ts";

const [folder = "", seed, identities, days] = process.argv.slice(2);
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const { records, files, bytes } = await generateEstate({
  ...{ folder, seed: Number(seed), identities: Number(identities), days: Number(days) },
  ...{ startMs: Date.UTC(2026, 9, 12), providers, orders: standardAttacks, isForced: true },
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
const { user, system } = process.cpuUsage(cpuBefore);
console.log(
  JSON.stringify({
    ...{ records, files, bytes },
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
