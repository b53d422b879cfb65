// Typed arrays and byte columns as Arrow data, and columns as one Arrow IPC stream. It stands apart because every block of rows is made of these.
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
import { ByteColumn } from "./byte-column.ts";
import type { TextListColumn } from "./resource-columns.ts";
import type { ArrowBlock } from "./store.ts";

export type ArrowColumn = readonly [name: string, data: Data<DataType>];

/** 64-bit integers as low and high halves of 32 bits, one row after the other: to assign a BigInt costs ten times as much. */
export type Int64Halves = Uint32Array<ArrayBuffer>;

export function setInt64(halves: Int64Halves, row: number, value: number): void {
  halves[row * 2] = value;
  halves[row * 2 + 1] = Math.floor(value / 4_294_967_296);
}

export function timestamps(halves: Int64Halves, length: number): Data<DataType> {
  return makeData({ type: new TimestampMillisecond("UTC"), length, data: new BigInt64Array(halves.buffer, 0, length) });
}

export function unsigned64(halves: Int64Halves, length: number): Data<DataType> {
  return makeData({ type: new Uint64(), length, data: new BigUint64Array(halves.buffer, 0, length) });
}

export function flags(bytes: Uint8Array<ArrayBuffer>, length: number): Data<DataType> {
  return makeData({ type: new Uint8(), length, data: bytes.subarray(0, length) });
}

export function texts(column: ByteColumn, length: number): Data<Utf8> {
  return makeData({ type: new Utf8(), length, ...column.finish() });
}

export function binaries(column: ByteColumn, length: number): Data<DataType> {
  return makeData({ type: new Binary(), length, ...column.finish() });
}

export function dictionaryTexts(dictionary: { readonly values: readonly string[] }, indices: Int32Array): Data<DataType> {
  const values = new ByteColumn(dictionary.values.length, 1 << 16);
  for (const value of dictionary.values) values.appendShortText(value);
  const vector = makeVector(texts(values, dictionary.values.length));
  return makeData({ type: new DictionaryType(new Utf8(), new Int32()), length: indices.length, data: indices, dictionary: vector });
}

export function textLists(list: TextListColumn, length: number): Data<DataType> {
  const valueOffsets = list.offsets.subarray(0, length + 1);
  const child = "texts" in list ? texts(list.texts, list.texts.rows) : dictionaryTexts(list.dictionary, Int32Array.from(list.indices));
  return makeData({ type: new List(new Field("item", child.type, false)), length, valueOffsets, child });
}

export async function encodeBlock(columns: readonly ArrowColumn[], rows: number): Promise<ArrowBlock> {
  const fields = columns.map(([name, data]) => new Field(name, data.type, false));
  const children = columns.map(([, data]) => data);
  const batch = new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: rows, nullCount: 0, children }));
  const writer = new RecordBatchStreamWriter();
  writer.write(batch);
  writer.close();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk);
  return { rows, chunks };
}
