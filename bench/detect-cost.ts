// What detection costs: a tick's question over the same minute in a store of few rows and in one of many, and a whole tick under load, with what
// it holds in memory. CPU time is the process's, merges behind the scenes included; it says more than the clock where others work beside it.
import { asOfView } from "../detect/as-of-view.ts";
import { detectors } from "../detect/detectors/registry.ts";
import { type IdentityHour, windowsOf } from "../detect/evidence.ts";
import { Watch } from "../detect/watch.ts";
import { identityHours } from "../queries/identity-hours.ts";
import type { Store } from "../storage/store.ts";
import { type Cost, measured, median, told } from "./cost.ts";
import { historyEndMs, insertLoad, type Load, lastReceivedMs, loadStore } from "./load-store.ts";
import { machineLine } from "./machine.ts";

export interface DetectCostOptions {
  /** Rows of the large store. */
  readonly records: number;
  readonly identities: number;
  readonly minutes: number;
  /** Outside the repository. */
  readonly folder: string;
}

const smallRows = 1_000_000;
const rowsAMinute = 20_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const rounds = 2;
const ticksARound = 8;

export async function benchDetectCost({ records, identities, minutes, folder }: DetectCostOptions): Promise<void> {
  console.log(machineLine());
  const load = { identities, rowsAMinute };
  const costs = new Map<number, Cost[]>([
    [smallRows, []],
    [records, []],
  ]);
  const firstMs = await nextMinute(folder, [smallRows, records], load);
  let sample: IdentityHour[] = [];
  for (let round = 0; round < rounds; round++)
    for (const [rows, ofStore] of costs) {
      const { store, place } = await loadStore(folder, rows, load);
      for (let tick = 0; tick < ticksARound; tick++) {
        const number = round * ticksARound + tick;
        await insertLoad(place, load, firstMs, number * rowsAMinute, rowsAMinute);
        const fromMs = firstMs + number * minuteMs - 1;
        const { result, ...cost } = await measured(() => ask(store, fromMs));
        ofStore.push(cost);
        sample = result;
      }
      await store.close();
    }
  console.log(
    `a tick's question, one minute of ${rowsAMinute} rows, ${sample.length} rows of answer, ${rounds * ticksARound} ticks a store as they came:`,
  );
  for (const [rows, each] of costs) console.log(`  of ${rows} rows: ${told(each)}`);
  const [few, many] = [...costs.values()].map((each) => median(each.map(({ cpuMs }) => cpuMs)));
  console.log(`  CPU time of the larger store to that of the smaller: ${((many ?? 0) / (few ?? 1)).toFixed(2)} (target: at most 1.2)`);
  await watchLoad(sample, minutes, median([...costs.values()].flatMap((each) => each.map(({ wallMs }) => wallMs))));
}

/** The first minute after all that the stores hold, so that what is asked follows on their history, and the same rows are new to both. */
async function nextMinute(folder: string, sizes: readonly number[], load: Load): Promise<number> {
  let lastMs = historyEndMs;
  for (const rows of sizes) {
    const { store, place } = await loadStore(folder, rows, load);
    console.log(`${rows} rows in ${place}`);
    lastMs = Math.max(lastMs, await lastReceivedMs(place));
    await store.close();
  }
  return Math.ceil((lastMs + 1) / minuteMs) * minuteMs;
}

function ask(store: Store, fromMs: number): Promise<IdentityHour[]> {
  const toMs = fromMs + minuteMs;
  return asOfView(store, toMs).query(identityHours, { from_ms: fromMs, to_ms: toMs, step_ms: minuteMs });
}

/** The same minute again and again, moved on: what the watch takes for a tick, and what it holds, as the day goes on. */
async function watchLoad(rows: readonly IdentityHour[], minutes: number, questionMs: number): Promise<void> {
  const watch = new Watch({ detectors, budget: 10 });
  const firstMs = historyEndMs - 20 * 24 * hourMs;
  const costs: Cost[] = [];
  console.log(`a tick of the watch, ${windowsOf(rows).length} identities, ${minutes} minutes, after ten days of an hour each:`);
  for (let day = 0; day < 10; day++)
    watch.step(firstMs + day * 24 * hourMs + 12 * hourMs, windowsOf(moved(rows, firstMs + day * 24 * hourMs + 12 * hourMs)));
  for (let minute = 1; minute <= minutes; minute++) {
    const momentMs = firstMs + 10 * 24 * hourMs + minute * minuteMs;
    const parts = moved(rows, momentMs);
    const { result: _, ...cost } = await measured(async () => watch.step(momentMs, windowsOf(parts)));
    costs.push(cost);
    if (minute % 60 === 0 || minute === minutes) {
      globalThis.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      const ofHour = costs.slice(-60);
      console.log(`  to minute ${minute}: ${told(ofHour)}; heap ${(heapUsed / 1e6).toFixed(0)} MB, process ${(rss / 1e6).toFixed(0)} MB`);
    }
  }
  const slowest = Math.max(...costs.map(({ wallMs }) => wallMs));
  console.log(
    `  question and watch: ${((median(costs.map(({ wallMs }) => wallMs)) + questionMs) / 1000).toFixed(2)} s a tick, ${((slowest + questionMs) / 1000).toFixed(2)} s the slowest (target: under 5 s)`,
  );
}

/** The rows as if they had come at another moment: their hours, too, lie as far before it. */
export function moved(rows: readonly IdentityHour[], momentMs: number): IdentityHour[] {
  return rows.map((row) => ({
    ...row,
    moment_ms: momentMs,
    hour: row.hour + Math.floor((momentMs - 1) / hourMs) - Math.floor((row.moment_ms - 1) / hourMs),
  }));
}
