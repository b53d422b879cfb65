// How records map, field by field, and why: for `explain`. Reads through the same RecordReader as ingest, stores nothing.
import { compressionOf, decompressWhole } from "../ingest/decode/decompress.ts";
import { RecordParser } from "../ingest/decode/record-parser.ts";
import { unwrap } from "../ingest/unwrap.ts";
import { PermanentError } from "../model/errors.ts";
import { blankAction, type NormalizedAction } from "../model/identity-action.ts";
import { type JsonObject, parsedObject } from "../model/json.ts";
import { createRedactionKey } from "../normalize/redaction/redaction-key.ts";
import type { Config } from "./config.ts";
import { identityRule } from "./identity-rules.ts";
import { type ReadRecord, RecordReader } from "./record-reader.ts";
import { type Leaf, leavesOf, traceText, traceTime } from "./trace-field.ts";

interface ExplainedField {
  readonly field: string;
  readonly value: unknown;
  /** Path in the record where the same value stands; otherwise what it was decided by. */
  readonly from: string;
}

export interface ExplainedRecord {
  /** From 1, in the order of the input. */
  readonly index: number;
  /** Wrappings around the record, outermost first; empty where it stands alone. */
  readonly envelope: string;
  /** Empty where no format recognises it. */
  readonly format: string;
  readonly outcome: "event" | "completion" | "ignored" | "rejected";
  /** Why it is ignored or rejected. */
  readonly reason: string;
  /** The rule that made the caller this identity. */
  readonly rule: { readonly id: string; readonly says: string; readonly source: string } | undefined;
  /** Paths of which the values were replaced by a digest. */
  readonly redactions: readonly string[];
  /** What the record says; fields that it does not are left out. */
  readonly fields: readonly ExplainedField[];
}

/** @throws PermanentError when the input is compressed and damaged. */
export async function explainRecords(input: Uint8Array, config: Config): Promise<ExplainedRecord[]> {
  const bytes = await decompressWhole(Buffer.from(input), compressionOf(input));
  if (bytes === undefined)
    throw new PermanentError("the input is compressed and damaged, or larger than explain takes; `machinetrail scan` reads what is sound in it");
  const { networkRanges, clusters, defaultAccount } = config;
  // Digests of this run are shown and forgotten, so a key of its own does where none is configured.
  const redactionKey = config.redactionKey ?? createRedactionKey();
  const reader = new RecordReader({ redactionKey: redactionKey, networkRanges, clusters, defaultAccount });
  const explained: ExplainedRecord[] = [];
  const add = (record: Omit<ExplainedRecord, "index">): void => void explained.push({ index: explained.length + 1, ...record });
  const parser = new RecordParser();
  parser.push(bytes, true);
  for (let parsed = parser.take(1000); parsed !== undefined; parsed = parser.take(1000)) {
    for (const [position, value] of parsed.values.entries()) {
      const text = parsed.bytes.toString("utf8", parsed.ranges[position * 2], parsed.ranges[position * 2 + 1]);
      for (const explanation of explainValue(value, text, reader)) add(explanation);
    }
    for (const { reason } of parsed.rejected) add(unreadable("rejected", reason));
  }
  return explained;
}

function explainValue(value: JsonObject, text: string, reader: RecordReader): Omit<ExplainedRecord, "index">[] {
  const unwrapped = unwrap(value);
  if (unwrapped.kind === "native") return explainNative(value, text, [], reader);
  return [
    ...unwrapped.records.flatMap((record) => explainNative(record.value, record.text, record.wrappings, reader)),
    ...unwrapped.ignored.map((reason) => unreadable("ignored", reason)),
    ...unwrapped.rejected.map(({ reason }) => unreadable("rejected", reason)),
  ];
}

function explainNative(value: JsonObject, text: string, wrappings: readonly string[], reader: RecordReader): Omit<ExplainedRecord, "index">[] {
  const bytes = Buffer.from(text);
  const explained: Omit<ExplainedRecord, "index">[] = [];
  reader.read(value, undefined, bytes, 0, bytes.length, (record) => explained.push(explainRecord(record, value, wrappings)));
  return explained;
}

function explainRecord(record: ReadRecord, original: JsonObject, wrappings: readonly string[]): Omit<ExplainedRecord, "index"> {
  const { result, format } = record;
  const redacted = parsedObject(
    Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength).toString("utf8", record.start, record.end),
  );
  const base = {
    envelope: wrappings.join(", in it "),
    format: format ?? "",
    outcome: result.kind,
    redactions: redacted === undefined ? [] : changedPaths(original, redacted),
  };
  if (result.kind === "ignored" || result.kind === "rejected") return { ...base, reason: result.reason, rule: undefined, fields: [] };
  const leaves = leavesOf(redacted ?? original);
  if (result.kind === "completion")
    return {
      ...base,
      reason: "",
      rule: undefined,
      fields: Object.entries(result.completion).map(([field, value]) => explainField(field, value, leaves)),
    };
  const { event } = result;
  return {
    ...base,
    reason: "",
    rule: identityRule(event.identity_rule),
    fields: statedFields(event).map(([field, value]) => explainField(field, value, leaves)),
  };
}

function unreadable(outcome: "ignored" | "rejected", reason: string): Omit<ExplainedRecord, "index"> {
  return { envelope: "", format: "", outcome, reason, rule: undefined, redactions: [], fields: [] };
}

/** Fields that differ from "not stated", and those that always say something. */
function statedFields(event: NormalizedAction): [string, unknown][] {
  const blank: Readonly<Record<string, unknown>> = blankAction(event.provider, event.source);
  return Object.entries(event).filter(([field, value]) => decidedFields.has(field) || JSON.stringify(value) !== JSON.stringify(blank[field]));
}

/** Fields whose value is one of a list: where the same word stands in the record would be chance. */
const decidedFields: ReadonlyMap<string, string> = new Map([
  ["provider", "the format"],
  ["source", "the format"],
  ["event_rank", "the format"],
  ["identity_rule", "the first rule that fits the caller"],
  ["principal_type", "the identity rule"],
  ["workload_type", "the identity rule, the agent and the network"],
  ["is_machine", "the identity rule"],
  ["credential_type", "the identity rule"],
  ["credential_lifetime", "the identity rule"],
  ["issued_credential_type", "the action"],
  ["activity", "the action"],
  ["outcome", "the error or status of the record"],
  ["src_kind", "the address"],
]);
const derivedFields: ReadonlyMap<string, string> = new Map([
  ["resource_patterns", "resource_uids, generated parts replaced"],
  ["resource_scopes", "resource_uids"],
  ["src_network", "src_ip and src_kind"],
  ["agent_family", "user_agent"],
]);

function explainField(field: string, value: unknown, leaves: readonly Leaf[]): ExplainedField {
  const decided = decidedFields.get(field) ?? derivedFields.get(field);
  if (decided !== undefined) return { field, value, from: `decided by ${decided}` };
  if (typeof value === "number") return { field, value, from: traceTime(value, leaves) };
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  const places = [...new Set(texts.map((text) => traceText(text, leaves)).filter((place) => place !== ""))];
  return { field, value, from: places.length > 0 ? places.join(", ") : "decided by the format" };
}

function changedPaths(original: JsonObject, redacted: JsonObject): string[] {
  const before = new Map(leavesOf(original).map(({ path, text }) => [path, text]));
  const changed = leavesOf(redacted).filter(({ path, text }) => before.get(path) !== text);
  return changed.map(({ path }) => path);
}
