// A real ClickHouse HTTP server for tests, out of the library that the embedded engine brings along: a child process that
// calls its clickhouse-local entry point with a port to listen on. It stands alone because nothing else needs a foreign call.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";

export interface ClickHouseServer {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Ends it in order: what was acknowledged is there after a restart. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface ClickHouseServerOptions {
  /** Absolute path of a configuration file (users, profiles); without it the user `default` has no password. */
  readonly configFile?: string;
  /** Port of the native protocol, by which servers of a cluster ask each other. */
  readonly tcpPort?: number;
}

/** Only a hang may meet it. */
const readyTimeoutMs = 90_000;

// The engine refuses to run on koffi's own stack, so the entry point is called from the process's exit, on the main thread:
// glibc's on_exit hands the exit status over as its first argument (argc) and a pointer as its second (argv). No event loop
// runs by then, so the kernel is asked (PR_SET_PDEATHSIG) to end the server with its parent, however that ended.
const childScript = `
const [koffiPath, libraryPath, ...args] = process.argv.slice(1);
const koffi = require(koffiPath);
const libc = koffi.load("libc.so.6");
const parentDeathSignal = 1, kill = 9;
libc.func("int prctl(int option, unsigned long value, unsigned long, unsigned long, unsigned long)")(parentDeathSignal, kill, 0, 0, 0);
if (process.ppid === 1) process.exit(0);
const argv = koffi.alloc("char *", args.length + 1);
koffi.encode(argv, koffi.array("char *", args.length), args);
libc.func("int on_exit(void *function, void *argument)")(koffi.load(libraryPath).symbol("query_stable_v2"), argv);
process.exit(args.length);
`;

/**
 * Starts a server whose data live in `folder`, on a free port of 127.0.0.1; returns once it answers.
 * @throws Error naming what this machine lacks.
 */
export async function startClickHouseServer(folder: string, options: ClickHouseServerOptions = {}): Promise<ClickHouseServer> {
  const missing = missingForClickHouseServer();
  if (missing !== undefined) throw new Error(missing);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const child = spawn(process.execPath, ["-e", childScript, ...libraryPaths(), ...serverArguments(folder, port, options)], {
    stdio: ["pipe", "ignore", "pipe"],
    cwd: folder,
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-4_000);
  });
  child.stdin.on("error", () => undefined);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url, () => errors);
  return { url, stop: () => end(child, "SIGTERM"), kill: () => end(child, "SIGKILL") };
}

/** What a machine lacks to run the server, as a line for the skipped test; undefined when nothing. */
export function missingForClickHouseServer(): string | undefined {
  try {
    libraryPaths();
    return undefined;
  } catch (error) {
    return `no ClickHouse server to test against: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
}

function libraryPaths(): [koffi: string, library: string] {
  if (process.platform !== "linux") throw new Error("it is started through glibc's on_exit, on Linux only");
  const require = createRequire(import.meta.url);
  const { libchdbPath } = require("chdb/libchdb") as { libchdbPath: () => string };
  return [require.resolve("koffi"), libchdbPath()];
}

function serverArguments(folder: string, port: number, options: ClickHouseServerOptions): string[] {
  return [
    "clickhouse-local",
    `--path=${path.resolve(folder)}`,
    `--http_port=${port}`,
    ...(options.tcpPort === undefined ? [] : [`--tcp_port=${options.tcpPort}`]),
    "--listen_host=127.0.0.1",
    ...(options.configFile === undefined ? [] : [`--config-file=${options.configFile}`]),
    `--query=SYSTEM START LISTEN HTTP; ${options.tcpPort === undefined ? "" : "SYSTEM START LISTEN TCP; "}SELECT sleepEachRow(1) FROM numbers(1000000000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null`,
  ];
}

async function untilReady(child: ChildProcess, url: string, errors: () => string): Promise<void> {
  const deadlineMs = Date.now() + readyTimeoutMs;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the ClickHouse server ended at its start: ${errors()}`);
    // In its own words: whoever else took the port meanwhile may answer as well.
    const isReady = await fetch(`${url}/ping`)
      .then(async (response) => (await response.text()) === "Ok.\n")
      .catch(() => false);
    if (isReady) return;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`the ClickHouse server did not answer within ${readyTimeoutMs} ms: ${errors()}`);
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
