// Native records inside small envelopes, found by shape after JSON.parse: EventBridge, CloudWatch Logs, LookupEvents, Pub/Sub,
// SNS and SQS, Event Grid, Elastic, Logstash and Fluent Bit, and arrays of records inside any of them. A plain record passes at the cost of a few look-ups.
import { gunzipSync } from "node:zlib";
import { arrayOf, isObject, type JsonObject, type JsonValue, objectOf, textOf } from "../model/json.ts";

export interface NativeRecord {
  readonly value: JsonObject;
  /**
   * As received where the envelope holds it as a string; written anew where it is an object inside the envelope (equal values;
   * integers above 2^53 lose digits, as in every JSON.parse).
   */
  readonly text: string;
  /** Envelopes around it, outermost first: for explain. */
  readonly wrappings: readonly string[];
}

export type Unwrapped =
  | { readonly kind: "native" }
  | {
      readonly kind: "records";
      readonly records: readonly NativeRecord[];
      readonly ignored: readonly string[];
      readonly rejected: readonly RejectedPart[];
    };

/** What in an envelope is no record. */
interface RejectedPart {
  readonly reason: string;
  /** The part itself, without its neighbours; empty where it is no text: packed bytes cannot be searched for secrets. */
  readonly text: string;
}

const withoutRecords = "an envelope without records";
const depthLimit = 6;
/** Records, and what is none, together: 90 kB of gzip hold thirty million zeros. */
const partLimit = 100_000;
const inflatedLimitBytes = 64 * 1024 * 1024;

/** `native`: the value itself is the record (or nothing that this knows). */
export function unwrap(value: JsonObject): Unwrapped {
  if (isPlainRecord(value) || envelopeOf(value) === undefined) return { kind: "native" };
  const collector = new Collector();
  collector.open(value, undefined, []);
  return { kind: "records", records: collector.records, ignored: collector.ignored, rejected: collector.rejected };
}

/** The keys that every format's native record has and no envelope: asked first, so that the common case costs nothing. */
function isPlainRecord(value: JsonObject): boolean {
  return "eventSource" in value || "auditID" in value || "protoPayload" in value || "operationName" in value;
}

type Envelope = { readonly name: string; contents(value: JsonObject): readonly (JsonValue | Inflated)[] };

/** Text that came out of base64 or gzip inside an envelope. */
class Inflated {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const envelopes: readonly (Envelope & { matches(value: JsonObject): boolean })[] = [
  { name: "EventBridge event", matches: (value) => "detail" in value && "detail-type" in value, contents: (value) => [value.detail ?? null] },
  {
    name: "CloudWatch Logs subscription",
    matches: (value) => textOf(objectOf(value, "awslogs"), "data") !== "",
    contents: (value) => [inflateBase64(textOf(objectOf(value, "awslogs"), "data"))],
  },
  {
    name: "CloudWatch Logs batch",
    matches: (value) => "messageType" in value && Array.isArray(value.logEvents),
    contents: (value) =>
      value.messageType === "CONTROL_MESSAGE" ? [] : arrayOf(value, "logEvents").map((event) => (isObject(event) ? (event.message ?? null) : null)),
  },
  { name: "LookupEvents entry", matches: (value) => typeof value.CloudTrailEvent === "string", contents: (value) => [value.CloudTrailEvent ?? null] },
  {
    name: "Pub/Sub message",
    matches: (value) => textOf(objectOf(value, "message"), "data") !== "",
    contents: (value) => [inflateBase64(textOf(objectOf(value, "message"), "data"))],
  },
  {
    name: "SNS notification",
    matches: (value) => typeof value.Message === "string" && "TopicArn" in value,
    contents: (value) => [value.Message ?? null],
  },
  { name: "SQS message", matches: (value) => typeof value.body === "string" && "messageId" in value, contents: (value) => [value.body ?? null] },
  {
    name: "event.original",
    matches: (value) => textOf(objectOf(value, "event"), "original").startsWith("{"),
    contents: (value) => [textOf(objectOf(value, "event"), "original")],
  },
  { name: "message string", matches: (value) => messageText(value) !== "", contents: (value) => [messageText(value)] },
  {
    name: "Event Grid event",
    matches: (value) => isObject(value.data) && ("eventType" in value || ("specversion" in value && "type" in value)),
    contents: (value) => [eventGridRecord(value)],
  },
  ...["Records", "records", "value", "items", "Events"].map((key) => ({
    name: `{"${key}": [...]}`,
    matches: (value: JsonObject) => Array.isArray(value[key]) && arrayOf(value, key).every(isObject) && !("kind" in value && key !== "items"),
    contents: (value: JsonObject) => arrayOf(value, key),
  })),
];

/** Where shippers put a line that they did not parse: Elastic, Logstash and Vector, or Fluent Bit. */
function messageText({ message, log }: JsonObject): string {
  const text = typeof message === "string" ? message : log;
  return typeof text === "string" && text.trimStart().startsWith("{") ? text : "";
}

/**
 * The Activity Log's own record where the data is one of its operations: Event Grid keeps the time and the id of an event on its
 * envelope, and calls the resource by another name ("Azure subscription as an Event Grid source").
 */
function eventGridRecord(event: JsonObject): JsonObject {
  const data = objectOf(event, "data") ?? {};
  if (textOf(data, "operationName") === "") return data;
  const eventTimestamp = textOf(event, "eventTime") || textOf(event, "time");
  return { eventDataId: textOf(event, "id"), eventTimestamp, resourceId: textOf(data, "resourceUri"), ...data };
}

/** All envelopes that this opens, as `wrappings` names them. */
export const envelopeNames: readonly string[] = envelopes.map(({ name }) => name);

function envelopeOf(value: JsonObject): Envelope | undefined {
  return envelopes.find((envelope) => envelope.matches(value));
}

class Collector {
  readonly records: NativeRecord[] = [];
  readonly ignored: string[] = [];
  readonly rejected: RejectedPart[] = [];
  #inflatedBytes = 0;
  #isFullTold = false;

  open(value: JsonObject, text: string | undefined, wrappings: readonly string[]): void {
    const envelope = isPlainRecord(value) ? undefined : envelopeOf(value);
    if (envelope === undefined) {
      this.#addRecord(value, text ?? textWritten(value), wrappings);
      return;
    }
    if (wrappings.length >= depthLimit) {
      this.#reject("envelopes nested more than 6 deep", text ?? textWritten(value));
      return;
    }
    const contents = envelope.contents(value);
    if (contents.length === 0) this.ignored.push(withoutRecords);
    const inside = [...wrappings, envelope.name];
    for (const content of contents) {
      if (this.#isFull()) break;
      this.#openContent(content, inside);
    }
  }

  /** Told once; what is left is not opened. */
  #isFull(): boolean {
    if (this.records.length + this.rejected.length + this.ignored.length < partLimit) return false;
    if (!this.#isFullTold) this.#reject("an envelope holds more than 100,000 parts");
    this.#isFullTold = true;
    return true;
  }

  #addRecord(value: JsonObject, text: string | undefined, wrappings: readonly string[]): void {
    if (text === undefined) this.#reject("nested too deeply to be written");
    else this.records.push({ value, text, wrappings });
  }

  #reject(reason: string, text = ""): void {
    this.rejected.push({ reason, text });
  }

  #openContent(content: JsonValue | Inflated, wrappings: readonly string[]): void {
    if (isObject(content) && !(content instanceof Inflated)) {
      this.open(content, undefined, wrappings);
      return;
    }
    const text = content instanceof Inflated ? content.text : content;
    if (typeof text !== "string") {
      this.#reject("an envelope without a record inside", textWritten(text));
      return;
    }
    this.#inflatedBytes += text.length;
    if (text === "" || this.#inflatedBytes > inflatedLimitBytes) {
      this.#reject(text === "" ? "an envelope of which the contents cannot be read" : "an envelope inflates to more than 64 MiB");
      return;
    }
    // One value never holds this, so these are several, one a line.
    const lines = /\}[ \t\r]*\n\s*\{/.test(text) ? text.split("\n").filter((line) => line.trim() !== "") : [text];
    for (const line of lines) {
      if (this.#isFull()) break;
      this.#openText(line, wrappings);
    }
  }

  #openText(text: string, wrappings: readonly string[]): void {
    let value: JsonValue;
    try {
      value = JSON.parse(text) as JsonValue;
    } catch {
      this.#reject("an envelope holds text that is not valid JSON", text);
      return;
    }
    if (isObject(value)) this.open(value, text, wrappings);
    else if (Array.isArray(value)) {
      if (value.length === 0) this.ignored.push(withoutRecords);
      for (const element of value) {
        if (this.#isFull()) break;
        this.#openContent(element, wrappings);
      }
    } else this.#reject("an envelope without a record inside", text);
  }
}

/** Undefined where it is nested so deeply that writing it, unlike reading it, would overflow the stack. */
function textWritten(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Base64, and gzip inside it where there is; empty text where it is neither. */
function inflateBase64(data: string): Inflated {
  const bytes = Buffer.from(data, "base64");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new Inflated(bytes.toString("utf8"));
  try {
    return new Inflated(gunzipSync(bytes, { maxOutputLength: inflatedLimitBytes }).toString("utf8"));
  } catch {
    return new Inflated("");
  }
}
