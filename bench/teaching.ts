// npm run bench -- teaching: how far an attacker moves what is normal by poisoning days of it, and how soon growth of a few percent a day is
// told. Counts of invented machines straight into the memory of amounts: no store, no logs.
import { VolumeMemory } from "../detect/memory/volume-memory.ts";
import { amountBits } from "../detect/surprise/amount.ts";
import { quantile } from "./detection/measures.ts";
import { machineLine } from "./machine.ts";
import { type Random, seededRandom } from "./random.ts";

/** Bits at which an amount is taken for raised: one in a thousand. */
const raisedBits = 10;
/** A Monday. */
const firstDay = 20_738;
const learningDays = 42;

export interface Poisoning {
  /** Calls an hour, median, around the clock. */
  readonly level: number;
  /** Standard deviation of its logarithm. */
  readonly variation: number;
  /** Of the learning window, the part that is poisoned, and by what its counts are multiplied. */
  readonly share: number;
  readonly factor: number;
  /** The last days, or any. */
  readonly place: "last" | "any";
}

export interface Moved {
  /** The count that is raised after poisoning, as a multiple of what it is without: medians, and what nine in ten runs stay below. */
  readonly hour: { readonly median: number; readonly most: number };
  readonly day: { readonly median: number; readonly most: number };
}

export function thresholdMoved(poisoning: Poisoning, runs: number, seed: number): Moved {
  const random = seededRandom(seed);
  const moved = Array.from({ length: runs }, () => movedOnce(poisoning, random));
  const of = (values: readonly number[]) => ({ median: quantile(values, 0.5) ?? 0, most: quantile(values, 0.9) ?? 0 });
  return { hour: of(moved.map(({ hour }) => hour)), day: of(moved.map(({ day }) => day)) };
}

function movedOnce({ level, variation, share, factor, place }: Poisoning, random: Random): { hour: number; day: number } {
  const clean = new VolumeMemory();
  const poisoned = new VolumeMemory();
  const bad = poisonedDays(Math.round(share * learningDays), place, random);
  for (let day = 0; day < learningDays; day++) {
    const counts = Array.from({ length: 24 }, () => varied(level, variation, random));
    learn(clean, day, counts);
    learn(poisoned, day, bad.has(day) ? counts.map((count) => count * factor) : counts);
  }
  const hour = (firstDay + learningDays) * 24 + 10;
  const ratio = (ask: (memory: VolumeMemory) => ReturnType<VolumeMemory["expectedInDay"]>) => raisedFrom(ask(poisoned)) / raisedFrom(ask(clean));
  return { hour: ratio((memory) => memory.expectedInHour(hour)), day: ratio((memory) => memory.expectedInDay(firstDay + learningDays)) };
}

function poisonedDays(count: number, place: Poisoning["place"], random: Random): ReadonlySet<number> {
  const days = new Set<number>();
  for (let last = learningDays - 1; place === "last" && days.size < count; last--) days.add(last);
  while (days.size < count) days.add(Math.floor(random() * learningDays));
  return days;
}

/** The least count that is raised. */
function raisedFrom(expected: ReturnType<VolumeMemory["expectedInDay"]>): number {
  let below = expected.median;
  let above = expected.median * 2;
  while (amountBits(above, expected) < raisedBits) above *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = Math.sqrt(below * above);
    if (amountBits(middle, expected) < raisedBits) below = middle;
    else above = middle;
  }
  return above;
}

export interface GrowthRuns {
  /** Part of the runs in which growth was raised before the amount was twice that of the days before it. */
  readonly inTime: number;
  /** Median multiple of the level by then, of those. */
  readonly multiple: number | undefined;
  /** Part of the days of the same machines without growth on which it would have been raised. */
  readonly falseDays: number;
}

/** A machine of one run a day: four weeks as ever, then two weeks of growth. */
export function growthRuns(growthADay: number, variation: number, runs: number, seed: number): GrowthRuns {
  const random = seededRandom(seed);
  const multiples: number[] = [];
  let falseDays = 0;
  const growing = 14;
  for (let run = 0; run < runs; run++) {
    const attacked = new VolumeMemory();
    const quiet = new VolumeMemory();
    let raisedAt: number | undefined;
    for (let day = 0; day < 28 + growing; day++) {
      const count = varied(500, variation, random);
      const multiple = (1 + growthADay) ** Math.max(0, day - 27);
      learn(attacked, day, [Math.round(count * multiple)]);
      learn(quiet, day, [count]);
      if (multiple < 2 && day >= 28 && bitsOfGrowth(attacked) >= raisedBits) raisedAt ??= multiple;
      if (day >= 28 && bitsOfGrowth(quiet) >= raisedBits) falseDays++;
    }
    if (raisedAt !== undefined) multiples.push(raisedAt);
  }
  return { inTime: multiples.length / runs, multiple: quantile(multiples, 0.5), falseDays: falseDays / (runs * growing) };
}

function bitsOfGrowth(memory: VolumeMemory): number {
  return memory.growth * Math.LOG2E;
}

/** Counts from midnight on; an hour without any is one in which nothing was done. */
function learn(memory: VolumeMemory, day: number, counts: readonly number[]): void {
  memory.learn(
    firstDay + day,
    counts,
    Array.from({ length: 24 }, (_, hour) => (counts[hour] ?? 0) > 0),
  );
}

/** Log-normal around the level, at least one. */
function varied(level: number, variation: number, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(level * Math.exp(variation * normal)));
}

export function benchTeaching(seed: number): void {
  const runs = 40;
  console.log(machineLine());
  console.log(
    `\nThe count that is raised (${raisedBits} bits) after poisoning, as a multiple of that without; median, nine in ten runs below; ${runs} runs.\n`,
  );
  console.log("| calls an hour, variation | share of days | factor | days | hour | day |\n|---|---|---|---|---|---|");
  const shown = ({ median, most }: Moved["hour"]) => `${median.toFixed(2)}, ${most.toFixed(2)}`;
  for (const [level, variation] of [
    [20, 0.3],
    [200, 0.15],
    [20, 1],
  ] as const)
    for (const share of [0.05, 0.1, 0.2])
      for (const factor of [3, 20])
        for (const place of ["last", "any"] as const) {
          const { hour, day } = thresholdMoved({ level, variation, share, factor, place }, runs, seed);
          console.log(`| ${level}, ${variation} | ${share * 100} % | ${factor} | ${place} | ${shown(hour)} | ${shown(day)} |`);
        }
  console.log(
    "\nGrowth: runs in which it is raised before twice the level, at what multiple (median), and days without growth on which it would be.\n",
  );
  console.log("| growth a day | variation by day | in time | multiple | false days |\n|---|---|---|---|---|");
  for (const growth of [0.02, 0.05, 0.1])
    for (const variation of [0.05, 0.1, 0.2, 0.3]) {
      const { inTime, multiple, falseDays } = growthRuns(growth, variation, 100, seed);
      console.log(`| ${growth * 100} % | ${variation} | ${inTime} | ${multiple?.toFixed(2) ?? "–"} | ${(falseDays * 100).toFixed(2)} % |`);
    }
}
