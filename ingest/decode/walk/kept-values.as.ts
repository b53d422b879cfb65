// The bytes of the values that the host keeps, found again by a hash: of all of a short text, of the beginning of a longer value. What a hash finds is
// compared byte by byte.
import { hashOf, isSame } from "./bytes.as";
import {
  buckets,
  bucketsAt,
  foundAt,
  foundWords,
  memberBytes,
  membersAt,
  textBytes,
  textHead,
  textSlots,
  textsAt,
  valueHead,
  valuesAt,
  valuesBytes,
} from "./layout.as";

/** Bytes that choose the candidates of a longer value; behind the caller's role and session name in a CloudTrail record. */
export const probeBytes: u32 = 96;
/** Values that begin alike: sessions of one name, with other keys. */
const candidatesPerProbe: u32 = 16;
export const longestKeptBytes: u32 = 8192;

let valuesEnd: u32 = valuesAt;
let values: u32 = 0;

/** The slot of the text if it is kept, and -1. Its hash goes to the words of `found`, for keepText. */
export function keptTextAt(start: u32, length: u32, member: u32, found: u32): i32 {
  const hash = hashOf(start, length, member);
  store<u32>(found, hash, 20);
  const slot = textSlotOf(hash);
  const kept = textsAt + slot * textBytes;
  if (load<u32>(kept) != hash || load<u32>(kept, 4) != member || load<u32>(kept, 8) != length) return -1;
  return isSame(start, kept + textHead, length) ? slot : -1;
}

function textSlotOf(hash: u32): u32 {
  return (hash ^ (hash >> 15)) & (textSlots - 1);
}

/** The slot of a text of the last walk, which is kept from now on. */
export function keepText(place: u32): u32 {
  const found = foundAt + place * foundWords * 4;
  const start = load<u32>(found, 8);
  const hash = load<u32>(found, 20);
  const slot = textSlotOf(hash);
  const kept = textsAt + slot * textBytes;
  store<u32>(kept, hash);
  store<u32>(kept, membersAt + load<u32>(found) * memberBytes, 4);
  store<u32>(kept, load<u32>(found, 12) - start, 8);
  memory.copy(kept + textHead, start, load<u32>(found, 12) - start);
  return slot;
}

/** The kept value that stands at `at`, or 0. Its probe goes to the words of `found`, for keepValue. */
export function keptValueAt(at: u32, end: u32, member: u32, found: u32): u32 {
  const probe = hashOf(at, probeBytes, member);
  store<u32>(found, probe, 20);
  for (let kept = load<u32>(bucketsAt + (probe & (buckets - 1)) * 4); kept != 0; kept = load<u32>(kept)) {
    if (load<u32>(kept, 4) != probe || load<u32>(kept, 8) != member) continue;
    const length = load<u32>(kept, 12);
    if (at + length <= end && isSame(at, kept + valueHead, length)) return kept;
  }
  return 0;
}

export function lengthOfKept(kept: u32): u32 {
  return load<u32>(kept, 12);
}

export function numberOfKept(kept: u32): u32 {
  return load<u32>(kept, 16);
}

/** The number of a value of the last walk, which is kept from now on; -1 where the memory is full: all is to be forgotten then. */
export function keepValue(place: u32): i32 {
  const found = foundAt + place * foundWords * 4;
  const member = membersAt + load<u32>(found) * memberBytes;
  const start = load<u32>(found, 8);
  const length = load<u32>(found, 12) - start;
  const sizeBytes = (valueHead + length + 7) & ~7;
  if (valuesEnd + sizeBytes > valuesAt + valuesBytes) return -1;
  const probe = load<u32>(found, 20);
  const bucket = bucketsAt + (probe & (buckets - 1)) * 4;
  // The newest first: sessions end, and the records of one come together.
  store<u32>(valuesEnd, load<u32>(bucket));
  store<u32>(valuesEnd, probe, 4);
  store<u32>(valuesEnd, member, 8);
  store<u32>(valuesEnd, length, 12);
  store<u32>(valuesEnd, values, 16);
  memory.copy(valuesEnd + valueHead, start, length);
  store<u32>(bucket, valuesEnd);
  valuesEnd += sizeBytes;
  let last = bucket;
  for (let candidates: u32 = 0; load<u32>(last) != 0; last = load<u32>(last)) if (++candidates > candidatesPerProbe) store<u32>(last, 0);
  return values++;
}

export function forgetValues(): void {
  memory.fill(bucketsAt, 0, buckets * 4);
  valuesEnd = valuesAt;
  values = 0;
}
