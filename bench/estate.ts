// The generator's cost: records a second, and the peak of memory at two lengths, each in a process of its own. Memory may grow with
// the number of machines; with the days it must not.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { machineLine } from "./machine.ts";

export interface EstateBenchOptions {
  readonly seed: number;
  readonly identities: number;
  /** The longer of the two; the shorter one is a ninth of it. */
  readonly days: number;
  /** Outside the repository; what is written into it is removed. */
  readonly folder: string;
}

const runSchema = z.object({
  records: z.number(),
  files: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
});
type Run = z.infer<typeof runSchema>;

export async function benchEstate({ seed, identities, days, folder }: EstateBenchOptions): Promise<void> {
  console.log(machineLine());
  const short = await measured({ seed, identities, folder, days: Math.max(1, Math.round(days / 9)) });
  const long = await measured({ seed, identities, folder, days });
  console.log(`peak of memory, long against short: ${(long.peakBytes / short.peakBytes).toFixed(2)}`);
}

async function measured({ seed, identities, days, folder }: EstateBenchOptions): Promise<Run> {
  const target = path.join(folder, "estate");
  const program = [path.join(import.meta.dirname, "estate-measured.ts"), target, ...[seed, identities, days].map(String)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, program);
    const run = runSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
    const { records, files, bytes, seconds, cpuSeconds, peakBytes } = run;
    console.log(
      `${identities} identities, ${days} days: ${records} records in ${files} files (${(bytes / 1e6).toFixed(0)} MB) in ${seconds.toFixed(1)} s, ` +
        `${Math.round(records / seconds)} records/s, ${((cpuSeconds * 1e6) / records).toFixed(1)} µs CPU a record, peak ${(peakBytes / 1e6).toFixed(0)} MB`,
    );
    return run;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}
