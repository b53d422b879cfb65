// Rows on their way into the embedded engine, which takes them as a file: in memory where there is room, else in the store's own
// folder. A process that was killed leaves its file behind, so each start takes away what dead processes left.
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readlinkSync, rmSync, statfsSync, writevSync } from "node:fs";
import path from "node:path";
import { fileError } from "../engine-errors.ts";

const memoryFolder = "/dev/shm";
/** Of this process: there it lies for the time of one insert. */
const filesInUse = new Set<string>();
let filesMade = 0;

/** Returns what `use` returns, called with a file that holds the chunks; the file is gone afterwards. */
export async function withInsertFile<Result>(
  chunks: readonly Uint8Array[],
  storeFolder: string,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const folder = memoryFolderHolds(sizeBytes * 2) ? memoryFolder : storeFolder;
  const file = path.join(folder, `machinetrail-${processSpace}-${process.pid}-${filesMade++}.rows`);
  filesInUse.add(file);
  try {
    writeChunks(file, chunks);
    return await use(file);
  } finally {
    rmSync(file, { force: true });
    filesInUse.delete(file);
  }
}

/**
 * Takes away what killed processes left in memory and in the store's folder. In memory only files of this user, whose process is
 * known to be gone; containers may share that folder and count processes anew, so a name also says within what it counts.
 * `storeFolder`: one that this process holds, so that nobody else is writing there.
 */
export function removeInsertFilesOfTheDead(storeFolder: string, folderOfAll = memoryFolder): void {
  for (const { file } of insertFilesIn(storeFolder)) rmSync(file, { force: true });
  for (const { file, space, processId } of insertFilesIn(folderOfAll)) {
    const isOwn = lstatSync(file, { throwIfNoEntry: false })?.uid === process.getuid?.();
    if (isOwn && space === processSpace && (processId === process.pid || !isAlive(processId))) rmSync(file, { force: true });
  }
}

function insertFilesIn(folder: string): { readonly file: string; readonly space: string; readonly processId: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, space, processId] = /^machinetrail-(\d+)-(\d+)-\d+\.rows$/.exec(name) ?? [];
    const file = path.join(folder, name);
    return space === undefined || filesInUse.has(file) ? [] : [{ file, space, processId: Number(processId) }];
  });
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The name space that process ids count in, by its number; 0 where the system has none. */
const processSpace = (() => {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
})();

function memoryFolderHolds(sizeBytes: number): boolean {
  if (!existsSync(memoryFolder)) return false;
  const { bavail, bsize } = statfsSync(memoryFolder);
  return bavail * bsize > sizeBytes;
}

/** @throws TransientError where there is no room; PermanentError where the file cannot be written at all. */
function writeChunks(file: string, chunks: readonly Uint8Array[]): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "wx", 0o600);
    let offset = 0;
    for (const chunk of chunks) {
      let view = chunk;
      while (view.byteLength > 0) {
        const written = writevSync(descriptor, [view], offset);
        offset += written;
        view = view.subarray(written);
      }
    }
  } catch (cause) {
    throw fileError(file, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
