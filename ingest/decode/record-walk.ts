// The walk over one record's bytes (walk/walk.as.ts) as it is compiled, with memory of its own, and the numbers that both sides know. It stands apart
// because it is all that knows of WebAssembly.
import { ConfigError } from "../../model/errors.ts";
import { recordWalkBinary } from "./record-walk-binary.ts";

/** As in walk/layout.as.ts, which says what each is. */
export const walkNumbers = {
  classesAt: 1024,
  sextetsAt: 1280,
  foundAt: 198_656,
  foundWords: 6,
  unjudgedAt: 296_960,
  textSlots: 32_768,
  recordAt: 18_746_112,
  longestRecordBytes: 1_048_576,
  keptText: 0,
  keptValue: 1,
  isTrue: 2,
  isFalse: 3,
  isNull: 4,
  isNumber: 5,
  freshText: 6,
  freshValue: 7,
  isHarmless: 16,
  isKeepable: 32,
  isOutOfOrdinary: -1,
  isUnknownMember: -2,
} as const;

/** Functions of walk/walk.as.ts, and its globals. */
export interface RecordWalk {
  readonly memory: { readonly buffer: ArrayBuffer };
  walk(length: number): number;
  addMember(isOrdinary: boolean): number;
  keepText(place: number): number;
  keepValue(place: number): number;
  forgetValues(): void;
  judge(index: number, isOrdinary: boolean): void;
  addMark(four: number, searches: number): number;
  addTail(first: number, last: number): number;
  vouch(): void;
  readonly keyStart: { readonly value: number };
  readonly keyLength: { readonly value: number };
  readonly unjudged: { readonly value: number };
  /** 0 where too many are known. */
  readonly shape: { readonly value: number };
}

/** By which bytes are asked whether they can hold a secret: made by text-filter.ts. */
export interface TextTables {
  /** Of each byte below 128: one of 64 classes, of which 63 is any other, and six bits of base64 or 255. */
  readonly classes: Uint8Array;
  readonly sextets: Uint8Array;
  /** Runs of four classes, of six bits each, and what is looked for at each. */
  readonly marks: ReadonlyMap<number, number>;
  /** Six classes each, in two halves of 18 bits: ends of names that end as many words do. */
  readonly tails: readonly (readonly [first: number, last: number])[];
}

/** What is used of it; TypeScript knows it with a browser's library only. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/**
 * Its memory is 20 MB, of which it takes what it writes. Without tables no text is harmless.
 * @throws ConfigError where the process may not reserve the address space that V8 wants around it.
 */
export function newRecordWalk(tables?: TextTables): RecordWalk {
  compiled ??= new WebAssembly.Module(Buffer.from(recordWalkBinary, "base64"));
  const walk = instanceOf(compiled);
  if (tables === undefined) return walk;
  const bytes = new Uint8Array(walk.memory.buffer);
  bytes.set(tables.classes, walkNumbers.classesAt);
  bytes.set(tables.sextets, walkNumbers.sextetsAt);
  const hasMarks = [...tables.marks].every(([four, searches]) => walk.addMark(four, searches));
  if (!hasMarks || !tables.tails.every(([first, last]) => walk.addTail(first, last)))
    throw new RangeError("more marks or tails than layout.as.ts has room for");
  walk.vouch();
  return walk;
}

function instanceOf(module: object): RecordWalk {
  try {
    return new WebAssembly.Instance(module).exports as RecordWalk;
  } catch (cause) {
    const remedy = "each source reserves 8 GiB of it, and takes 20 MB at most: raise the limit (ulimit -v), or read fewer sources in one process";
    throw new ConfigError(`no address space to read records with; ${remedy}`, { cause });
  }
}
