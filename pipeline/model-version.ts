// What this program's detection is, as one digest: of its own files. What another one wrote down it does not go on from, and a finding says which
// one raised it. It stands alone because a number that somebody has to raise by hand is one day not raised, and here because what detects may read no files.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { WatchOptions } from "../detect/watch.ts";

const folder = path.join(import.meta.dirname, "../detect");
const question = path.join(import.meta.dirname, "../queries/identity-hours.sql");

/** Digest of the program's detection and of what it is told: 24 hexadecimal digits. */
export function versionOf({ detectors, budget, gates }: WatchOptions, tickMs: number): string {
  const told = JSON.stringify([modelDigest(), budget, gates, tickMs, detectors.map(({ id }) => id)]);
  return createHash("sha256").update(told).digest("hex").slice(0, 24);
}

/** Digest of the files that detect, cases left out. */
export function modelDigest(codeFolder = folder): string {
  const names = readdirSync(codeFolder, { recursive: true, encoding: "utf8" }).filter((name) => /(?<!\.cases|\.d)\.[jt]s$/.test(name));
  const digest = createHash("sha256");
  for (const file of [...names.sort().map((name) => path.join(codeFolder, name)), question]) digest.update(readFileSync(file));
  return digest.digest("hex");
}
