// S3, SQS, SNS, EventBridge and STS for tests: moto's server, which delivers S3's events to its queues as AWS does. A Python process whose life is
// bound to the one that started it. It stands alone because each AWS source is tested against it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { installOnce, isInstalled, runInstaller } from "./install-once.ts";

export interface MotoServer {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  stop(): Promise<void>;
}

const version = "5.2.2";
const name = `moto-${version}`;
/** Of the many that its extra `server` asks for, what these services need. */
const packages = [`moto[s3]==${version}`, "flask==3.1.3", "flask-cors==6.0.5"];
const readyTimeoutMs = 60_000;

// It ends when its standard input does: that is when whoever started it is gone.
const program = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(sys.argv[1:])
`;

/** What a machine lacks to run it, as a line for the skipped test; undefined when nothing. In CI nothing may lack. */
export function missingForMotoServer(): string | undefined {
  if (isInstalled(name) && canRun(["--version"])) return undefined;
  if (canRun(["-m", "pip", "--version"])) return undefined;
  const missing = "no AWS to test against: python3 with pip not found";
  if (process.env.CI === "true") throw new Error(missing);
  return missing;
}

/** On a free port of 127.0.0.1, with nothing in it; returns once it answers. */
export async function startMotoServer(): Promise<MotoServer> {
  const folder = await install();
  const port = await freePort();
  const child = spawn("python3", ["-c", program, "-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" },
  });
  child.stdin.on("error", () => undefined);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-4_000);
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url, () => errors);
  return { url, stop: () => end(child) };
}

function install(): Promise<string> {
  const quietly = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--no-input", "--retries", "5", "--timeout", "30"];
  return installOnce(name, (draft) => runInstaller("python3", ["-m", "pip", "install", ...quietly, "--target", draft, ...packages]));
}

function canRun(args: readonly string[]): boolean {
  try {
    execFileSync("python3", args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function untilReady(child: ChildProcess, url: string, errors: () => string): Promise<void> {
  for (const deadlineMs = Date.now() + readyTimeoutMs; Date.now() < deadlineMs; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`moto ended at its start: ${errors()}`);
    const isReady = await fetch(`${url}/moto-api/`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
  }
  child.kill("SIGKILL");
  throw new Error(`moto did not answer within ${readyTimeoutMs} ms: ${errors()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
