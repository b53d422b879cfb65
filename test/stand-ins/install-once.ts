// Stand-ins that come from package registries are installed once for a machine, outside of the repository: whole or not at all, however
// many test processes try at the same time.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Folder of a stand-in; `name` holds its version. */
function stableFolder(name: string): string {
  return path.join(process.env.MACHINETRAIL_TEST_CACHE ?? path.join(tmpdir(), "machinetrail-stand-ins"), name);
}

/** Runs `install` on an empty folder where the stand-in is not there yet; what it throws leaves nothing behind. */
export function installOnce(name: string, install: (folder: string) => void): string {
  const folder = stableFolder(name);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  try {
    install(draft);
    renameSync(draft, folder);
  } catch (error) {
    // Another process was first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** A line for the skipped test where neither the stand-in nor the tool that installs it is there; undefined where all is well, and in CI, where nothing may lack. */
export function missingForInstall(name: string, tool: string, what: string): string | undefined {
  if (existsSync(stableFolder(name)) || spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0) return undefined;
  const missing = `no ${what} to test against: ${tool} not found`;
  if (process.env.CI === "true") throw new Error(missing);
  return missing;
}
