// Runs the real command line as a child process, as users do, with a home folder of its own and a fixed width.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

export const projectFolder = path.join(import.meta.dirname, "..", "..");
/** npm scripts run the pinned Node; a test runner started by hand may run under another. */
const node = Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : path.join(projectFolder, "node_modules", ".bin", "node");
/** Forty starts in a row: what Node compiled for the first one serves the others. */
export const compileCache = path.join(tmpdir(), "machinetrail-test-compile-cache");
const entry = path.join(projectFolder, "cli", "main.ts");

/** What to start for a command line. */
export function cliProcess(args: readonly string[]): { command: string; args: string[] } {
  return { command: node, args: [entry, ...args] };
}

/** Environment of a process that sends itself Ctrl-C as soon as it says this, or has written a file of this name. */
export function interruptedAt(moment: string): Record<string, string> {
  const preload = pathToFileURL(path.join(import.meta.dirname, "interrupt-itself.ts")).href;
  return { NODE_OPTIONS: `--import ${preload}`, MACHINETRAIL_TEST_INTERRUPT_AT: moment };
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
}

/** A home folder for some runs; `remove` takes it away. */
export class CliHome {
  readonly folder = mkdtempSync(path.join(tmpdir(), "machinetrail-cli-"));

  run(args: readonly string[], { stdin = "", environment = {}, workingFolder = this.folder }: CliOptions = {}): Promise<CliResult> {
    const { command, args: all } = cliProcess(args);
    const child = spawn(command, all, {
      cwd: workingFolder,
      env: { PATH: process.env.PATH, HOME: this.folder, COLUMNS: "120", NODE_COMPILE_CACHE: compileCache, ...environment },
    });
    return new Promise((resolve, reject) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", reject);
      child.on("close", (code) => {
        const stdoutBytes = Buffer.concat(stdout);
        resolve({ code, stdoutBytes, stdout: stdoutBytes.toString("utf8"), stderr: Buffer.concat(stderr).toString("utf8") });
      });
      // A command that reads nothing may be gone before its input is.
      child.stdin.on("error", () => undefined);
      child.stdin.end(stdin);
    });
  }

  path(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
