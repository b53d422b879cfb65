#!/usr/bin/env node
// The entry: argument vector, environment, streams and exit codes, and nothing else of the process anywhere else.
// It imports statically only what an older Node can read, so that such a Node gets a sentence and not a syntax error.
import process from "node:process";

const oldestNode = 24;

async function main(): Promise<number> {
  const [major = "0"] = process.versions.node.split(".");
  if (Number(major) < oldestNode) {
    process.stderr.write(
      `error: machinetrail needs Node ${oldestNode} or newer, this is ${process.versions.node}: install it from https://nodejs.org\n`,
    );
    return 1;
  }
  const { keepCompiledCode } = await import("./compile-cache.ts");
  keepCompiledCode(process.env, process.platform);
  const { boundEngineMemory } = await import("./engine-allocator.ts");
  boundEngineMemory(process.env);
  const { runCommandLine } = await import("./command-line.ts");
  return runCommandLine({
    argv: process.argv,
    environment: process.env,
    workingFolder: process.cwd(),
    platform: process.platform,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal: (name, listener) => process.on(name, listener),
    exitNow: (code) => process.exit(code),
  });
}

process.exitCode = await main();
