// The folder that an estate is written into: refused where something else is in it, marked while it is not complete, and told
// plainly when the disk is full.

import { closeSync, futimesSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ConfigError, PermanentError } from "../model/errors.ts";
import type { DeliveredFile } from "./delivery.ts";
import { packed } from "./packing.ts";

/** Stands in the folder until the estate is complete. */
const marker = "INCOMPLETE";
/** What an estate writes: all that --force takes away. */
const own = ["logs", "labels.jsonl", "lineage.jsonl", "estate.json", "machinetrail.yaml"];
const mostPending = 12;

export class OutputFolder {
  readonly folder: string;
  readonly #made = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  #failure: unknown;
  bytes = 0;
  files = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @throws ConfigError where the folder is not empty and `isForced` is false, or is no folder. */
  static async prepare(folder: string, isForced: boolean): Promise<OutputFolder> {
    const names = await namesIn(folder);
    if (names.length > 0 && !isForced) {
      const what = names.includes(marker) ? "holds an estate that was not completed" : "is not empty";
      throw new ConfigError(`${folder}: the folder ${what}; name another one, or replace the estate in it with --force`);
    }
    const output = new OutputFolder(folder);
    await output.#guard(async () => {
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, marker), "This estate is not complete: it is being written, or writing it was cut short.\n");
      for (const name of own) await rm(path.join(folder, name), { recursive: true, force: true });
    });
    return output;
  }

  /** A file of logs, with its delivery as its time. Resolves when it may go on, not when all is written. */
  async write(file: DeliveredFile): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const writing = this.#writeNow(file).catch((error: unknown) => {
      this.#failure ??= error;
    });
    this.#pending.add(writing);
    void writing.finally(() => this.#pending.delete(writing));
    if (this.#pending.size >= mostPending) await Promise.race(this.#pending);
  }

  async writeText(name: string, text: string): Promise<void> {
    await this.#guard(() => writeFile(path.join(this.folder, name), text));
  }

  openLines(name: string): Promise<LineFile> {
    return this.#guard(async () => new LineFile(await open(path.join(this.folder, name), "w"), (write) => this.#guard(write)));
  }

  /** Everything is on disk, and the mark is off. */
  async complete(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#failure !== undefined) throw this.#failure;
    await rm(path.join(this.folder, marker), { force: true });
  }

  /** Waits for what is being written; the mark stays. */
  async abandon(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #writeNow({ path: name, text, packing, deliveredMs }: DeliveredFile): Promise<void> {
    await this.#guard(async () => {
      const bytes = await packed(text, packing);
      this.#place(path.join(this.folder, "logs", name), bytes, deliveredMs / 1000);
      this.bytes += bytes.length;
      this.files++;
    });
  }

  /** On the spot: an estate is tens of thousands of small files, and four trips to the thread pool cost more than each of them. */
  #place(target: string, bytes: Buffer, deliveredSeconds: number): void {
    const parent = path.dirname(target);
    if (!this.#made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      this.#made.add(parent);
    }
    const file = openSync(target, "w");
    try {
      writeFileSync(file, bytes);
      futimesSync(file, deliveredSeconds, deliveredSeconds);
    } finally {
      closeSync(file);
    }
  }

  async #guard<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT") {
        const sentence = `the disk is full: ${this.folder} holds an incomplete estate (marked by the file ${marker}); free some space and run it again`;
        throw new PermanentError(sentence, { cause });
      }
      if (code === "EACCES" || code === "EROFS" || code === "EPERM") throw new ConfigError(`${this.folder}: no permission to write there`, { cause });
      throw cause;
    }
  }
}

/** Lines of JSON, written in pieces. */
export class LineFile {
  readonly #handle: FileHandle;
  readonly #guard: (write: () => Promise<void>) => Promise<void>;
  #lines: string[] = [];

  constructor(handle: FileHandle, guard: (write: () => Promise<void>) => Promise<void>) {
    this.#handle = handle;
    this.#guard = guard;
  }

  async add(value: unknown): Promise<void> {
    this.#lines.push(`${JSON.stringify(value)}\n`);
    if (this.#lines.length >= 2000) await this.#flush();
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#handle.close();
    }
  }

  async #flush(): Promise<void> {
    const text = this.#lines.join("");
    this.#lines = [];
    if (text !== "") await this.#guard(async () => void (await this.#handle.appendFile(text)));
  }
}

/** Whether an estate is there that was written to its end. */
export async function holdsEstate(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  return !names.includes(marker) && own.every((name) => names.includes(name));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") throw new ConfigError(`${folder}: is a file; name a folder`, { cause });
    throw new ConfigError(`${folder}: cannot be read (${code})`, { cause });
  }
}
