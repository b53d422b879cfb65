// Rows of `actions` as one Arrow IPC stream: typed arrays and dictionaries filled row by row, no builders in between.
// It stands alone because both engines take these bytes, and because here is where most of the encoding time goes.
import {
  Binary,
  type Data,
  type DataType,
  Dictionary as DictionaryType,
  Field,
  Int32,
  List,
  makeData,
  makeVector,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint8,
  Uint64,
  Utf8,
} from "apache-arrow";
import { actionTextColumns, actionTimeColumns, type IdentityAction, type NormalizedAction } from "../model/identity-action.ts";
import { callColumns, callerColumns, type ValueGroup } from "../model/value-group.ts";
import { ByteColumn } from "./byte-column.ts";
import { Dictionary } from "./dictionary.ts";
import { DictionaryGroup, type TextColumn } from "./dictionary-group.ts";
import { makeListColumn, type NumberedListColumn, ResourceColumns, type TextListColumn } from "./resource-columns.ts";
import { rowVersion } from "./row-version.ts";
import type { ActionBlock } from "./store.ts";

/** Rows that one block holds at most. More gain a few percent of time at most, and each thousand holds 6 to 20 MB (docs/performance.md). */
export const blockRowCapacity = 20_480;
/** Of a row. Enough for most blocks: memory that is never written is never taken. */
const firstRawBytesPerRow = 2048;

type TimeColumn = (typeof actionTimeColumns)[number];

const grouped: ReadonlySet<string> = new Set([...callerColumns, ...callColumns]);
const singleColumns = actionTextColumns.filter((name) => !grouped.has(name));

/** Groups of one action's values; undefined where its values stand alone. */
export interface ActionGroups {
  readonly caller?: ValueGroup | undefined;
  readonly call?: ValueGroup | undefined;
}

interface TimeColumnState {
  readonly name: TimeColumn;
  /** 64-bit milliseconds as low and high halves: BigInt assignment costs ten times as much. */
  readonly halves: Uint32Array<ArrayBuffer>;
}

export class ActionBlockBuilder {
  readonly #rowCapacity: number;
  #rows = 0;
  readonly #caller: DictionaryGroup<(typeof callerColumns)[number]>;
  readonly #call: DictionaryGroup<(typeof callColumns)[number]>;
  readonly #texts: readonly TextColumn<(typeof actionTextColumns)[number]>[];
  readonly #delegation: NumberedListColumn;
  readonly #resources: ResourceColumns;
  readonly #times: readonly TimeColumnState[];
  readonly #receivedAt: Uint32Array<ArrayBuffer>;
  readonly #version: Uint32Array<ArrayBuffer>;
  readonly #isMachine: Uint8Array<ArrayBuffer>;
  readonly #eventUid: ByteColumn;
  readonly #requestUid: ByteColumn;
  readonly #raw: ByteColumn;

  /** `rawBuffer`: memory of a former block, to be written over: fresh pages cost as much as the copy into them. */
  constructor({ rowCapacity = blockRowCapacity, rawBuffer }: { rowCapacity?: number; rawBuffer?: ArrayBuffer | undefined } = {}) {
    this.#rowCapacity = rowCapacity;
    this.#caller = new DictionaryGroup(callerColumns, rowCapacity);
    this.#call = new DictionaryGroup(callColumns, rowCapacity);
    this.#texts = singleColumns.map((name) => ({ name, dictionary: new Dictionary(), indices: new Int32Array(rowCapacity) }));
    this.#delegation = makeListColumn("delegation", rowCapacity);
    this.#resources = new ResourceColumns(rowCapacity);
    this.#times = actionTimeColumns.map((name) => ({ name, halves: new Uint32Array(rowCapacity * 2) }));
    this.#receivedAt = new Uint32Array(rowCapacity * 2);
    this.#version = new Uint32Array(rowCapacity * 2);
    this.#isMachine = new Uint8Array(rowCapacity);
    this.#eventUid = new ByteColumn(rowCapacity, rowCapacity * 40);
    this.#requestUid = new ByteColumn(rowCapacity, rowCapacity * 40);
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

  /** `bytes` from `start` to `end`: the record as it is to be stored, redacted. */
  append(action: NormalizedAction, receivedAtMs: number, bytes: Uint8Array, start: number, end: number, groups?: ActionGroups): void {
    const row = this.#rows;
    if (row >= this.#rowCapacity) throw new RangeError("the block is full");
    this.#caller.append(row, action.credential_uid || action.identity_uid, action, groups?.caller);
    this.#call.append(row, action.action, action, groups?.call);
    for (const column of this.#texts) column.indices[row] = column.dictionary.indexOf(action[column.name]);
    this.#resources.append(row, action);
    for (const value of action.delegation) this.#delegation.indices.push(this.#delegation.dictionary.indexOf(value));
    this.#delegation.offsets[row + 1] = this.#delegation.indices.length;
    for (const column of this.#times) setInt64(column.halves, row, action[column.name]);
    setInt64(this.#receivedAt, row, receivedAtMs);
    const [high, low] = rowVersion(action.event_rank, receivedAtMs, bytes, start, end);
    this.#version[row * 2] = low;
    this.#version[row * 2 + 1] = high;
    this.#isMachine[row] = action.is_machine ? 1 : 0;
    this.#eventUid.appendShortText(action.event_uid);
    this.#requestUid.appendShortText(action.request_uid);
    this.#raw.appendBytes(bytes, start, end);
    this.#rows = row + 1;
  }

  /** The Arrow stream of all rows; the builder is not used afterwards. */
  async finish(): Promise<ActionBlock> {
    const length = this.#rows;
    const columns: [name: keyof IdentityAction | "version", data: Data<DataType>][] = [];
    for (const { name, halves } of this.#times) columns.push([name, timestamps(halves, length)]);
    columns.push(["received_at", timestamps(this.#receivedAt, length)]);
    columns.push(["version", makeData({ type: new Uint64(), length, data: new BigUint64Array(this.#version.buffer, 0, length) })]);
    columns.push(["is_machine", makeData({ type: new Uint8(), length, data: this.#isMachine.subarray(0, length) })]);
    const texts = [...this.#texts, ...this.#caller.columns(length), ...this.#call.columns(length)];
    for (const { name, dictionary, indices } of texts) columns.push([name, dictionaryData(dictionary, indices.subarray(0, length))]);
    for (const list of [this.#delegation, ...this.#resources.columns]) columns.push([list.name, listData(list, length)]);
    columns.push(["event_uid", textData(this.#eventUid, length)]);
    columns.push(["request_uid", textData(this.#requestUid, length)]);
    columns.push(["raw", makeData({ type: new Binary(), length, ...this.#raw.finish() })]);
    return { rows: length, chunks: await encode(columns, length) };
  }
}

function setInt64(halves: Uint32Array, row: number, value: number): void {
  halves[row * 2] = value;
  halves[row * 2 + 1] = Math.floor(value / 4_294_967_296);
}

function timestamps(halves: Uint32Array<ArrayBuffer>, length: number) {
  return makeData({ type: new TimestampMillisecond("UTC"), length, data: new BigInt64Array(halves.buffer, 0, length) });
}

function textData(column: ByteColumn, length: number) {
  return makeData({ type: new Utf8(), length, ...column.finish() });
}

function dictionaryData(dictionary: { readonly values: readonly string[] }, indices: Int32Array) {
  const values = new ByteColumn(dictionary.values.length, 1 << 16);
  for (const value of dictionary.values) values.appendShortText(value);
  const vector = makeVector(textData(values, dictionary.values.length));
  return makeData({ type: new DictionaryType(new Utf8(), new Int32()), length: indices.length, data: indices, dictionary: vector });
}

function listData(list: TextListColumn, length: number) {
  const valueOffsets = list.offsets.subarray(0, length + 1);
  if ("texts" in list) {
    const child = textData(list.texts, list.texts.rows);
    return makeData({ type: new List(new Field("item", child.type, false)), length, valueOffsets, child });
  }
  const child = dictionaryData(list.dictionary, Int32Array.from(list.indices));
  return makeData({ type: new List(new Field("item", child.type, false)), length, valueOffsets, child });
}

async function encode(columns: readonly (readonly [string, Data<DataType>])[], length: number): Promise<Uint8Array[]> {
  const fields = columns.map(([name, data]) => new Field(name, data.type, false));
  const children = columns.map(([, data]) => data);
  const batch = new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children }));
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.close();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  return chunks;
}
