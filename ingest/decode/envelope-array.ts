// Where in an object's bytes the array of its records begins, found member by member without parsing: an envelope may be larger
// than memory, a record is not.
import { endOfString, endOfValue, skipBlank } from "./scan-value.ts";

/** Keys under which an envelope holds its records: CloudTrail, Azure, Azure REST, Kubernetes EventList, LookupEvents. */
const envelopeKeys = new Set(["Records", "records", "value", "items", "Events"]);

interface Member {
  readonly valueStart: number;
  readonly end: number;
  readonly isRecordArray: boolean;
}

/** The member of an object whose key starts at `start`; undefined where there is none. "cut off": its end was looked for up to the last byte. */
export function readMember(bytes: Buffer, start: number): Member | "cut off" | undefined {
  if (bytes[start] !== 34) return undefined;
  const keyEnd = endOfString(bytes, start, bytes.length);
  if (keyEnd < 0) return "cut off";
  const colon = skipBlank(bytes, keyEnd, bytes.length);
  const valueStart = skipBlank(bytes, colon + 1, bytes.length);
  if (bytes[colon] !== 58 || valueStart >= bytes.length) return undefined;
  const first = bytes[valueStart];
  if (isRecordArray(bytes, valueStart) && isEnvelopeKey(bytes, start, keyEnd)) return { valueStart, end: valueStart, isRecordArray: true };
  const end =
    first === 123 || first === 91
      ? endOfValue(bytes, valueStart, bytes.length)
      : first === 34
        ? endOfString(bytes, valueStart, bytes.length)
        : endOfScalar(bytes, valueStart);
  return end < 0 ? "cut off" : { valueStart, end, isRecordArray: false };
}

function isEnvelopeKey(bytes: Buffer, start: number, end: number): boolean {
  return envelopeKeys.has(bytes.toString("latin1", start + 1, end - 1));
}

/** Whether objects are in it, or nothing. */
function isRecordArray(bytes: Buffer, start: number): boolean {
  if (bytes[start] !== 91) return false;
  const element = bytes[skipBlank(bytes, start + 1, bytes.length)];
  return element === 123 || element === 93;
}

function endOfScalar(bytes: Uint8Array, start: number): number {
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === 44 || byte === 125 || byte === 93) return index;
  }
  return -1;
}

const eventListStart = Buffer.from('{"kind":"EventList"');

/** Whether the object's first member says that it is an envelope; a record's own line is not searched further for it. */
export function beginsAsEnvelope(bytes: Buffer, start: number): boolean {
  if (bytes.compare(eventListStart, 0, eventListStart.length, start, Math.min(start + eventListStart.length, bytes.length)) === 0) return true;
  const key = skipBlank(bytes, start + 1, bytes.length);
  const keyEnd = bytes[key] === 34 ? endOfString(bytes, key, Math.min(bytes.length, key + 10)) : -1;
  if (keyEnd < 0 || !isEnvelopeKey(bytes, key, keyEnd)) return false;
  const colon = skipBlank(bytes, keyEnd, bytes.length);
  return bytes[colon] === 58 && isRecordArray(bytes, skipBlank(bytes, colon + 1, bytes.length));
}

/** Index behind the `[` of the array that holds the records of the object at `start`; undefined where there is none. "cut off": as of `readMember`. */
export function findEnvelopeArray(bytes: Buffer, start: number): number | "cut off" | undefined {
  let position = skipBlank(bytes, start + 1, bytes.length);
  // An envelope has few members before its array; a record has many, and is not searched to its end.
  for (let members = 0; members < 8; members++) {
    const member = readMember(bytes, position);
    if (member === undefined || member === "cut off") return member;
    if (member.isRecordArray) return member.valueStart + 1;
    const comma = skipBlank(bytes, member.end, bytes.length);
    if (bytes[comma] !== 44) return undefined;
    position = skipBlank(bytes, comma + 1, bytes.length);
  }
  return undefined;
}
