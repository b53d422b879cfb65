// What this program's detection is, as one digest: of its own files. What another one wrote down it does not go on from. It stands alone
// because a number that somebody has to raise by hand would one day not be raised, and here because what detects may read no files.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { WatchOptions } from "../detect/watch.ts";

const folder = path.join(import.meta.dirname, "../detect");
const question = path.join(import.meta.dirname, "../queries/identity-hours.sql");

/** Digest of the program's detection and of what it is told: 24 hexadecimal digits. */
export function versionOf({ detectors, budget, gates }: WatchOptions, tickMs: number): string {
  const digest = createHash("sha256");
  for (const file of ownFiles()) digest.update(readFileSync(file));
  digest.update(JSON.stringify([budget, gates, tickMs, detectors.map(({ id }) => id)]));
  return digest.digest("hex").slice(0, 24);
}

function ownFiles(): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /(?<!\.cases|\.d)\.[jt]s$/.test(name));
  return [...names.sort().map((name) => path.join(folder, name)), question];
}
