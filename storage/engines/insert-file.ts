// Rows on their way into the embedded engine, which takes them as a file: in memory where there is room, else in the store's own
// folder. A process that was killed leaves its file behind, so each start takes away what dead processes left.
import { closeSync, existsSync, ftruncateSync, lstatSync, openSync, readdirSync, readlinkSync, rmSync, statfsSync, writevSync } from "node:fs";
import path from "node:path";
import { fileError } from "../engine-errors.ts";

const memoryFolder = "/dev/shm";
/** How long a file in memory waits for the next insert: to write over its pages costs a third of taking new ones (docs/performance.md). */
const spareMs = 1000;
/** Of this process. */
const filesInUse = new Set<string>();
let filesMade = 0;

interface InsertFile {
  readonly path: string;
  readonly descriptor: number;
  sizeBytes: number;
}

/** Of one store: as many files as inserts go on at once. */
export class InsertFiles {
  readonly #storeFolder: string;
  #spares: InsertFile[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(storeFolder: string) {
    this.#storeFolder = storeFolder;
  }

  /**
   * Returns what `use` returns, called with a file that holds the chunks; the file is gone a second afterwards, or written over, and at once where it fails.
   * @throws TransientError where there is no room; PermanentError where the file cannot be written at all.
   */
  async withFile<Result>(chunks: readonly Uint8Array[], use: (file: string) => Promise<Result>): Promise<Result> {
    const file = this.#fileFor(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
    let isSpare = false;
    try {
      writeChunks(file, chunks);
      const result = await use(file.path);
      isSpare = path.dirname(file.path) === memoryFolder;
      return result;
    } finally {
      if (isSpare) this.#spare(file);
      else remove(file);
    }
  }

  /** Those that no insert uses at the moment are gone. */
  removeSpares(): void {
    clearTimeout(this.#timer);
    for (const file of this.#spares.splice(0)) remove(file);
  }

  #fileFor(sizeBytes: number): InsertFile {
    const spare = this.#spares.pop();
    if (spare !== undefined) {
      if (memoryFolderHolds(sizeBytes * 2 - spare.sizeBytes)) return spare;
      remove(spare);
    }
    return makeFile(memoryFolderHolds(sizeBytes * 2) ? memoryFolder : this.#storeFolder);
  }

  #spare(file: InsertFile): void {
    this.#spares.push(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.removeSpares(), spareMs).unref();
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

function makeFile(folder: string): InsertFile {
  const file = path.join(folder, `machinetrail-${processSpace}-${process.pid}-${filesMade++}.rows`);
  try {
    const made = { path: file, descriptor: openSync(file, "wx", 0o600), sizeBytes: 0 };
    filesInUse.add(file);
    return made;
  } catch (cause) {
    throw fileError(file, cause);
  }
}

function remove(file: InsertFile): void {
  closeSync(file.descriptor);
  rmSync(file.path, { force: true });
  filesInUse.delete(file.path);
}

/** From its start on, and nothing behind them. */
function writeChunks(file: InsertFile, chunks: readonly Uint8Array[]): void {
  try {
    let offset = 0;
    for (const chunk of chunks) {
      let view = chunk;
      while (view.byteLength > 0) {
        const written = writevSync(file.descriptor, [view], offset);
        offset += written;
        view = view.subarray(written);
      }
    }
    if (offset < file.sizeBytes) ftruncateSync(file.descriptor, offset);
    file.sizeBytes = offset;
  } catch (cause) {
    throw fileError(file.path, cause);
  }
}
