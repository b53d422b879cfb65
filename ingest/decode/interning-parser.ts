// JSON.parse for records that repeat themselves: an object's members are found in the bytes, and a member whose bytes were seen
// before is the value parsed then, the same object or text, without being scanned again. It agrees with JSON.parse or leaves
// the record to it: whatever is new is parsed by JSON.parse, and a kept value only stands for bytes equal to its own.
//
// The bytes are walked in WebAssembly (walk/walk.as.ts), which also says of what is new whether it can hold a secret; the values are kept here.
// Kept values are shared between records and must not be changed. Because equal members are one object, what is derived from
// them (who called, what an agent is, whether they may hold a secret) can be remembered by the value itself.
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import { newRecordWalk, type RecordWalk, type TextTables, walkNumbers } from "./record-walk.ts";
import { keysInValue } from "./repeated-keys.ts";

export interface ParsedValue {
  readonly value: JsonObject;
  /**
   * Members that are not kept ones, which nobody vouched for; undefined: all of them. Always undefined where a key is repeated
   * at any depth.
   */
  readonly fresh: readonly string[] | undefined;
}

/** Says which values may be shared between records. */
export interface KeepJudge {
  /** Asked once for each value before it is kept; false: never keep it, and name it among the fresh. */
  mayKeep(name: string, value: JsonValue): boolean;
  /** With these, values are kept unasked, and others not named fresh, whose texts they let pass and whose keys are ordinary. */
  readonly tables?: TextTables;
  /** Whether a key, or a key with this text as its value, says nothing of what stands around it and holds no secret itself. Without it every key is. */
  isOrdinary?(key: string, text: string | undefined): boolean;
}

const { foundWords, textSlots, recordAt, longestRecordBytes, isUnknownMember, isHarmless, isKeepable } = walkNumbers;
const { keptText, keptValue, isTrue, isFalse, isNull, isNumber, freshText } = walkNumbers;
const firstFound = walkNumbers.foundAt / 4;
const firstUnjudged = walkNumbers.unjudgedAt / 4;

/** Of one record: enough for a hundred new names in one of ten kilobytes. */
const walkedAnewBytes = longestRecordBytes;
const noShape = 0;
/** Records of more kinds, or of more members, are made member by member: they may be forged. */
const templatesLimit = 512;
const templateMembers = 64;
const literals: readonly (JsonValue | undefined)[] = [undefined, undefined, true, false, null];

export class InterningParser {
  readonly #judge: KeepJudge;
  #walk: RecordWalk | undefined;
  #memory: Buffer = Buffer.alloc(0);
  #words: Uint32Array = new Uint32Array(0);
  /** Of the members, in the walk's order. */
  readonly #names: string[] = [];
  /** An object with the members of each shape, to be cloned: that takes a third of setting them one by one. */
  readonly #templates: (JsonObject | undefined)[] = [];
  #templateCount = 0;
  #texts: string[] = [];
  #values: JsonValue[] = [];
  /** Places and values of the record at hand that are to be kept: only once it is read whole, since to keep one may be to forget another. */
  readonly #keptPlaces: number[] = [];
  readonly #kept: JsonValue[] = [];

  constructor(judge: KeepJudge = { mayKeep: () => true }) {
    this.#judge = judge;
  }

  /** The object that stands exactly between `start` and `end`; undefined where JSON.parse would refuse it or it is no object. */
  parse(bytes: Buffer, start: number, end: number): ParsedValue | undefined {
    const length = end - start;
    if (length > longestRecordBytes) return parseWhole(bytes, start, end);
    const walk = this.#walk ?? this.#open();
    bytes.copy(this.#memory, recordAt, start, end);
    let members = walk.walk(length);
    // Each name that is new costs another walk. A long record's are learned one at a time: four thousand in one of a megabyte would take four seconds.
    for (let walkedBytes = length; members === isUnknownMember && this.#addMember(walk) && walkedBytes <= walkedAnewBytes; walkedBytes += length) {
      members = walk.walk(length);
    }
    if (members < 0) return parseWhole(bytes, start, end);
    const parsed = this.#read(members, walk.shape.value);
    if (parsed !== undefined) this.#keep(walk);
    if (walk.unjudged.value > 0) this.#judgeKeys(walk);
    return parsed ?? parseWhole(bytes, start, end);
  }

  #open(): RecordWalk {
    const walk = newRecordWalk(this.#judge.tables);
    this.#walk = walk;
    this.#memory = Buffer.from(walk.memory.buffer);
    this.#words = new Uint32Array(walk.memory.buffer);
    this.#texts = new Array(textSlots).fill("");
    return walk;
  }

  #addMember(walk: RecordWalk): boolean {
    const name = this.#memory.toString("latin1", walk.keyStart.value + 1, walk.keyStart.value + walk.keyLength.value - 1);
    if (name === "__proto__" || walk.addMember(this.#judge.isOrdinary?.(name, undefined) ?? true) === 0) return false;
    this.#names.push(name);
    return true;
  }

  /** Undefined where JSON.parse decides on the whole. */
  #read(members: number, shape: number): ParsedValue | undefined {
    const words = this.#words;
    const names = this.#names;
    const record: JsonObject = { ...(this.#templates[shape] ?? this.#template(members, shape)) };
    const fresh: string[] = [];
    this.#kept.length = 0;
    this.#keptPlaces.length = 0;
    for (let place = 0, found = firstFound; place < members; place++, found += foundWords) {
      const name = names[words[found] as number] as string;
      const kind = words[found + 1] as number;
      switch (kind & 15) {
        case keptText:
          record[name] = this.#texts[words[found + 2] as number] as string;
          break;
        case keptValue:
          record[name] = this.#values[words[found + 2] as number] as JsonValue;
          break;
        case isTrue:
        case isFalse:
        case isNull:
        case isNumber: {
          const value = (kind & 15) === isNumber ? this.#freshAt(found, kind) : literals[kind & 15];
          if (value === undefined) return undefined;
          record[name] = value;
          if ((kind & isHarmless) === 0) fresh.push(name);
          break;
        }
        default: {
          const value = this.#freshAt(found, kind);
          if (value === undefined) return undefined;
          record[name] = value;
          const isVouchedFor = (kind & isHarmless) !== 0;
          if ((kind & isKeepable) !== 0 && (isVouchedFor || this.#judge.mayKeep(name, value))) {
            this.#keptPlaces.push(place);
            this.#kept.push(value);
          } else if (!isVouchedFor) fresh.push(name);
        }
      }
    }
    return { value: record, fresh };
  }

  #template(members: number, shape: number): JsonObject {
    if (shape === noShape || members > templateMembers || this.#templateCount >= templatesLimit) return {};
    this.#templateCount++;
    const names = Array.from({ length: members }, (_, place) => this.#names[this.#words[firstFound + place * foundWords] as number] as string);
    // Parsed, so that V8 lays all members within the object.
    const template = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join(",")}}`) as JsonObject;
    this.#templates[shape] = template;
    return template;
  }

  #freshAt(found: number, kind: number): JsonValue | undefined {
    const start = this.#words[found + 2] as number;
    const end = this.#words[found + 3] as number;
    if ((kind & 15) === freshText) return this.#memory.toString("latin1", start, end);
    const value = parseText(this.#memory.toString((kind & isHarmless) !== 0 ? "latin1" : "utf8", start, end));
    if ((kind & 15) === isNumber) return value;
    // A key that is repeated: JSON.parse dropped one of its values, which is nobody's to see.
    return value === undefined || keysInValue(value) !== this.#words[found + 4] ? undefined : value;
  }

  #keep(walk: RecordWalk): void {
    for (let index = 0; index < this.#kept.length; index++) {
      const value = this.#kept[index] as JsonValue;
      const place = this.#keptPlaces[index] as number;
      const kind = this.#words[firstFound + place * foundWords + 1] as number;
      if ((kind & 15) === freshText) {
        this.#texts[walk.keepText(place)] = value as string;
        continue;
      }
      const number = walk.keepValue(place);
      if (number >= 0) {
        this.#values[number] = value;
        continue;
      }
      walk.forgetValues();
      this.#values = [];
    }
  }

  #judgeKeys(walk: RecordWalk): void {
    const unjudged = walk.unjudged.value;
    for (let index = 0; index < unjudged; index++) {
      const start = this.#words[firstUnjudged + index * 3] as number;
      const end = this.#words[firstUnjudged + index * 3 + 1] as number;
      const textStart = this.#words[firstUnjudged + index * 3 + 2] as number;
      const key = this.#memory.toString("latin1", start, textStart === 0 ? end : this.#memory.indexOf(34, start));
      const text = textStart === 0 ? undefined : this.#memory.toString("latin1", textStart, end);
      walk.judge(index, this.#judge.isOrdinary?.(key, text) === true);
    }
  }
}

/** Broken records may come by the million, and of what it costs to refuse one three quarters are the stack that nobody reads (48 against 14 us). */
function parseText(text: string): JsonValue | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function parseWhole(bytes: Buffer, start: number, end: number): ParsedValue | undefined {
  const value = parseText(bytes.toString("utf8", start, end));
  return isObject(value) ? { value, fresh: undefined } : undefined;
}
