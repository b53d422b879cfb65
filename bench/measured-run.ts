// A program of its own whose last line of output is its figures as JSON: so its peak memory and CPU time are nobody else's.
import { spawn } from "node:child_process";
import { boundEngineMemory } from "../cli/engine-allocator.ts";

export interface MeasuredRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly rows: number;
}

export function runProgram<Run>(args: readonly string[]): Promise<Run> {
  // As the command line does.
  const environment = { ...process.env };
  boundEngineMemory(environment);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const figures = output.trim().split("\n").at(-1) ?? "";
      if (code === 0) resolve(JSON.parse(figures) as Run);
      else reject(new Error(`${args[0]} ended with code ${code}: ${output}`));
    });
  });
}
