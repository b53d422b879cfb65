// The appending half of a spool: messages are durable when `append` resolves. All that came while one sync ran share the next one.
//
// A segment is only ever appended to, by the process that began it, and never again after a write or sync of it failed: the reader may have
// read past what is durable. So a position in a segment always means the same bytes, and a restart begins a new segment.
import { type FileHandle, open, statfs } from "node:fs/promises";
import { TransientError } from "../../model/errors.ts";
import { listSegments, makeFolder, segmentPath, spoolId, syncFolder } from "./spool-folder.ts";
import { encodeFrame, type SpoolMessage } from "./spool-frame.ts";

export interface SpoolLimits {
  /** Most that may wait: what is above is refused. */
  readonly sizeBytes: number;
  /** What is left of the disk for others. */
  readonly freeBytes: number;
}

interface Waiting {
  readonly pieces: readonly Buffer[];
  readonly sizeBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const segmentBytesLimit = 64 * 1024 * 1024;
const roomIsKnownForMs = 1000;
/** After a failed write nothing is tried for so long: each try may leave an empty segment. */
const restAfterFailureMs = 2000;
const retryAfterMs = 5000;

export class SpoolWriter {
  readonly #folder: string;
  #limits: SpoolLimits;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #committing: Promise<void> | undefined;
  #segment: { readonly handle: FileHandle; readonly number: number; length: number } | undefined;
  #highestNumber = 0;
  #room: { atMs: number; usedBytes: number; freeBytes: number } | undefined;
  #looking: Promise<void> | undefined;
  #failedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(folder: string, limits: SpoolLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** From the next message on. */
  set limits(limits: SpoolLimits) {
    this.#limits = limits;
  }

  /** What lies on the disk: the reader deletes meanwhile. */
  async usedBytes(): Promise<number> {
    return usedBytesOf(await listSegments(this.#folder));
  }

  /**
   * All of them, or an error; where the process dies meanwhile, some may be there.
   * @throws TransientError where there is no room, or the disk refuses: nothing of it was promised, and it may be sent again.
   */
  async append(messages: readonly SpoolMessage[]): Promise<void> {
    if (this.#isClosed) throw new TransientError("the spool is closed", { retryAfterMs });
    if (messages.length === 0) return;
    const receivedAtMs = Date.now();
    const pieces = messages.flatMap((message) => encodeFrame(message, receivedAtMs));
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    await this.#checkRoom(sizeBytes);
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ pieces, sizeBytes, resolve, reject }));
    this.#waitingBytes += sizeBytes;
    this.#committing ??= this.#commitAll();
    await done;
  }

  /** What was appended before is durable, or its `append` has failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#committing;
    await this.#segment?.handle.close();
    this.#segment = undefined;
  }

  async #checkRoom(sizeBytes: number): Promise<void> {
    const now = performance.now();
    if (now - this.#failedAtMs < restAfterFailureMs) throw new TransientError("the spool cannot be written", { retryAfterMs });
    if (this.#room === undefined || now - this.#room.atMs > roomIsKnownForMs || !this.#hasRoom(sizeBytes)) {
      this.#looking ??= this.#lookForRoom().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
    if (!this.#hasRoom(sizeBytes)) throw new TransientError("the spool is full", { retryAfterMs });
  }

  #hasRoom(sizeBytes: number): boolean {
    const room = this.#room;
    if (room === undefined) return false;
    const wantedBytes = this.#waitingBytes + sizeBytes;
    return room.usedBytes + wantedBytes <= this.#limits.sizeBytes && room.freeBytes - wantedBytes >= this.#limits.freeBytes;
  }

  async #lookForRoom(): Promise<void> {
    try {
      await makeFolder(this.#folder);
      const [segments, disk] = await Promise.all([listSegments(this.#folder), statfs(this.#folder)]);
      this.#room = { atMs: performance.now(), usedBytes: usedBytesOf(segments), freeBytes: disk.bavail * disk.bsize };
      this.#highestNumber = Math.max(this.#highestNumber, segments.at(-1)?.number ?? 0);
    } catch (cause) {
      throw failureOf(cause);
    }
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const sizeBytes = group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      try {
        await this.#commit(group.flatMap(({ pieces }) => pieces));
        if (this.#room !== undefined) {
          this.#room.usedBytes += sizeBytes;
          this.#room.freeBytes -= sizeBytes;
        }
        for (const { resolve } of group) resolve();
      } catch (cause) {
        this.#failedAtMs = performance.now();
        await this.#giveUpSegment();
        for (const { reject } of group) reject(failureOf(cause));
      }
      this.#waitingBytes -= sizeBytes;
    }
    this.#committing = undefined;
  }

  async #commit(pieces: readonly Buffer[]): Promise<void> {
    this.#segment ??= await this.#beginSegment();
    const segment = this.#segment;
    await writeAll(segment.handle, pieces, segment.length);
    await segment.handle.datasync();
    segment.length += pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (segment.length < Math.min(segmentBytesLimit, this.#limits.sizeBytes / 8)) return;
    this.#segment = undefined;
    await segment.handle.close();
  }

  async #beginSegment(): Promise<{ handle: FileHandle; number: number; length: number }> {
    await spoolId(this.#folder);
    const number = ++this.#highestNumber;
    const handle = await open(segmentPath(this.#folder, number), "wx", 0o600);
    await syncFolder(this.#folder).catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
    return { handle, number, length: 0 };
  }

  /** What is behind the last durable byte was refused: its sender has it. */
  async #giveUpSegment(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    await segment?.handle.truncate(segment.length).catch(() => undefined);
    await segment?.handle.close().catch(() => undefined);
  }
}

function usedBytesOf(segments: readonly { readonly sizeBytes: number }[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** A single call takes at most so many pieces (IOV_MAX). */
const piecesAtOnce = 1024;

async function writeAll(handle: FileHandle, pieces: readonly Buffer[], start: number): Promise<void> {
  let position = start;
  for (let first = 0; first < pieces.length; first += piecesAtOnce) {
    let rest = pieces.slice(first, first + piecesAtOnce);
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest, position);
      position += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }
}

/** A disk that is nearly full takes a part of what it is given. */
function behind(pieces: readonly Buffer[], writtenBytes: number): Buffer[] {
  let passed = writtenBytes;
  const rest: Buffer[] = [];
  for (const piece of pieces) {
    if (passed < piece.length) rest.push(piece.subarray(passed));
    passed = Math.max(0, passed - piece.length);
  }
  return rest;
}

function failureOf(cause: unknown): TransientError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  return new TransientError(`the spool cannot be written (${code})`, { cause, retryAfterMs });
}
