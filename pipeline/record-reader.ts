// From one record's bytes to what is stored of it: parse, unwrap, redact, normalise, derive. No I/O: the ingest worker, the
// explain command and the tests all read records through here, so that there is one meaning of a record.
import { InterningParser } from "../ingest/decode/interning-parser.ts";
import { hasRepeatedKeys } from "../ingest/decode/repeated-keys.ts";
import { type NativeRecord, unwrap } from "../ingest/unwrap.ts";
import type { JsonObject } from "../model/json.ts";
import { deriveBaselineValues } from "../normalize/baseline-values.ts";
import { normalizers } from "../normalize/formats/registry.ts";
import { createNetworkClassifier } from "../normalize/network.ts";
import type { NormalizeContext, NormalizeResult, Normalizer } from "../normalize/normalizer.ts";
import { Redactor } from "../normalize/redaction/redactor.ts";
import { textTables } from "../normalize/redaction/text-filter.ts";
import type { RecordSettings } from "./ingest-messages.ts";

/** One native record and what became of it. */
export interface ReadRecord {
  readonly result: NormalizeResult;
  /** Undefined where no format knows the record. */
  readonly format: Normalizer["format"] | undefined;
  /** The bytes to store, redacted: a part of what came in, or new ones. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly isRedacted: boolean;
}

export type RecordSink = (record: ReadRecord) => void;

const encoder = new TextEncoder();

export class RecordReader {
  readonly #redactor: Redactor;
  readonly #context: NormalizeContext;
  readonly #onlyFormat: Normalizer["format"] | undefined;
  #lastNormalizer: Normalizer | undefined;

  constructor({ redactionKey, networkRanges, clusters, defaultAccount, format }: RecordSettings) {
    this.#onlyFormat = format;
    this.#redactor = new Redactor(redactionKey);
    const clusterByIssuer = new Map(clusters.map(({ name, oidcIssuer }) => [oidcIssuer, name]));
    this.#context = { defaultAccount, clusterOfIssuer: (issuer) => clusterByIssuer.get(issuer), network: createNetworkClassifier(networkRanges) };
  }

  /** A parser that keeps and shares no value that may hold a secret, and names in each record those that this reader has to look at. */
  newParser(): InterningParser {
    return parserOf(this.#redactor);
  }

  /** Reads one JSON value, which stands between `start` and `end` of `bytes` and may be an envelope of records; never throws. */
  read(value: JsonObject, fresh: readonly string[] | undefined, bytes: Buffer, start: number, end: number, sink: RecordSink): void {
    const unwrapped = unwrap(value);
    if (unwrapped.kind === "native") {
      this.#readNative(value, fresh, bytes, start, end, sink);
      return;
    }
    for (const record of unwrapped.records) this.#readUnwrapped(record, sink);
    for (const reason of unwrapped.ignored)
      sink({ result: { kind: "ignored", reason }, format: undefined, bytes, start, end: start, isRedacted: false });
    // Only the part itself is kept: its neighbours are stored as records, with their secrets taken out.
    for (const { reason, text } of unwrapped.rejected) {
      const part = Buffer.from(text.slice(0, quarantineBytes));
      sink(this.reject(reason, part, 0, part.length));
    }
  }

  #readUnwrapped(record: NativeRecord, sink: RecordSink): void {
    const bytes = Buffer.from(record.text);
    this.#readNative(record.value, undefined, bytes, 0, bytes.length, sink);
  }

  #readNative(value: JsonObject, fresh: readonly string[] | undefined, bytes: Buffer, start: number, end: number, sink: RecordSink): void {
    let record = value;
    let stored: { bytes: Uint8Array; start: number; end: number; isRedacted: boolean } = { bytes, start, end, isRedacted: false };
    try {
      if (this.#redactor.mayHoldSecret(value, fresh)) {
        record = this.#redactor.redact(value);
        if (record !== value) {
          const redactedBytes = encoder.encode(JSON.stringify(record));
          stored = { bytes: redactedBytes, start: 0, end: redactedBytes.length, isRedacted: true };
        }
      }
      // Of a repeated key only the last value was read and searched for secrets: only that is stored. Where it is, `fresh` is undefined.
      if (record === value && fresh === undefined && hasRepeatedKeys(bytes, start, end, value)) {
        const rewritten = encoder.encode(JSON.stringify(value));
        stored = { bytes: rewritten, start: 0, end: rewritten.length, isRedacted: false };
      }
    } catch {
      sink(this.reject("cannot be searched for secrets: nested too deeply", bytes, start, end));
      return;
    }
    sink(this.#normalized(record, stored));
  }

  #normalized(record: JsonObject, stored: Pick<ReadRecord, "bytes" | "start" | "end" | "isRedacted">): ReadRecord {
    let format: Normalizer["format"] | undefined;
    let result: NormalizeResult = { kind: "rejected", reason: "no format recognises this record" };
    try {
      const normalizer = this.#normalizerOf(record);
      format = normalizer?.format;
      if (normalizer !== undefined) result = this.#isTaken(normalizer) ? normalizer.normalize(record, this.#context) : this.#foreign(normalizer);
    } catch {
      result = { kind: "rejected", reason: "the normaliser failed on this record; this is a bug" };
    }
    if (result.kind === "rejected") return { ...this.reject(result.reason, stored.bytes, stored.start, stored.end), format };
    if (result.kind === "event") deriveBaselineValues(result.event);
    return { result, format, bytes: stored.bytes, start: stored.start, end: stored.end, isRedacted: stored.isRedacted };
  }

  #isTaken({ format }: Normalizer): boolean {
    return this.#onlyFormat === undefined || this.#onlyFormat === format;
  }

  #foreign({ format }: Normalizer): NormalizeResult {
    return { kind: "rejected", reason: `this source takes ${this.#onlyFormat} only; the record looks like ${format}` };
  }

  /** Records of one log come in runs, so the last format is asked first. */
  #normalizerOf(record: JsonObject): Normalizer | undefined {
    if (this.#lastNormalizer?.recognizes(record)) return this.#lastNormalizer;
    const found = normalizers.find((normalizer) => normalizer.recognizes(record));
    this.#lastNormalizer = found ?? this.#lastNormalizer;
    return found;
  }

  /** What could not be read is kept, to 64 KiB, with what looks like a secret in its text taken out. */
  reject(reason: string, bytes: Uint8Array, start: number, end: number): ReadRecord {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", start, Math.min(end, start + quarantineBytes));
    const redacted = encoder.encode(this.#redactor.redactText(text));
    return { result: { kind: "rejected", reason }, format: undefined, bytes: redacted, start: 0, end: redacted.length, isRedacted: false };
  }
}

/** How much of an unreadable record is kept. */
const quarantineBytes = 65_536;

/** A parser that shares what this redactor would leave as it is. */
export function parserOf(redactor: Redactor): InterningParser {
  return new InterningParser({
    mayKeep: (name, value) => !redactor.mayMemberHoldSecret(name, value),
    isOrdinary: (key, text) => redactor.isOrdinary(key, text),
    tables: textTables,
  });
}
