// The walk over one record's bytes, in AssemblyScript: compiled to WebAssembly, since sixteen bytes a step and plain memory are what JavaScript has not.
// It finds the members of an object, knows the values whose bytes it has seen, finds where the others end, and says of which of them no text can hold a
// secret. It never decides what JSON is: whatever it does not know by its bytes is parsed by JSON.parse (interning-parser.ts).
// scripts/generate.ts compiles it into record-walk-binary.ts; Node runs none of these files.
import { endOfPlainText, endOfText, skipSpace } from "./bytes.as";
import { isHarmlessText } from "./harmless-text.as";
import { isJudgedOrdinary, isOrdinaryPair, judgeAnew } from "./judgements.as";
import { keptTextAt, keptValueAt, lengthOfKept, longestKeptBytes, numberOfKept, probeBytes } from "./kept-values.as";
import {
  foundAt,
  foundWords,
  freshText,
  freshValue,
  isFalse,
  isHarmless,
  isKeepable,
  isNull,
  isNumber,
  isOutOfOrdinary,
  isTrue,
  isUnknownMember,
  keptText,
  keptValue,
  longestText,
  memberBytes,
  memberIsOrdinary,
  memberLength,
  memberNext,
  memberRecord,
  membersAt,
  membersLimit,
  recordAt,
} from "./layout.as";
import { countHit, countMiss, isKeyAt, isVolatile, keyLength, memberAt } from "./members.as";
import { emptyShape, noShape, shapeWith } from "./shapes.as";

export { addMark, addTail } from "./harmless-text.as";
export { judge, unjudged } from "./judgements.as";
export { forgetValues, keepText, keepValue } from "./kept-values.as";
export * from "./layout.as";
export { addMember, keyLength, keyStart } from "./members.as";

/** Set by the host where the tables are filled: else nothing is harmless. */
let vouches: bool = false;
/** Of the last walk's record. */
export let shape: u32 = noShape;
let records: u32 = 0;
let firstMember: u32 = 0;

// Of the value that was scanned last.
let colons: u32 = 0;
let harmless: bool = false;

export function vouch(): void {
  vouches = true;
}

/** Number of members of the object that the first `length` bytes at recordAt are, or one of the answers above. */
export function walk(length: u32): i32 {
  const end = recordAt + length;
  records++;
  judgeAnew();
  if (load<u8>(recordAt) != 123) return isOutOfOrdinary;
  let at = skipSpace(recordAt + 1, end);
  let expected = firstMember;
  let previous: u32 = 0;
  shape = emptyShape;
  let found = foundAt;
  for (let place: u32 = 0; place < membersLimit; place++) {
    let member = expected;
    if (member == 0 || !isKeyAt(at, end, member)) {
      member = memberAt(at, end);
      if (member == 0) return keyLength > 0 ? isUnknownMember : isOutOfOrdinary;
      if (previous == 0) firstMember = member;
      else store<u32>(previous, member, memberNext);
    }
    if (load<u32>(member, memberRecord) == records) return isOutOfOrdinary;
    store<u32>(member, records, memberRecord);
    previous = member;
    expected = load<u32>(member, memberNext);
    at = skipSpace(at + load<u32>(member, memberLength), end);
    if (load<u8>(at) != 58) return isOutOfOrdinary;
    at = skipSpace(at + 1, end);
    const number = (member - membersAt) / memberBytes;
    store<u32>(found, number);
    shape = shapeWith(shape, number);
    at = valueAt(at, end, member, found);
    if (at == 0) return isOutOfOrdinary;
    found += foundWords * 4;
    at = skipSpace(at, end);
    if (load<u8>(at) == 44) at = skipSpace(at + 1, end);
    else return load<u8>(at) == 125 && at + 1 == end ? place + 1 : isOutOfOrdinary;
  }
  return isOutOfOrdinary;
}

// Values. Each answers where the value ends, 0 where it is out of the ordinary, and fills the words from the second on.

function valueAt(at: u32, end: u32, member: u32, found: u32): u32 {
  const first = load<u8>(at);
  if (first == 34) return textAt(at, end, member, found);
  if (first == 123 || first == 91) return longAt(at, end, member, found);
  if (first == 116) return literalAt(at, end, member, found, 4, 0x65757274, isTrue);
  if (first == 102) return load<u8>(at + 4) == 101 ? literalAt(at, end, member, found, 5, 0x736c6166, isFalse) : 0;
  if (first == 110) return literalAt(at, end, member, found, 4, 0x6c6c756e, isNull);
  let close = at;
  while (close < end && isNumberByte(load<u8>(close))) close++;
  if (close == at) return 0;
  return freshAt(found, named(isNumber, member), at, close);
}

function literalAt(at: u32, end: u32, member: u32, found: u32, length: u32, four: u32, kind: u32): u32 {
  if (at + length > end || load<u32>(at) != four) return 0;
  store<u32>(found, named(kind, member), 4);
  return at + length;
}

function isNumberByte(byte: u8): bool {
  return (byte >= 48 && byte <= 57) || byte == 45 || byte == 43 || byte == 46 || byte == 101 || byte == 69;
}

function textAt(at: u32, end: u32, member: u32, found: u32): u32 {
  const start = at + 1;
  const close = endOfPlainText(start, end);
  if (close == 0 || close - start >= longestText) return longAt(at, end, member, found);
  let kind = freshText;
  if (!isVolatile(member, records)) {
    const slot = keptTextAt(start, close - start, member, found);
    if (slot >= 0) {
      countHit(member);
      store<u32>(found, keptText, 4);
      store<u32>(found, slot, 8);
      return close + 1;
    }
    countMiss(member);
    kind |= isKeepable;
  }
  harmless = vouches && isHarmlessText(start, close);
  return freshAt(found, judged(kind, member), start, close) + 1;
}

/** An object, array or longer text. */
function longAt(at: u32, end: u32, member: u32, found: u32): u32 {
  const isProbed = at + probeBytes <= end && !isVolatile(member, records);
  const kept = isProbed ? keptValueAt(at, end, member, found) : 0;
  if (kept != 0) {
    countHit(member);
    store<u32>(found, keptValue, 4);
    store<u32>(found, numberOfKept(kept), 8);
    return at + lengthOfKept(kept);
  }
  const close = load<u8>(at) == 34 ? scanText(at, end) : scanNested(at, end);
  if (close == 0) return 0;
  countMiss(member);
  store<u32>(found, colons, 16);
  const length = close - at;
  const isKept = isProbed && length >= probeBytes && length <= longestKeptBytes;
  return freshAt(found, judged(isKept ? freshValue | isKeepable : freshValue, member), at, close);
}

function freshAt(found: u32, kind: u32, start: u32, close: u32): u32 {
  store<u32>(found, kind, 4);
  store<u32>(found, start, 8);
  store<u32>(found, close, 12);
  return close;
}

/** `kind` of a value without texts, and that it is harmless where its member is ordinary. */
function named(kind: u32, member: u32): u32 {
  return load<u32>(member, memberIsOrdinary) != 0 ? kind | isHarmless : kind;
}

/** `kind` of the value that was scanned last, and that it is harmless where the member is ordinary too. */
function judged(kind: u32, member: u32): u32 {
  return harmless ? named(kind, member) : kind;
}

// Where a value ends, by structure alone, and whether any text in it can hold a secret.

/** A text that starts at its quote, whatever is in it. */
function scanText(start: u32, end: u32): u32 {
  colons = 0;
  const close = endOfPlainText(start + 1, end);
  harmless = close != 0 && vouches && isHarmlessText(start + 1, close);
  return close != 0 ? close + 1 : endOfText(start + 1, end);
}

/** What is nested deeper is the host's to judge. */
const harmlessDepth: u32 = 64;

function scanNested(start: u32, end: u32): u32 {
  let depth: u32 = 0;
  let isHarmlessSoFar = vouches;
  colons = 0;
  for (let at = start; at < end; ) {
    const byte = load<u8>(at);
    at++;
    if (byte == 34) {
      const close = endOfPlainText(at, end);
      if (close == 0) {
        isHarmlessSoFar = false;
        at = endOfText(at, end);
        if (at == 0) return 0;
      } else {
        if (isHarmlessSoFar) {
          const next = skipSpace(close + 1, end);
          isHarmlessSoFar =
            load<u8>(next) == 58
              ? isJudgedOrdinary(at, close - at, 0) || isOrdinaryPair(at, skipSpace(next + 1, end), end)
              : isHarmlessText(at, close);
        }
        at = close + 1;
      }
    } else if (byte == 58) colons++;
    else if (byte == 123 || byte == 91) {
      if (++depth > harmlessDepth) isHarmlessSoFar = false;
    } else if (byte == 125 || byte == 93) {
      if (--depth > 0) continue;
      harmless = isHarmlessSoFar;
      return at;
    }
  }
  return 0;
}
