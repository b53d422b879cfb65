// The protobuf form of OTLP's logs: a request read down to the bodies of its log records, and the two answers. protobufjs reads the wire; the
// messages are walked here and not by generated classes, since their number and depth must be bounded before anything is built of them, and since
// a text may be any bytes (what writes Go's generated code does not always look). Numbers are those of opentelemetry-proto's logs_service.proto,
// logs.proto and common.proto, and of google.rpc.Status.
import protobuf from "protobufjs/minimal.js";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { Refusal } from "../refusal.ts";
import { checkRecordCount } from "./parsed-body.ts";
import { writtenValue } from "./written-value.ts";

/** What is nested more deeply in a body is left out of it. */
export const depthLimit = 64;
/** The measure of the JSON form: each is about as much work as a JSON value. */
const fieldsLimit = 500_000;

const varint = (field: number) => field << 3;
const fixed64 = (field: number) => (field << 3) | 1;
const delimited = (field: number) => (field << 3) | 2;

/** ExportLogsServiceRequest.resource_logs, ResourceLogs.scope_logs, ScopeLogs.log_records. */
const pathToRecords = [delimited(1), delimited(2), delimited(2)];
const recordBody = delimited(5);
const anyValue = {
  text: delimited(1),
  bool: varint(2),
  integer: varint(3),
  double: fixed64(4),
  list: delimited(5),
  pairs: delimited(6),
  bytes: delimited(7),
};
const listItem = delimited(1);
const pair = delimited(1);
const pairKey = delimited(1);
const pairValue = delimited(2);
const statusMessage = delimited(2);

/** Texts and bytes as they came. */
type AnyValue = JsonValue | Buffer;

/** @throws Refusal where it is no such request, or holds too much. */
export function protobufLogBodies(request: Buffer): readonly Buffer[] {
  const reader = new LogsReader(request);
  try {
    reader.read();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, `the body is no OTLP logs request in protobuf: it cannot be read at byte ${reader.offset}`);
  }
  checkRecordCount(reader.bodies);
  return reader.bodies;
}

/** ExportLogsServiceResponse: without `partial_success`, which is what full success looks like. */
export const protobufSuccess = Buffer.alloc(0);

/** A google.rpc.Status; its code is for servers to leave out. */
export function protobufStatus(message: string): Buffer {
  return Buffer.from(protobuf.Writer.create().uint32(statusMessage).string(message).finish());
}

/** 64 bits, as a number where it is one exactly. */
export function integerOf(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

class LogsReader {
  readonly bodies: Buffer[] = [];
  readonly #request: Buffer;
  readonly #wire: protobuf.Reader;
  #fields = 0;

  constructor(request: Buffer) {
    this.#request = request;
    this.#wire = protobuf.Reader.create(request);
  }

  get offset(): number {
    return Math.min(this.#wire.pos, this.#request.length);
  }

  read(): void {
    this.#walk(this.#request.length, 0);
  }

  #walk(end: number, level: number): void {
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag !== pathToRecords[level]) this.#skip(tag);
      else if (level === pathToRecords.length - 1) this.#record(this.#endOfNested(end));
      else this.#walk(this.#endOfNested(end), level + 1);
    }
  }

  #record(end: number): void {
    // One without a body goes to quarantine, beside its neighbours.
    let body: Buffer = Buffer.from("{}");
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag === recordBody) {
        const value = this.#value(this.#endOfNested(end), 0);
        body = Buffer.isBuffer(value) ? value : writtenValue(value);
      } else this.#skip(tag);
    }
    this.bodies.push(body);
  }

  #value(end: number, depth: number): AnyValue {
    let value: AnyValue = null;
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag === anyValue.text || tag === anyValue.bytes) value = this.#bytes(end);
      else if (tag === anyValue.bool) value = this.#wire.bool();
      else if (tag === anyValue.integer) value = integerOf(String(this.#wire.int64()));
      else if (tag === anyValue.double) value = this.#wire.double();
      else if (tag === anyValue.list) value = this.#list(this.#endOfNested(end), depth + 1);
      else if (tag === anyValue.pairs) value = this.#pairs(this.#endOfNested(end), depth + 1);
      else this.#skip(tag);
    }
    return value;
  }

  #list(end: number, depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag === listItem) list.push(this.#innerValue(end, depth));
      else this.#skip(tag);
    }
    return list;
  }

  #pairs(end: number, depth: number): JsonObject {
    const object: JsonObject = Object.create(null);
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag === pair) this.#pair(this.#endOfNested(end), depth, object);
      else this.#skip(tag);
    }
    return object;
  }

  #pair(end: number, depth: number, object: JsonObject): void {
    let key = "";
    let value: JsonValue = null;
    for (let tag = this.#tag(end); tag !== undefined; tag = this.#tag(end)) {
      if (tag === pairKey) key = this.#bytes(end).toString("utf8");
      else if (tag === pairValue) value = this.#innerValue(end, depth);
      else this.#skip(tag);
    }
    object[key] = value;
  }

  #innerValue(end: number, depth: number): JsonValue {
    const innerEnd = this.#endOfNested(end);
    if (depth > depthLimit) {
      this.#wire.pos = innerEnd;
      return null;
    }
    const value = this.#value(innerEnd, depth);
    return Buffer.isBuffer(value) ? value.toString("utf8") : value;
  }

  /** Of the next field of a message; undefined at its end. */
  #tag(end: number): number | undefined {
    if (this.#wire.pos > end) throw new RangeError("a field goes beyond its message");
    if (this.#wire.pos === end) return undefined;
    if (++this.#fields > fieldsLimit) throw new Refusal(413, `the body holds more than ${fieldsLimit} fields; send less at once`);
    const tag = this.#wire.uint32();
    if (tag >>> 3 === 0) throw new RangeError("no field has the number 0");
    return tag;
  }

  #endOfNested(end: number): number {
    const nestedEnd = this.#wire.uint32() + this.#wire.pos;
    if (nestedEnd > end) throw new RangeError("a message goes beyond the one around it");
    return nestedEnd;
  }

  /** Not copied. */
  #bytes(end: number): Buffer {
    const bytesEnd = this.#endOfNested(end);
    const start = this.#wire.pos;
    this.#wire.pos = bytesEnd;
    return this.#request.subarray(start, bytesEnd);
  }

  #skip(tag: number): void {
    this.#wire.skipType(tag & 7);
  }
}
