// npm run bench -- detect-extremes: one identity of ten million events in a day, and a million identities in a day. Detection looks at the first and the
// last hour minute by minute, as it does live, and at what lies between by the hour; neither a tick nor what is held may grow as the day goes on.
import { rmSync } from "node:fs";
import path from "node:path";
import { asOfView } from "../detect/as-of-view.ts";
import { isCrowd } from "../detect/crowd.ts";
import { detectors } from "../detect/detectors/registry.ts";
import { type IdentityHour, windowsOf } from "../detect/evidence.ts";
import { Watch } from "../detect/watch.ts";
import { identityHours } from "../queries/identity-hours.ts";
import { type Cost, measured, told } from "./cost.ts";
import { moved } from "./detect-cost.ts";
import { historyEndMs, type Load, loadStore } from "./load-store.ts";
import { machineLine } from "./machine.ts";

export interface DetectExtremesOptions {
  /** Events of the one identity. */
  readonly records: number;
  readonly identities: number;
  /** Of the day, so many are looked at. */
  readonly hours: number;
  /** Outside the repository. */
  readonly folder: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const minutesOfDay = 1440;

export async function benchDetectExtremes({ records, identities, hours, folder }: DetectExtremesOptions): Promise<void> {
  console.log(machineLine());
  await day(`one identity of ${records} events in a day`, { identities: 1, rowsAMinute: Math.ceil(records / minutesOfDay) }, hours, folder);
  const crowd = { identities, rowsAMinute: Math.ceil(identities / minutesOfDay), isEven: true };
  await day(`${identities} identities in a day, one event each`, crowd, hours, folder);
}

async function day(what: string, load: Load, hours: number, folder: string): Promise<void> {
  const name = `detect-extremes-${load.identities}-${load.rowsAMinute}-${hours}`;
  const { store } = await loadStore(folder, load.rowsAMinute * 60 * hours, load, name);
  const watch = new Watch({ detectors, budget: 10 });
  let findings = 0;
  let last: IdentityHour[] = [];
  console.log(`${what}, ${hours} of 24 hours:`);
  for (let hour = 0; hour < hours; hour++) {
    const startMs = historyEndMs - (hours - hour) * hourMs;
    const stepMs = hour === 0 || hour === hours - 1 ? minuteMs : hourMs;
    const questions: Cost[] = [];
    const steps: Cost[] = [];
    for (let toMs = startMs + stepMs; toMs <= startMs + hourMs; toMs += stepMs) {
      const range = { from_ms: toMs - stepMs, to_ms: toMs, step_ms: stepMs };
      const { result: rows, ...question } = await measured(() => asOfView(store, toMs).query(identityHours, range));
      const { result: news, ...step } = await measured(async () => watch.step(toMs, windowsOf(rows)));
      questions.push(question);
      steps.push(step);
      findings += news.length;
      last = rows;
    }
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    console.log(`  hour ${hour}, ${steps.length === 1 ? "at once" : "by the minute"}: question ${told(questions)};`);
    console.log(`    tick ${told(steps)}; heap ${(heapUsed / 1e6).toFixed(0)} MB, process ${(rss / 1e6).toFixed(0)} MB`);
  }
  const nextMs = historyEndMs + minuteMs;
  const { result: late, ...close } = await measured(async () => watch.step(nextMs, windowsOf(moved(last, nextMs))));
  const known = [...watch.state.identities].map(([uid]) => uid);
  console.log(`  the first tick of the next day, which learns the day: ${told([close])}`);
  console.log(`  remembered ${known.length} identities, ${known.filter(isCrowd).length} of them a crowd; told ${findings + late.length}`);
  await store.close();
  rmSync(path.join(folder, name), { recursive: true, force: true });
}
