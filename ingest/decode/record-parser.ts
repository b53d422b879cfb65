// Cuts a stream of bytes into JSON records and parses them: one a line, concatenated, pretty-printed, a top-level array, or
// the array inside an envelope, found by shape. Streaming, bounded, and never trusting one record with its neighbours.
//
// Finding where a record ends is the cost. So the end is guessed (a line's end; the next `},{"firstKey"`) by native search, and
// JSON.parse is the proof: a guessed piece that starts at a record's start and parses whole is that record, since no proper
// prefix of an object is an object. Where the proof fails, the exact scan decides.
import type { JsonObject } from "../../model/json.ts";
import type { RejectedBytes } from "../source.ts";
import { beginsAsEnvelope, findEnvelopeArray, readMember } from "./envelope-array.ts";
import { ForwardSearch } from "./forward-search.ts";
import { InterningParser, type ParsedValue } from "./interning-parser.ts";
import { endOfString, endOfValue, skipBlank } from "./scan-value.ts";

/** Larger records are rejected: the largest that a provider writes is about 1.5 MB (a Kubernetes object). */
export const recordSizeLimitBytes = 16 * 1024 * 1024;
const keptOfRejectedBytes = 65_536;
/** A line that is tried as one value: longer ones are looked through for their end first. */
const triedLineBytes = 1_048_576;
/**
 * Hostile input must not make every line or element cost a look at all the rest. What was looked at in vain may be so many bytes, and so many times what
 * was read already. Scans beyond it are left out, so that lines and guessed ends decide alone; guesses beyond it are, so that scans do.
 */
const vainBytesLimit = 16 * 1024 * 1024;
const vainTimesRead = 4;
const newline = Buffer.from("\n");

export interface ParsedRecords {
  /** Holds the records' bytes. */
  readonly bytes: Buffer;
  /** Start and end of each record in `bytes`, in pairs. */
  readonly ranges: readonly number[];
  readonly values: readonly JsonObject[];
  /** For each value its members that are not kept ones (see interning-parser.ts). */
  readonly fresh: readonly (readonly string[] | undefined)[];
  /** Offset of bytes[0] in the stream. */
  readonly offset: number;
  readonly rejected: readonly RejectedBytes[];
  /** Offset in the stream behind everything that was handed out; a record's end, so that reading can resume there. */
  readonly endOffset: number;
  /** True where reading can resume at endOffset without knowing what came before (not inside an array). */
  readonly isResumable: boolean;
}

const noValueStarts = "not JSON: no object or array starts here";

type Mode =
  /** Between values. */
  | "top"
  /** In an array of records. */
  | "array"
  /** Behind the array of an envelope, in the rest of its object. */
  | "tail"
  /** Inside a record that is too large, of an array: by structure to its end. */
  | "skip-value"
  /** Inside a record that is too large, or garbage, between values: to the line's end. */
  | "skip-line";

export class RecordParser {
  #bytes: Buffer = Buffer.alloc(0);
  #offset = 0;
  #position = 0;
  #isLast = false;
  #mode: Mode = "top";
  #isInEnvelope = false;
  #separators: ForwardSearch | undefined;
  readonly #newlines = new ForwardSearch(newline);
  #skipDepth = 0;
  #skipInString = false;
  #isSkipEscaped = false;
  /** Offset of a last value that is cut off: a file that grows completes it, so reading resumes before it. */
  #cutAt: number | undefined;
  readonly #triedAt: number;
  #vainScanBytes = 0;
  #vainGuessBytes = 0;
  #ranges: number[] = [];
  #values: JsonObject[] = [];
  #fresh: (readonly string[] | undefined)[] = [];
  readonly #parser: InterningParser;
  #rejected: RejectedBytes[] = [];

  /**
   * `offset`: where in the stream the first chunk starts, for a stream that is resumed. `parser` is shared by streams of one log.
   * `isTried`: parseAlone found no object in the first line, which need not be parsed once more.
   */
  constructor(offset = 0, parser = new InterningParser(), isTried = false) {
    this.#offset = offset;
    this.#parser = parser;
    this.#triedAt = isTried ? offset : -1;
  }

  /** The next bytes of the stream; everything of the former ones must have been taken. */
  push(chunk: Buffer, isLast: boolean): void {
    const rest = this.#bytes.subarray(this.#position);
    this.#offset += this.#position;
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#position = 0;
    this.#isLast = isLast;
  }

  /** Up to `limit` records; undefined once more bytes are needed (or, after the last chunk, when all is read). */
  take(limit: number): ParsedRecords | undefined {
    const startPosition = this.#position;
    this.#ranges = [];
    this.#values = [];
    this.#fresh = [];
    this.#rejected = [];
    while (this.#values.length + this.#rejected.length < limit && this.#step());
    if (this.#values.length === 0 && this.#rejected.length === 0 && this.#position === startPosition) return undefined;
    return {
      bytes: this.#bytes,
      ranges: this.#ranges,
      values: this.#values,
      fresh: this.#fresh,
      offset: this.#offset,
      rejected: this.#rejected,
      endOffset: this.#cutAt ?? this.#offset + this.#position,
      isResumable: this.#mode === "top",
    };
  }

  /** One move forward; false where more bytes are needed or nothing is left. */
  #step(): boolean {
    if (this.#mode === "skip-line") return this.#skipLine();
    if (this.#mode === "skip-value") return this.#skipValue();
    this.#position = skipBlank(this.#bytes, this.#position, this.#bytes.length);
    if (this.#position >= this.#bytes.length) return this.#endOfInput();
    if (this.#mode === "tail") return this.#stepTail();
    return this.#mode === "array" ? this.#stepArray() : this.#stepTop();
  }

  #endOfInput(): boolean {
    if (this.#isLast && this.#mode !== "top") {
      this.#mode = "top";
      this.#reject(this.#position, this.#position, "the array of records is cut off");
      return true;
    }
    return false;
  }

  #stepTop(): boolean {
    const bytes = this.#bytes;
    const start = this.#position;
    if (bytes[start] === 91) {
      this.#enterArray(start + 1, false);
      return true;
    }
    if (bytes[start] !== 123) return this.#rejectText();
    const mayScan = this.#mayScan();
    if (mayScan && beginsAsEnvelope(bytes, start)) return this.#stepObject(start);
    const lineEnd = this.#newlines.next(bytes, this.#offset, start);
    const end = lineEnd < 0 ? (this.#isLast ? bytes.length : -1) : lineEnd;
    // Without scans a line that is none goes as a whole: to have tried it is not in vain.
    const isTried = end >= 0 && end - start <= triedLineBytes && (this.#mayGuess() || (!mayScan && lineEnd >= 0));
    if (isTried && this.#offset + start !== this.#triedAt && this.#tryParse(start, trimEnd(bytes, start, end), end)) return true;
    if (isTried) this.#vainGuessBytes += end - start;
    const isNextObject = lineEnd >= 0 && bytes[skipBlank(bytes, lineEnd, bytes.length)] === 123;
    if (lineEnd >= 0 && (!mayScan || (isTried && isNextObject && !this.#startsEnvelope(start)))) return this.#rejectLine("not valid JSON");
    return this.#stepObject(start);
  }

  /** An object over several lines, an envelope, or one of which the end has not come yet. */
  #stepObject(start: number): boolean {
    const bytes = this.#bytes;
    const arrayStart = findEnvelopeArray(bytes, start);
    if (typeof arrayStart === "number") {
      this.#enterArray(arrayStart, true);
      return true;
    }
    const end = endOfValue(bytes, start, Math.min(bytes.length, start + recordSizeLimitBytes));
    if (end >= 0) {
      if (this.#tryParse(start, end, end)) return true;
      this.#vainScanBytes += end - start;
      return this.#rejectLine("not valid JSON");
    }
    if (bytes.length - start >= recordSizeLimitBytes) {
      this.#reject(start, start + keptOfRejectedBytes, "larger than 16 MiB");
      this.#position = start + recordSizeLimitBytes;
      this.#mode = "skip-line";
      return true;
    }
    if (!this.#isLast) return false;
    this.#scannedInVain(start);
    if (this.#newlines.next(bytes, this.#offset, start) >= 0) return this.#rejectLine("not valid JSON");
    this.#reject(start, bytes.length, "cut off at the end");
    this.#cutAt = this.#offset + start;
    this.#position = bytes.length;
    return true;
  }

  #startsEnvelope(start: number): boolean {
    const arrayStart = findEnvelopeArray(this.#bytes, start);
    if (arrayStart === "cut off") this.#scannedInVain(start);
    return typeof arrayStart === "number";
  }

  #enterArray(position: number, isInEnvelope: boolean): void {
    this.#mode = "array";
    this.#isInEnvelope = isInEnvelope;
    this.#separators = undefined;
    this.#position = position;
  }

  #stepArray(): boolean {
    const bytes = this.#bytes;
    let start = this.#position;
    if (bytes[start] === 44) start = skipBlank(bytes, start + 1, bytes.length);
    if (start >= bytes.length) return this.#endOfInput();
    if (bytes[start] === 93) {
      this.#position = start + 1;
      this.#mode = this.#isInEnvelope ? "tail" : "top";
      return true;
    }
    if (bytes[start] !== 123) return this.#rejectElement(start);
    const guessed = this.#separators?.next(bytes, this.#offset, start) ?? -1;
    const mayScan = this.#mayScan();
    if (guessed >= 0 && (this.#mayGuess() || !mayScan)) {
      if (this.#tryParse(start, guessed + 1, guessed + 1)) return true;
      this.#vainGuessBytes += guessed - start;
    }
    if (guessed >= 0 && !mayScan) {
      this.#rejectTo(start, guessed + 1, "not valid JSON");
      return true;
    }
    const end = endOfValue(bytes, start, Math.min(bytes.length, start + recordSizeLimitBytes));
    if (end >= 0) {
      if (!this.#tryParse(start, end, end)) this.#rejectTo(start, end, "not valid JSON");
      this.#learnSeparator(start, end);
      return true;
    }
    return this.#stepUnended(start, guessed);
  }

  #mayScan(): boolean {
    return this.#vainScanBytes <= this.#mostVainBytes;
  }

  #mayGuess(): boolean {
    return this.#vainGuessBytes <= this.#mostVainBytes;
  }

  get #mostVainBytes(): number {
    return vainBytesLimit + vainTimesRead * (this.#offset + this.#position);
  }

  /** Found no end, and nothing that may still come would show one. */
  #scannedInVain(start: number): void {
    this.#vainScanBytes += Math.min(this.#bytes.length - start, recordSizeLimitBytes);
  }

  /** A record of the array of which no end was found: more bytes, too large, or broken so that its quotes do not match. */
  #stepUnended(start: number, guessed: number): boolean {
    const bytes = this.#bytes;
    const isTooLarge = bytes.length - start >= recordSizeLimitBytes;
    if (!isTooLarge && !this.#isLast) return false;
    this.#scannedInVain(start);
    if (guessed >= 0) {
      this.#rejectTo(start, guessed + 1, "not valid JSON");
      return true;
    }
    if (!isTooLarge) {
      this.#rejectTo(start, bytes.length, "cut off at the end");
      this.#mode = "top";
      return true;
    }
    this.#reject(start, start + keptOfRejectedBytes, "larger than 16 MiB");
    this.#position = start;
    this.#skipDepth = 0;
    this.#skipInString = false;
    this.#mode = "skip-value";
    return true;
  }

  /** `}`, the comma and the next record's first key, as written: what separates records that one program wrote. */
  #learnSeparator(start: number, end: number): void {
    if (this.#separators !== undefined) return;
    const bytes = this.#bytes;
    const comma = skipBlank(bytes, end, bytes.length);
    const next = skipBlank(bytes, comma + 1, bytes.length);
    const key = skipBlank(bytes, next + 1, bytes.length);
    if (bytes[start] !== 123 || bytes[comma] !== 44 || bytes[next] !== 123 || bytes[key] !== 34) return;
    const keyEnd = endOfString(bytes, key, bytes.length);
    if (keyEnd > 0) this.#separators = new ForwardSearch(Buffer.from(bytes.subarray(end - 1, keyEnd)));
  }

  /** The other members of an envelope: nothing in them is a record, unless a second array of records. */
  #stepTail(): boolean {
    const bytes = this.#bytes;
    const start = this.#position;
    if (bytes[start] === 125) {
      this.#position = start + 1;
      this.#mode = "top";
      return true;
    }
    const member = readMember(bytes, bytes[start] === 44 ? skipBlank(bytes, start + 1, bytes.length) : start);
    if (member === undefined || member === "cut off") {
      if (!this.#isLast && bytes.length - start < recordSizeLimitBytes) return false;
      this.#mode = "top";
      return this.#rejectLine("the envelope around the records is cut off or not valid JSON");
    }
    if (member.isRecordArray) this.#enterArray(member.valueStart + 1, true);
    else this.#position = member.end;
    return true;
  }

  #tryParse(start: number, end: number, nextPosition: number): boolean {
    const parsed = this.#parser.parse(this.#bytes, start, end);
    if (parsed === undefined) return false;
    this.#ranges.push(start, end);
    this.#values.push(parsed.value);
    this.#fresh.push(parsed.fresh);
    this.#position = nextPosition;
    return true;
  }

  #rejectElement(start: number): boolean {
    const bytes = this.#bytes;
    let end = start;
    // An array inside the array: its own bracket does not end the outer one.
    if (bytes[start] === 91 && this.#mayScan()) {
      const valueEnd = endOfValue(bytes, start, Math.min(bytes.length, start + recordSizeLimitBytes));
      if (valueEnd < 0 && !this.#isLast && bytes.length - start < recordSizeLimitBytes) return false;
      if (valueEnd < 0) this.#scannedInVain(start);
      end = Math.max(start, valueEnd);
    }
    while (end < bytes.length && bytes[end] !== 44 && bytes[end] !== 93) end = bytes[end] === 34 ? this.#stringEnd(end) : end + 1;
    if (end >= bytes.length && !this.#isLast && bytes.length - start < recordSizeLimitBytes) return false;
    this.#rejectTo(start, end, "an array element that is not an object");
    return true;
  }

  #stringEnd(start: number): number {
    const end = endOfString(this.#bytes, start, this.#bytes.length);
    return end < 0 ? this.#bytes.length : end;
  }

  #rejectLine(reason: string): boolean {
    const bytes = this.#bytes;
    const start = this.#position;
    const lineEnd = bytes.indexOf(10, start);
    if (lineEnd < 0 && !this.#isLast && bytes.length - start < recordSizeLimitBytes) return false;
    const end = lineEnd < 0 ? bytes.length : lineEnd;
    this.#reject(start, end, reason);
    this.#position = end;
    if (lineEnd < 0 && !this.#isLast) this.#mode = "skip-line";
    return true;
  }

  #rejectTo(start: number, end: number, reason: string): void {
    this.#reject(start, end, reason);
    this.#position = end;
  }

  #reject(start: number, end: number, reason: string): void {
    const kept = Buffer.from(this.#bytes.subarray(start, Math.min(end, start + keptOfRejectedBytes)));
    this.#rejected.push({ offset: this.#offset + start, bytes: kept, reason });
  }

  /** Lines of text up to the next one that may start a value, as one rejection: a file that is no log is one, not thousands. */
  #rejectText(): boolean {
    const bytes = this.#bytes;
    const start = this.#position;
    let end = start;
    for (;;) {
      const lineEnd = bytes.indexOf(10, end);
      if (lineEnd < 0) break;
      end = skipBlank(bytes, lineEnd, bytes.length);
      if (bytes[end] === 123 || bytes[end] === 91) break;
    }
    if (end === start) return this.#rejectLine(noValueStarts);
    this.#rejectTo(start, end, noValueStarts);
    return true;
  }

  #skipLine(): boolean {
    const lineEnd = this.#bytes.indexOf(10, this.#position);
    const isOver = lineEnd >= 0;
    const before = this.#position;
    this.#position = isOver ? lineEnd + 1 : this.#bytes.length;
    if (isOver) this.#mode = "top";
    return isOver || this.#position > before;
  }

  #skipValue(): boolean {
    const bytes = this.#bytes;
    for (let index = this.#position; index < bytes.length; index++) {
      const byte = bytes[index];
      if (this.#isSkipEscaped) this.#isSkipEscaped = false;
      else if (byte === 92 && this.#skipInString) this.#isSkipEscaped = true;
      else if (byte === 34) this.#skipInString = !this.#skipInString;
      else if (this.#skipInString) continue;
      else if (byte === 123 || byte === 91) this.#skipDepth++;
      else if ((byte === 125 || byte === 93) && --this.#skipDepth === 0) {
        this.#position = index + 1;
        this.#mode = "array";
        return true;
      }
    }
    const moved = this.#position < bytes.length;
    this.#position = bytes.length;
    return moved || this.#endOfInput();
  }
}

/**
 * The object that these bytes are, on one line, with where it ends: what RecordParser makes of them, without one. Else it has to look: at more lines,
 * into an array or an envelope (undefined), or at what was tried here and is "no object".
 */
export function parseAlone(bytes: Buffer, parser: InterningParser): (ParsedValue & { readonly end: number }) | "no object" | undefined {
  if (bytes[0] !== 123 || bytes.length > triedLineBytes) return undefined;
  const lineEnd = bytes.indexOf(10);
  if ((lineEnd >= 0 && lineEnd !== bytes.length - 1) || beginsAsEnvelope(bytes, 0)) return undefined;
  const end = trimEnd(bytes, 0, lineEnd < 0 ? bytes.length : lineEnd);
  const parsed = parser.parse(bytes, 0, end);
  return parsed === undefined ? "no object" : { ...parsed, end };
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let index = end;
  while (index > start && (bytes[index - 1] === 13 || bytes[index - 1] === 32)) index--;
  return index;
}
