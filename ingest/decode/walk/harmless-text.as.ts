// Whether a text of printable ASCII can hold a secret, asked as text-filter.ts asks it and by its tables. It stands apart because it knows nothing of JSON.
import {
  bytePairsAt,
  classesAt,
  keyAndSecretLength,
  longestLookedAt,
  markBitsAt,
  markOfCommonNames,
  markOfKeys,
  markOfUrls,
  markSlots,
  marksAt,
  sextetsAt,
  tailsAt,
  tailsLimit,
} from "./layout.as";

let marks: u32 = 0;
let tails: u32 = 0;
/** Where the last "@" of the text at hand stands, or the place from where on there is none. */
const unknownAtSign: u32 = 0;
let lastAtSign: u32 = unknownAtSign;

/** False where there is no room: then the host must not vouch. */
export function addMark(four: u32, value: u32): bool {
  if (marks >= markSlots / 2) return false;
  marks++;
  let slot = markSlotOf(four);
  while (load<u32>(marksAt + slot * 8) != 0) slot = (slot + 1) & (markSlots - 1);
  store<u32>(marksAt + slot * 8, four + 1);
  store<u32>(marksAt + slot * 8, value, 4);
  const bit = markBitOf(four);
  store<u8>(markBitsAt + (bit >> 3), load<u8>(markBitsAt + (bit >> 3)) | ((1 as u8) << ((bit & 7) as u8)));
  markPair(four & 0xfff, 1);
  markPair(four >> 12, 2);
  return true;
}

function markPair(pair: u32, bit: u8): void {
  for (let second: u32 = 0; second < 128; second++) {
    if (load<u8>(classesAt + second) != (pair & 63)) continue;
    for (let first: u32 = 0; first < 128; first++) {
      const entry = bytePairsAt + ((second << 8) | first);
      if (load<u8>(classesAt + first) == pair >> 6) store<u8>(entry, load<u8>(entry) | bit);
    }
  }
}

/** As addMark. The first three characters, and the last three. */
export function addTail(first: u32, last: u32): bool {
  if (tails >= tailsLimit) return false;
  store<u64>(tailsAt + tails * 8, ((first as u64) << 18) | last);
  tails++;
  return true;
}

/**
 * True only where the gate (secret-gate.ts) would find nothing in a text of printable ASCII: the same tables, asked for the same runs of four characters.
 * A text that may name an option of a command line is the host's to judge; one that is JSON itself has no texts, since it has no quotes.
 */
export function isHarmlessText(start: u32, end: u32): bool {
  if (end - start < 4) return true;
  if (load<u8>(start) == 45) return false;
  lastAtSign = unknownAtSign;
  // What stands before the first character is of the last class.
  for (let at = start; at < start + 3; at++) if (!isHarmlessFour(start, at, end)) return false;
  for (let at = start + 3; at < end; at++) {
    if ((load<u8>(bytePairsAt + load<u16>(at - 1)) & 1) == 0 || (load<u8>(bytePairsAt + load<u16>(at - 3)) & 2) == 0) continue;
    if (!isHarmlessFour(start, at, end)) return false;
  }
  return end - start < 24 || !hasPrintableBase64(start, end);
}

/** Of the four characters of which the last is at `at`. */
function isHarmlessFour(start: u32, at: u32, end: u32): bool {
  const four = (classAt(start, at - 3) << 18) | (classAt(start, at - 2) << 12) | (classAt(start, at - 1) << 6) | classAt(start, at);
  const bit = markBitOf(four);
  if (((load<u8>(markBitsAt + (bit >> 3)) >> (bit & 7)) & 1) == 0) return true;
  const value = marksOf(four);
  return value == 0 || isHarmlessMark(value, start, at, end);
}

function classAt(start: u32, at: u32): u32 {
  return at < start ? 63 : load<u8>(classesAt + load<u8>(at));
}

function markBitOf(four: u32): u32 {
  return (four * 0x9e3779b1) >> 14;
}

function markSlotOf(four: u32): u32 {
  return (four * 0x9e3779b1) >> 18;
}

function marksOf(four: u32): u32 {
  let slot = markSlotOf(four);
  for (let known = load<u32>(marksAt + slot * 8); known != 0; known = load<u32>(marksAt + slot * 8)) {
    if (known == four + 1) return load<u32>(marksAt + slot * 8, 4);
    slot = (slot + 1) & (markSlots - 1);
  }
  return 0;
}

/** Of a mark whose fourth character is at `at`. */
function isHarmlessMark(value: u32, start: u32, at: u32, end: u32): bool {
  let rest = value;
  if ((rest & markOfKeys) != 0 && end - start <= keyAndSecretLength) rest &= ~markOfKeys;
  if ((rest & markOfUrls) != 0 && !hasAtSign(at, end)) rest &= ~markOfUrls;
  if ((rest & markOfCommonNames) != 0 && end - start <= longestLookedAt && !endsInTail(start, at)) rest &= ~markOfCommonNames;
  return rest == 0;
}

/** Whether one stands behind `at`. Looked for once in each text, from its end: a text may be nothing but "://". */
function hasAtSign(at: u32, end: u32): bool {
  if (lastAtSign == unknownAtSign) {
    lastAtSign = end - 1;
    while (lastAtSign > at && load<u8>(lastAtSign) != 64) lastAtSign--;
  }
  return lastAtSign > at;
}

/** Whether the letters and digits before `end`, without up to three at the end (password1, passwords), end in one of the tails. */
function endsInTail(start: u32, end: u32): bool {
  let window: u64 = 0;
  let characters: u32 = 0;
  for (let at = end; at > start && characters < 9; ) {
    at--;
    const byte = load<u8>(at);
    if (byte == 45 || byte == 95 || byte == 46 || byte == 32) continue;
    const character: u64 = load<u8>(classesAt + byte);
    if (character >= 36) break;
    // From the right: the newest of six is the leftmost.
    window = (window >> 6) | (character << 30);
    characters++;
    if (characters >= 6 && isTail(window)) return true;
  }
  return false;
}

function isTail(window: u64): bool {
  for (let index: u32 = 0; index < tails; index++) if (load<u64>(tailsAt + index * 8) == window) return true;
  return false;
}

/** Whether one of the runs of letters and digits begins with 24 that are such. */
function hasPrintableBase64(start: u32, end: u32): bool {
  let run: u32 = 0;
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const letters = i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(32)), i8x16.splat(97)), i8x16.splat(26));
    const digits = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10));
    let mask: u32 = i8x16.bitmask(v128.or(letters, digits));
    if (end - at < 16) mask &= (1 << (end - at)) - 1;
    // Runs within sixteen are too short: only what goes on from before them counts.
    const more = mask == 0xffff ? 16 : ctz(~mask);
    if (run < 24 && run + more >= 24 && isPrintableBase64(at - run)) return true;
    run = mask == 0xffff ? run + 16 : clz(~(mask << 16));
  }
  return false;
}

/** Whether 24 characters, read as base64, are 18 bytes of readable text: secret-text.ts would decode them. */
function isPrintableBase64(start: u32): bool {
  for (let at = start; at < start + 24; at += 4) {
    const first: u32 = load<u8>(sextetsAt + load<u8>(at));
    const second: u32 = load<u8>(sextetsAt + load<u8>(at + 1));
    const third: u32 = load<u8>(sextetsAt + load<u8>(at + 2));
    const fourth: u32 = load<u8>(sextetsAt + load<u8>(at + 3));
    if ((first | second | third | fourth) > 63) return false;
    if (!isReadable((first << 2) | (second >> 4)) || !isReadable(((second & 15) << 4) | (third >> 2)) || !isReadable(((third & 3) << 6) | fourth))
      return false;
  }
  return true;
}

function isReadable(byte: u32): bool {
  return (byte >= 32 && byte < 127) || byte == 10 || byte == 13 || byte == 9;
}
