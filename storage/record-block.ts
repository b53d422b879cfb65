// Rows of `records` as one Arrow IPC stream: each record's bytes beside the key of its action. It stands apart from the actions because its blocks are
// smaller: memory is what bounds them.
import type { NormalizedAction } from "../model/identity-action.ts";
import type { ValueGroup } from "../model/value-group.ts";
import { binaries, dictionaryTexts, encodeBlock, type Int64Halves, setInt64, texts, timestamps, unsigned64 } from "./arrow-columns.ts";
import { ByteColumn } from "./byte-column.ts";
import { Dictionary } from "./dictionary.ts";
import type { RowVersion } from "./row-version.ts";
import type { ArrowBlock } from "./store.ts";

let lastId = 0;

/** Of a row. Enough for most blocks: memory that is never written is never taken. */
const firstRawBytesPerRow = 2048;

export class RecordBlockBuilder {
  readonly #id = ++lastId;
  readonly #rowCapacity: number;
  #rows = 0;
  readonly #identityUid: { readonly dictionary: Dictionary; readonly indices: Int32Array<ArrayBuffer> };
  readonly #time: Int64Halves;
  readonly #eventUid: ByteColumn;
  readonly #version: Int64Halves;
  readonly #receivedAt: Int64Halves;
  readonly #raw: ByteColumn;

  /** `rawBuffer`: memory of a former block, to be written over: fresh pages cost as much as the copy into them. */
  constructor(rowCapacity: number, rawBuffer?: ArrayBuffer) {
    this.#rowCapacity = rowCapacity;
    this.#identityUid = { dictionary: new Dictionary(), indices: new Int32Array(rowCapacity) };
    this.#time = new Uint32Array(rowCapacity * 2);
    this.#eventUid = new ByteColumn(rowCapacity, rowCapacity * 40);
    this.#version = new Uint32Array(rowCapacity * 2);
    this.#receivedAt = new Uint32Array(rowCapacity * 2);
    this.#raw = new ByteColumn(rowCapacity, rawBuffer ?? rowCapacity * firstRawBytesPerRow);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= this.#rowCapacity;
  }

  get rawBytes(): number {
    return this.#raw.sizeBytes;
  }

  /** `bytes` from `start` to `end`: the record as it is to be stored, redacted. `caller`: stands for the action's identity among others. */
  append(
    action: NormalizedAction,
    receivedAtMs: number,
    [high, low]: RowVersion,
    bytes: Uint8Array,
    start: number,
    end: number,
    caller?: ValueGroup,
  ): void {
    const row = this.#rows;
    if (row >= this.#rowCapacity) throw new RangeError("the block is full");
    this.#identityUid.indices[row] = this.#identityNumber(action, caller);
    setInt64(this.#time, row, action.time);
    this.#eventUid.appendShortText(action.event_uid);
    this.#version[row * 2] = low;
    this.#version[row * 2 + 1] = high;
    setInt64(this.#receivedAt, row, receivedAtMs);
    this.#raw.appendBytes(bytes, start, end);
    this.#rows = row + 1;
  }

  #identityNumber(action: NormalizedAction, caller: ValueGroup | undefined): number {
    const { dictionary } = this.#identityUid;
    if (caller === undefined) return dictionary.indexOf(action.identity_uid);
    if (caller.identityNumberedBy !== this.#id) {
      caller.identityNumber = dictionary.indexOf(action.identity_uid);
      caller.identityNumberedBy = this.#id;
    }
    return caller.identityNumber;
  }

  /** The Arrow stream of all rows; the builder is not used afterwards. */
  finish(): Promise<ArrowBlock> {
    const length = this.#rows;
    const { dictionary, indices } = this.#identityUid;
    return encodeBlock(
      [
        ["identity_uid", dictionaryTexts(dictionary, indices.subarray(0, length))],
        ["time", timestamps(this.#time, length)],
        ["event_uid", texts(this.#eventUid, length)],
        ["version", unsigned64(this.#version, length)],
        ["received_at", timestamps(this.#receivedAt, length)],
        ["raw", binaries(this.#raw, length)],
      ],
      length,
    );
  }
}
