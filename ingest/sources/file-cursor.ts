// How far a file was read, known again by its content: by a digest of all the bytes consumed, so that a renamed file is the same
// file and two files are never taken for one. Device, inode, size and time only spare the digest where nothing moved.
import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { z } from "zod";
import type { Cursor } from "../source.ts";
import { storedPosition } from "../stored-position.ts";

/**
 * How many of a file's first bytes name its cursor. A shorter file that grows gets another name, and is read afresh. Files with the
 * same head take turns with one cursor: pages of Azure's REST interface share their first kilobyte, the claims of who called.
 */
export const headBytes = 4096;

const positionSchema = z.strictObject({
  /** File bytes consumed: where a plain file resumes. */
  offset: z.number().int().nonnegative(),
  /** SHA-256 of those bytes. */
  digest: z.string(),
  /** All of the file had been read. */
  isComplete: z.boolean(),
  device: z.number(),
  inode: z.number(),
  sizeBytes: z.number(),
  modifiedAtMs: z.number(),
});

type FilePosition = z.infer<typeof positionSchema>;

export function partitionOf(head: Uint8Array): string {
  return `head:${createHash("sha256").update(head.subarray(0, headBytes)).digest("hex")}`;
}

export function fileCursor(partition: string, offset: number, digest: string, isComplete: boolean, stats: Stats): Cursor {
  const position: FilePosition = {
    offset,
    digest,
    isComplete,
    device: stats.dev,
    inode: stats.ino,
    sizeBytes: stats.size,
    modifiedAtMs: stats.mtimeMs,
  };
  return { partition, position: JSON.stringify(position) };
}

/**
 * What a stored cursor says of the file before us; `fresh` also for a position that cannot be read: reading again loses nothing.
 * `readsOlderCopies`: of two files with the same content, the one written first is read even if the other was read before.
 */
export async function resumePoint(
  path: string,
  stats: Stats,
  stored: string | undefined,
  readsOlderCopies: boolean,
): Promise<"done" | "fresh" | { readonly offset: number }> {
  const position = storedPosition(positionSchema, stored);
  if (position === undefined || position.offset > stats.size) return "fresh";
  const isUntouched =
    position.device === stats.dev && position.inode === stats.ino && position.sizeBytes === stats.size && position.modifiedAtMs === stats.mtimeMs;
  if (isUntouched && position.isComplete && position.offset === stats.size) return "done";
  if (readsOlderCopies && stats.mtimeMs < position.modifiedAtMs) return "fresh";
  if ((await digestOf(path, position.offset)) !== position.digest) return "fresh";
  return position.isComplete && position.offset === stats.size ? "done" : { offset: position.offset };
}

async function digestOf(path: string, sizeBytes: number): Promise<string> {
  const hash = createHash("sha256");
  if (sizeBytes > 0) for await (const chunk of createReadStream(path, { end: sizeBytes - 1, highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
