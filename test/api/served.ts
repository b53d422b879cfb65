// `serve` as a process that takes pushes: on a port of its own, until it is ended.
import { type ChildProcess, spawn } from "node:child_process";
import { expect } from "vitest";
import { type CliHome, cliProcess, compileCache } from "../cli/run-cli.ts";

export interface Served {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: string;
  readonly ended: Promise<number | null>;
}

export async function serve(home: CliHome, config: string): Promise<Served> {
  const { command, args } = cliProcess(["serve", "--config", config]);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, HOME: home.folder, NODE_COMPILE_CACHE: compileCache } });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  await expect.poll(() => log, { timeout: 60_000 }).toMatch(/"url":"http/);
  return { child, url: /"url":"([^"]+)"/.exec(log)?.[1] ?? "", ended };
}
