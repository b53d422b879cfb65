// JSON.parse for records that repeat themselves: an object's members are found in the bytes, and a member whose bytes were seen
// before is the value parsed then, the same object or text, without being scanned again. It agrees with JSON.parse or leaves
// the record to it: whatever is new is parsed by JSON.parse, and a kept value only stands for bytes equal to its own.
//
// Kept values are shared between records and must not be changed. Because equal members are one object, what is derived from
// them (who called, what an agent is, whether they may hold a secret) can be remembered by the value itself.
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { keysInValue } from "./repeated-keys.ts";
import { endOfString, endOfValue, type KeyCount } from "./scan-value.ts";

export interface ParsedValue {
  readonly value: JsonObject;
  /**
   * Members that are not kept ones, which nobody vouched for; undefined: all of them. Always undefined where a key is repeated
   * at any depth.
   */
  readonly fresh: readonly string[] | undefined;
}

/** Asked once for each value before it is kept; false: never keep it, and name it among the fresh. */
export type MayKeep = (name: string, value: JsonValue) => boolean;

/** Bytes that choose the candidates of a longer value; behind the caller's role and session name in a CloudTrail record. */
const probeBytes = 96;
/** Values that begin alike: sessions of one name, with other keys. */
const candidatesPerProbe = 16;
const longestKeptBytes = 8192;
const keptBytesLimit = 24 * 1024 * 1024;
/** Up to where the longer ones begin to be kept. */
const longestShortText = probeBytes;
const shortTextSlots = 1 << 15;
/** Of each member. */
const recentTexts = 16;
const membersLimit = 4096;

interface Member {
  readonly name: string;
  /** With its quotes. */
  readonly key: Buffer;
  readonly long: Map<number, Kept[]>;
  /** Texts that were met last, by a few of their bytes: most members say one of few things. */
  readonly recent: (string | undefined)[];
  /** Number of the record in which it was met last: met twice in one, it is repeated. */
  metIn: number;
  /** Looked up and found, looked up in vain: a member that never repeats (an event's id) is not kept. */
  hits: number;
  misses: number;
}

interface Kept {
  readonly bytes: Buffer;
  /** Where its bytes differ first from those of the one that was kept before it. */
  readonly differsAt: number;
  readonly value: JsonValue;
}

interface ShortText {
  readonly hash: number;
  readonly text: string;
  readonly member: Member;
}

export class InterningParser {
  readonly #mayKeep: MayKeep;
  readonly #members = new Map<string, Member>();
  /** Members in the order of the last record: the next one has most likely the same. */
  #order: Member[] = [];
  #shortTexts: (ShortText | undefined)[] = new Array(shortTextSlots);
  readonly #count: KeyCount = { keys: 0 };
  #keptBytes = 0;
  #records = 0;
  /** Where the value that was read last ends. */
  #end = 0;
  #fresh: string[] = [];

  constructor(mayKeep: MayKeep = () => true) {
    this.#mayKeep = mayKeep;
  }

  /** The object that stands exactly between `start` and `end`; undefined where JSON.parse would refuse it or it is no object. */
  parse(bytes: Buffer, start: number, end: number): ParsedValue | undefined {
    this.#fresh = [];
    this.#records++;
    const value = this.#members.size < membersLimit ? this.#parseObject(bytes, start, end) : undefined;
    return value === undefined ? parseWhole(bytes, start, end) : { value, fresh: this.#fresh };
  }

  /** Undefined where anything is out of the ordinary: then JSON.parse decides on the whole. */
  #parseObject(bytes: Buffer, start: number, end: number): JsonObject | undefined {
    if (bytes[start] !== 123) return undefined;
    const record: JsonObject = {};
    let position = skipSpace(bytes, start + 1, end);
    for (let place = 0; ; place++) {
      const member = this.#memberAt(bytes, position, end, place);
      if (member === undefined || member.metIn === this.#records) return undefined;
      member.metIn = this.#records;
      position = skipSpace(bytes, position + member.key.length, end);
      if (bytes[position] !== 58) return undefined;
      position = skipSpace(bytes, position + 1, end);
      const value = this.#valueAt(bytes, position, end, member);
      if (value === undefined) return undefined;
      record[member.name] = value;
      position = skipSpace(bytes, this.#end, end);
      if (bytes[position] === 44) position = skipSpace(bytes, position + 1, end);
      else return bytes[position] === 125 && position + 1 === end ? record : undefined;
    }
  }

  #memberAt(bytes: Buffer, position: number, end: number, place: number): Member | undefined {
    const expected = this.#order[place];
    if (expected !== undefined && equalAt(bytes, position, end, expected.key)) return expected;
    if (bytes[position] !== 34) return undefined;
    const keyEnd = endOfPlainText(bytes, position + 1, end);
    if (keyEnd < 0) return undefined;
    const name = bytes.toString("latin1", position + 1, keyEnd);
    if (name === "__proto__") return undefined;
    let member = this.#members.get(name);
    if (member === undefined) {
      member = {
        name,
        key: Buffer.from(`"${name}"`, "latin1"),
        long: new Map(),
        recent: new Array(recentTexts).fill(undefined),
        metIn: 0,
        hits: 0,
        misses: 0,
      };
      this.#members.set(name, member);
    }
    this.#order[place] = member;
    return member;
  }

  #valueAt(bytes: Buffer, position: number, end: number, member: Member): JsonValue | undefined {
    const first = bytes[position];
    if (first === 34) return this.#textAt(bytes, position, end, member);
    if (first === 123 || first === 91) return this.#longAt(bytes, position, end, member);
    const literal = first === 116 ? literals.true : first === 102 ? literals.false : first === 110 ? literals.null : undefined;
    if (literal !== undefined) {
      this.#end = position + literal.bytes.length;
      return equalAt(bytes, position, end, literal.bytes) ? literal.value : undefined;
    }
    let index = position;
    while (index < end && isNumberByte(bytes[index] as number)) index++;
    this.#end = index;
    return index === position ? undefined : parseSlice(bytes, position, index);
  }

  #textAt(bytes: Buffer, position: number, end: number, member: Member): JsonValue | undefined {
    // Behind the text stands the next key, which is mostly the same one.
    const place = ((bytes[position + 4] as number) ^ (bytes[position + 8] as number) ^ (bytes[position + 12] as number)) & (recentTexts - 1);
    const recent = member.recent[place];
    if (recent !== undefined) {
      const recentEnd = position + 1 + recent.length;
      if (recentEnd < end && bytes[recentEnd] === 34 && isTextAt(bytes, position + 1, recentEnd, recent)) {
        member.hits++;
        this.#end = recentEnd + 1;
        return recent;
      }
    }
    let hash = 0;
    const limit = Math.min(end, position + 1 + longestShortText);
    let index = position + 1;
    for (; index < limit; index++) {
      const byte = bytes[index] as number;
      if (byte === 34) break;
      if (byte < 32 || byte > 126 || byte === 92) return this.#longAt(bytes, position, end, member);
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (bytes[index] !== 34) return this.#longAt(bytes, position, end, member);
    this.#end = index + 1;
    return this.#shortText(bytes, position + 1, index, hash, member, place);
  }

  #shortText(bytes: Buffer, start: number, end: number, hash: number, member: Member, place: number): string {
    if (isVolatile(member)) {
      this.#fresh.push(member.name);
      return bytes.toString("latin1", start, end);
    }
    const slot = (hash ^ (hash >>> 15)) & (shortTextSlots - 1);
    const known = this.#shortTexts[slot];
    if (known !== undefined && known.hash === hash && known.member === member && isTextAt(bytes, start, end, known.text)) {
      member.hits++;
      member.recent[place] = known.text;
      return known.text;
    }
    member.misses++;
    const text = bytes.toString("latin1", start, end);
    if (this.#mayKeep(member.name, text)) this.#shortTexts[slot] = { hash, text, member };
    else this.#fresh.push(member.name);
    return text;
  }

  /** An object, array or longer text: one of the kept ones that begin alike, else parsed. */
  #longAt(bytes: Buffer, position: number, end: number, member: Member): JsonValue | undefined {
    const isProbed = position + probeBytes <= end && !isVolatile(member);
    const probe = isProbed ? probeHash(bytes, position) : 0;
    const candidates = isProbed ? member.long.get(probe) : undefined;
    if (candidates !== undefined) {
      for (const { bytes: kept, differsAt, value } of candidates) {
        const keptEnd = position + kept.length;
        if (keptEnd <= end && bytes[position + differsAt] === kept[differsAt] && bytes.compare(kept, 0, kept.length, position, keptEnd) === 0) {
          member.hits++;
          this.#end = keptEnd;
          return value;
        }
      }
    }
    const count = this.#count;
    count.keys = 0;
    const valueEnd = bytes[position] === 34 ? endOfString(bytes, position, end) : endOfValue(bytes, position, end, count);
    if (valueEnd < 0) return undefined;
    this.#end = valueEnd;
    const value = parseSlice(bytes, position, valueEnd);
    // A key that is repeated: JSON.parse dropped one of its values, which is nobody's to see.
    if (value === undefined || keysInValue(value) !== count.keys) return undefined;
    const sizeBytes = valueEnd - position;
    member.misses++;
    if (isProbed && sizeBytes >= probeBytes && sizeBytes <= longestKeptBytes && this.#mayKeep(member.name, value)) {
      this.#keep(member, probe, candidates, Buffer.from(bytes.subarray(position, valueEnd)), value);
    } else this.#fresh.push(member.name);
    return value;
  }

  #keep(member: Member, probe: number, candidates: Kept[] | undefined, bytes: Buffer, value: JsonValue): void {
    if (this.#keptBytes > keptBytesLimit) {
      for (const { long } of this.#members.values()) long.clear();
      this.#keptBytes = 0;
      candidates = undefined;
    }
    this.#keptBytes += bytes.length + 512;
    const kept = { bytes, differsAt: differingByte(bytes, candidates?.[0]?.bytes), value };
    if (candidates === undefined) member.long.set(probe, [kept]);
    else {
      // The newest first: sessions end, and the records of one come together.
      candidates.unshift(kept);
      if (candidates.length > candidatesPerProbe) candidates.pop();
    }
  }
}

const literals = {
  true: { bytes: Buffer.from("true"), value: true },
  false: { bytes: Buffer.from("false"), value: false },
  null: { bytes: Buffer.from("null"), value: null },
} as const;

/** Fewer than one in eight seen before: keeping it costs more than it spares. Such a member is no longer looked up, but for what it said last. */
function isVolatile(member: Member): boolean {
  if (member.misses < 512) return false;
  if (member.hits * 7 >= member.misses) {
    member.hits >>= 1;
    member.misses >>= 1;
    return false;
  }
  return true;
}

function skipSpace(bytes: Buffer, start: number, end: number): number {
  let index = start;
  while (index < end) {
    const byte = bytes[index];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break;
    index++;
  }
  return index;
}

function equalAt(bytes: Buffer, position: number, end: number, expected: Buffer): boolean {
  const { length } = expected;
  if (position + length > end) return false;
  for (let index = 0; index < length; index++) if (bytes[position + index] !== expected[index]) return false;
  return true;
}

function isTextAt(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** Index of the quote that ends a text of printable ASCII without escapes; -1 for any other. */
function endOfPlainText(bytes: Buffer, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte === 34) return index;
    if (byte < 32 || byte > 126 || byte === 92) return -1;
  }
  return -1;
}

/** Index of the first byte that the other has not; of the last one where there is no other. */
function differingByte(bytes: Buffer, other: Buffer = bytes): number {
  let index = 0;
  while (index < bytes.length - 1 && bytes[index] === other[index]) index++;
  return index;
}

/** Every third byte is enough to choose a candidate; equality is checked on all of them. */
function probeHash(bytes: Buffer, position: number): number {
  let hash = 0;
  for (let index = position; index < position + probeBytes; index += 3) hash = (Math.imul(hash, 31) + (bytes[index] as number)) | 0;
  return hash;
}

function isNumberByte(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || byte === 45 || byte === 43 || byte === 46 || byte === 101 || byte === 69;
}

/** Broken records may come by the million, and of what it costs to refuse one three quarters are the stack that nobody reads (48 against 14 us). */
function parseSlice(bytes: Buffer, start: number, end: number): JsonValue | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return JSON.parse(bytes.toString("utf8", start, end)) as JsonValue;
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function parseWhole(bytes: Buffer, start: number, end: number): ParsedValue | undefined {
  const value = parseSlice(bytes, start, end);
  return isObject(value) ? { value, fresh: undefined } : undefined;
}
