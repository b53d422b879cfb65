// Stand-ins that come from package registries are installed once for a machine, outside of the repository: whole or not at all, by one
// process at a time, and once more where a registry broke off or stopped answering.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** For the hooks that start a stand-in: all tries of an installation, and a busy machine. */
export const installTimeoutMs = 600_000;
/** Of one command: what was fetched until then is in its cache, and the next try goes on from there. */
const commandTimeoutMs = 180_000;
const mostTries = 3;

/** Folder of a stand-in; `name` holds its version. */
function stableFolder(name: string): string {
  return path.join(process.env.MACHINETRAIL_TEST_CACHE ?? path.join(tmpdir(), "machinetrail-stand-ins"), name);
}

export function isInstalled(name: string): boolean {
  return existsSync(stableFolder(name));
}

/** Runs `install` on an empty folder where the stand-in is not there yet; what it throws at its last try leaves nothing behind. */
export async function installOnce(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = stableFolder(name);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    for (let tries = 1; !existsSync(folder); tries++) {
      const draft = mkdtempSync(`${folder}.draft-`);
      try {
        await install(draft);
        renameSync(draft, folder);
      } catch (error) {
        if (tries === mostTries && !existsSync(folder)) throw error;
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    }
  } finally {
    unlock();
  }
  return folder;
}

/** A step of an installation. @throws Error with what the command said. */
export async function runInstaller(command: string, args: readonly string[], workingFolder?: string): Promise<void> {
  const running = promisify(execFile)(command, args, { cwd: workingFolder, timeout: commandTimeoutMs, killSignal: "SIGKILL" });
  running.child.stdin?.end();
  try {
    await running;
  } catch (cause) {
    const { message, stdout = "" } = cause as Error & { readonly stdout?: string };
    throw new Error(`${message}\n${stdout}`.slice(0, 8_000), { cause });
  }
}

/**
 * Two test processes come to an installation at the same time, and Maven's own store of files takes one at a time. Returns what unlocks it. Where two find at
 * once that its holder is gone, both may install: the first one's stays.
 */
async function lock(file: string): Promise<() => void> {
  while (!tryLock(file)) {
    if (isGivenUp(file)) rmSync(file, { force: true });
    else await sleep(100);
  }
  return () => rmSync(file, { force: true });
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Its holder is no longer there, or it is older than any installation: another process may have the holder's id by now. */
function isGivenUp(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, "utf8"));
    return (holder > 0 && !isAlive(holder)) || Date.now() - statSync(file).mtimeMs > installTimeoutMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A line for the skipped test where neither the stand-in nor the tool that installs it is there; undefined where all is well, and in CI, where nothing may lack. */
export function missingForInstall(name: string, tool: string, what: string): string | undefined {
  if (isInstalled(name) || spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0) return undefined;
  const missing = `no ${what} to test against: ${tool} not found`;
  if (process.env.CI === "true") throw new Error(missing);
  return missing;
}
