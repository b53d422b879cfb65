// Where a spool lies: a folder of numbered segments, and the id by which its cursor is known. Writer and reader, on two threads, agree by this alone.
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";

interface Segment {
  readonly number: number;
  readonly sizeBytes: number;
}

const segmentName = /^(\d{12})\.spool$/;

export function segmentPath(folder: string, number: number): string {
  return path.join(folder, `${String(number).padStart(12, "0")}.spool`);
}

/** By number, the oldest first; none where the folder is not there. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch(whereAbsent([]));
  const segments = await Promise.all(
    names.map(async (name): Promise<Segment | undefined> => {
      const digits = segmentName.exec(name)?.[1];
      if (digits === undefined) return undefined;
      // The reader deletes on the other thread. One that is there and cannot be looked at is no less there: whoever went on behind it would delete it.
      const stats = await stat(path.join(folder, name)).catch(whereAbsent(undefined));
      return stats === undefined ? undefined : { number: Number(digits), sizeBytes: stats.size };
    }),
  );
  return segments.filter((segment) => segment !== undefined).sort((a, b) => a.number - b.number);
}

function whereAbsent<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return (error) => {
    if (error.code === "ENOENT") return value;
    throw error;
  };
}

/**
 * Made once for each folder, whole or not at all, by whoever asks first. A cursor is stored under it, so that the cursor of a folder
 * that was lost (a volume that lived as long as its pod), or of another process's folder, says nothing about this one.
 */
export async function spoolId(folder: string): Promise<string> {
  const file = path.join(folder, "id");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known !== "") return known.trim();
  await makeFolder(folder);
  const draft = path.join(folder, `id.${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(draft, "wx", 0o600);
    await handle.writeFile(`${randomBytes(12).toString("hex")}\n`);
    await handle.sync();
    await handle.close();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
  return (await readFile(file, "utf8")).trim();
}

/** With its parents; durable, as are the files in it then. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; ; made = path.dirname(made)) {
    await syncFolder(path.dirname(made));
    if (made.length <= first.length) return;
  }
}

/** Makes the names in it durable: a file that was synced and has no name after a power cut is lost all the same. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
