// One message in a segment of a spool, as bytes: written by spool-writer.ts, read by spool-reader.ts, and nothing else knows the form.
//
//   magic "MTF1" | length of the rest, 4 bytes | CRC-32 of the rest, 4 bytes | received at, ms, 8 bytes | length of route, 2 bytes | route | body
//
// Numbers are little-endian. A frame counts when all of it is there and its checksum holds; anything else was never acknowledged, or was damaged since.
import { crc32 } from "node:zlib";

export interface SpoolMessage {
  /** The route that took it, such as "kubernetes-audit": names it in quarantine. At most 1,024 bytes of UTF-8. */
  readonly route: string;
  readonly body: Buffer;
}

interface SpoolFrame extends SpoolMessage {
  readonly receivedAtMs: number;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** "incomplete": it may be there once more bytes have come; `length` where the head says how many. */
type ReadFrame = SpoolFrame | { readonly isIncomplete: true; readonly length: number | undefined } | "damaged";

const magic = Buffer.from("MTF1");
export const frameMagicBytes = magic.length;
const headBytes = 12;
const fixedBytes = 10;
/** Above every body that the server may be set to take. */
const restLimitBytes = 2 ** 30;

/** In pieces, so that a body is not copied. */
export function encodeFrame({ route, body }: SpoolMessage, receivedAtMs: number): readonly Buffer[] {
  const routeBytes = Buffer.from(route);
  const head = Buffer.alloc(headBytes + fixedBytes + routeBytes.length);
  magic.copy(head);
  head.writeUInt32LE(fixedBytes + routeBytes.length + body.length, 4);
  head.writeBigUInt64LE(BigInt(receivedAtMs), headBytes);
  head.writeUInt16LE(routeBytes.length, headBytes + 8);
  routeBytes.copy(head, headBytes + fixedBytes);
  head.writeUInt32LE(crc32(body, crc32(head.subarray(headBytes))), 8);
  return [head, body];
}

/** The body is a view of `bytes`. */
export function readFrame(bytes: Buffer, start: number): ReadFrame {
  const present = bytes.subarray(start, start + magic.length);
  if (present.compare(magic, 0, present.length) !== 0) return "damaged";
  if (bytes.length - start < headBytes) return { isIncomplete: true, length: undefined };
  const restBytes = bytes.readUInt32LE(start + 4);
  if (restBytes < fixedBytes || restBytes > restLimitBytes) return "damaged";
  const length = headBytes + restBytes;
  if (bytes.length - start < length) return { isIncomplete: true, length };
  const rest = bytes.subarray(start + headBytes, start + length);
  const bodyStart = fixedBytes + rest.readUInt16LE(8);
  if (crc32(rest) !== bytes.readUInt32LE(start + 8) || bodyStart > rest.length) return "damaged";
  return {
    route: rest.toString("utf8", fixedBytes, bodyStart),
    body: rest.subarray(bodyStart),
    receivedAtMs: Number(rest.readBigUInt64LE(0)),
    length,
  };
}

/** Of a frame that seems incomplete: its checksum holds for all that is there, so it is its length that was changed. */
export function isWholeToTheEnd(bytes: Buffer, start: number): boolean {
  return bytes.length - start >= headBytes && crc32(bytes.subarray(start + headBytes)) === bytes.readUInt32LE(start + 8);
}

/** Where after `start` the next frame may begin; -1 where none does. */
export function nextFrameStart(bytes: Buffer, start: number): number {
  return bytes.indexOf(magic, start);
}
