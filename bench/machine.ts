// What a figure needs beside it: the machine, the commit and the date.
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";

export function machineLine(): string {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const model = cpus()[0]?.model ?? "unknown processor";
  return `${new Date().toISOString().slice(0, 10)}, commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} x ${model}, ${memoryGiB} GiB`;
}
