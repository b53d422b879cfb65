// Which files a scan reads: named files, folders with all that is below them, globs, in one order that is always the same.
// What is left out (pipes, devices, links that lead outside) is told with its reason, never passed over in silence.
import { globSync, lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { PermanentError } from "../../model/errors.ts";

export interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

export interface FileListing {
  readonly files: readonly ListedFile[];
  readonly skipped: readonly SkippedPath[];
}

/** Standard input, among the paths of a scan. */
export const standardInput = "-";

/** @throws PermanentError naming the first path that does not exist or matches nothing. */
export function listFiles(paths: readonly string[]): FileListing {
  const files = new Map<string, ListedFile>();
  const skipped: SkippedPath[] = [];
  for (const named of paths) {
    if (named === standardInput) files.set(named, { path: named, sizeBytes: 0 });
    else for (const matched of expand(named)) listPath(matched, path.resolve(matched), true, files, skipped);
  }
  const inOrder = [...files.values()].sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  return { files: inOrder, skipped };
}

function expand(named: string): string[] {
  if (lstatSync(named, { throwIfNoEntry: false }) !== undefined) return [named];
  const matches = /[*?[{]/.test(named) ? globSync(named) : [];
  if (matches.length === 0) throw new PermanentError(`${named}: there is no such file or folder; check the path, or quote a pattern`);
  return matches.sort();
}

function listPath(file: string, root: string, isNamed: boolean, files: Map<string, ListedFile>, skipped: SkippedPath[]): void {
  let stats: Stats;
  try {
    stats = lstatSync(file);
    if (stats.isSymbolicLink()) {
      const target = realpathSync(file);
      if (!isNamed && !isInside(target, realpathSync(root))) return void skipped.push({ path: file, reason: "a link that leads outside the folder" });
      stats = statSync(target);
      if (stats.isDirectory() && !isNamed) return void skipped.push({ path: file, reason: "a link to a folder" });
    }
  } catch (error) {
    return void skipped.push({ path: file, reason: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
  }
  if (stats.isDirectory()) listFolder(file, root, files, skipped);
  else if (stats.isFile()) files.set(file, { path: file, sizeBytes: stats.size });
  else skipped.push({ path: file, reason: kindOf(stats) });
}

function listFolder(folder: string, root: string, files: Map<string, ListedFile>, skipped: SkippedPath[]): void {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    return void skipped.push({ path: folder, reason: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
  }
  for (const name of names) {
    const below = path.join(folder, name);
    if (name.startsWith(".")) skipped.push({ path: below, reason: "hidden" });
    else listPath(below, root, false, files, skipped);
  }
}

function isInside(target: string, folder: string): boolean {
  const relative = path.relative(folder, target);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isCharacterDevice() || stats.isBlockDevice() ? "a device" : "not a file";
}
