// The reading half of a spool: whole frames in order, from a position on, for as long as somebody wants more. It changes nothing;
// segments that are done with are deleted by `deleteBefore`, when their records are stored.
import { type FileHandle, open, rm } from "node:fs/promises";
import { pause } from "../../runtime/pause.ts";
import { listSegments, segmentPath } from "./spool-folder.ts";
import { frameMagicBytes, isWholeToTheEnd, nextFrameStart, readFrame, type SpoolMessage } from "./spool-frame.ts";

export interface SpoolPosition {
  readonly segment: number;
  /** Bytes of the segment that were read. */
  readonly offset: number;
}

export interface SpooledMessage extends SpoolMessage {
  readonly receivedAtMs: number;
  readonly at: SpoolPosition;
}

/** One read of a segment. */
interface SpooledMessages {
  readonly messages: readonly SpooledMessage[];
  /** Behind the last of them, and behind what is damaged. */
  readonly position: SpoolPosition;
  /** Bytes that are no frame: what was there was acknowledged once, and is lost. At the end of a segment it may be what a power cut left instead. */
  readonly damaged: readonly { readonly from: SpoolPosition; readonly to: SpoolPosition }[];
}

const readBytes = 4 * 1024 * 1024;
const pollMs = 100;

/** A position behind everything that is there was of another spool: then all is read. */
export async function* readSpool(folder: string, from: SpoolPosition | undefined, signal: AbortSignal): AsyncGenerator<SpooledMessages> {
  const first = await listSegments(folder);
  let position = from !== undefined && from.segment <= (first.at(-1)?.number ?? 0) ? from : { segment: 0, offset: 0 };
  while (!signal.aborted) {
    // Listed before it is read: where a later segment is there, this one has come to its end.
    const numbers = (await listSegments(folder)).map(({ number }) => number);
    const later = numbers.find((number) => number > position.segment);
    if (numbers.includes(position.segment)) {
      for await (const read of readSegment(folder, position, later !== undefined)) {
        position = read.position;
        yield read;
        if (signal.aborted) return;
      }
    }
    if (later !== undefined) position = { segment: later, offset: 0 };
    else await pause(pollMs, signal);
  }
}

/** All segments before this one: their records are stored. The highest is never deleted, so that numbers only grow. */
export async function deleteBefore(folder: string, segment: number): Promise<void> {
  const segments = await listSegments(folder);
  const done = segments.slice(0, -1).filter(({ number }) => number < segment);
  for (const { number } of done) await rm(segmentPath(folder, number), { force: true });
}

async function* readSegment(folder: string, from: SpoolPosition, isEnded: boolean): AsyncGenerator<SpooledMessages> {
  const { segment } = from;
  const handle = await open(segmentPath(folder, segment), "r");
  try {
    const { size } = await handle.stat();
    const state: Progress = {
      segment,
      size,
      isEnded,
      offset: from.offset,
      wantedBytes: readBytes,
      damagedFrom: undefined,
      isCutOff: false,
      tries: 0,
      isOver: false,
    };
    while (state.offset < size && !state.isOver) {
      const bytes = await readAt(handle, state.offset, Math.min(state.wantedBytes, size - state.offset));
      if (bytes.length === 0) return;
      const read = takeFrames(bytes, state);
      if (read !== undefined) yield read;
    }
  } finally {
    await handle.close();
  }
}

interface Progress {
  readonly segment: number;
  /** Bytes of the segment when it was opened. */
  readonly size: number;
  /** Nothing is appended to it any more. */
  readonly isEnded: boolean;
  offset: number;
  /** To be read next. */
  wantedBytes: number;
  /** Where what is no frame began; undefined behind a good one. */
  damagedFrom: number | undefined;
  /** That is the beginning of a frame: at the end of a segment, what a process that was killed had not acknowledged. */
  isCutOff: boolean;
  tries: number;
  isOver: boolean;
}

/** Tries to find a frame behind damage: a body may be full of what looks like the beginning of one. */
const triesLimit = 1000;

function takeFrames(bytes: Buffer, state: Progress): SpooledMessages | undefined {
  const { segment, size, offset: start } = state;
  const isLast = start + bytes.length >= size;
  const messages: SpooledMessage[] = [];
  const damaged: { from: SpoolPosition; to: SpoolPosition }[] = [];
  let endOffset = start;
  let index = 0;
  state.wantedBytes = readBytes;
  while (index < bytes.length) {
    const frame = readFrame(bytes, index);
    const at = { segment, offset: start + index };
    if (frame !== "damaged" && "body" in frame) {
      if (state.damagedFrom !== undefined) damaged.push({ from: { segment, offset: state.damagedFrom }, to: at });
      state.damagedFrom = undefined;
      const { route, body, receivedAtMs } = frame;
      messages.push({ route, body, receivedAtMs, at });
      index += frame.length;
      endOffset = start + index;
      continue;
    }
    const isInSegment = frame !== "damaged" && (frame.length === undefined ? !isLast : at.offset + frame.length <= size);
    if (isInSegment) {
      state.wantedBytes = Math.max(readBytes, frame.length ?? 0);
      break;
    }
    // Being written, perhaps.
    state.isOver = !state.isEnded;
    if (state.isOver) break;
    if (state.damagedFrom === undefined) {
      state.damagedFrom = at.offset;
      state.isCutOff = frame !== "damaged" && !(isLast && isWholeToTheEnd(bytes, index));
    }
    const next = state.tries++ < triesLimit ? nextFrameStart(bytes, index + 1) : -1;
    index = next >= 0 ? next : isLast ? bytes.length : Math.max(index + 1, bytes.length - frameMagicBytes + 1);
  }
  state.offset = start + index;
  if (isLast && state.isEnded && state.damagedFrom !== undefined && !state.isCutOff) {
    endOffset = size;
    damaged.push({ from: { segment, offset: state.damagedFrom }, to: { segment, offset: size } });
  }
  return messages.length + damaged.length === 0 ? undefined : { messages, position: { segment, offset: endOffset }, damaged };
}

async function readAt(handle: FileHandle, offset: number, wantedBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(wantedBytes);
  let filled = 0;
  while (filled < wantedBytes) {
    const { bytesRead } = await handle.read(bytes, filled, wantedBytes - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
