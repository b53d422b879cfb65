// One LogEntry of Cloud Audit Logs in the shapes in which it arrives: as the API writes it, as a BigQuery sink or a data lake
// renames it, with the payload as text. It stands alone because GKE's entries are read from it as well.
import { asObject, asText, type JsonObject, parsedObject } from "../../model/json.ts";
import { contentHash } from "../content-hash.ts";
import { parseTimestampMs } from "../timestamp.ts";

export interface LogEntry {
  readonly record: JsonObject;
  readonly payload: JsonObject;
  readonly logName: string;
  /** When it happened. Unix epoch, milliseconds, UTC. */
  readonly time: number;
  /** The same to the microsecond, in one form however it was written. */
  readonly exactTime: string;
  readonly insertId: string;
}

/** protoPayload, by any of its names, where it holds an audit record; undefined for entries of other logs. */
export function auditPayload(record: JsonObject): JsonObject | undefined {
  const payload = payloadOf(record.protoPayload ?? record.protopayload ?? record.protopayload_auditlog);
  if (payload === undefined) return undefined;
  if (asText(payload.methodName) !== "" || asText(payload.serviceName) !== "" || asObject(payload.authenticationInfo) !== undefined) return payload;
  return asText(payload["@type"]).endsWith(".AuditLog") || logNameOf(record).includes(auditLogMark) ? payload : undefined;
}

export const auditLogMark = "cloudaudit.googleapis.com";

function payloadOf(value: JsonObject[string] | undefined): JsonObject | undefined {
  if (typeof value !== "string") return asObject(value);
  return value.startsWith("{") ? parsedObject(value) : undefined;
}

export function logNameOf(record: JsonObject): string {
  return asText(record.logName ?? record.logname);
}

/** Undefined where the entry has no valid time. */
export function readLogEntry(record: JsonObject, payload: JsonObject): LogEntry | undefined {
  const text = asText(record.timestamp) || asText(record.receiveTimestamp) || asText(record.receivetimestamp);
  const time = parseEntryTimeMs(text);
  if (time === undefined) return undefined;
  const insertId = asText(record.insertId ?? record.insertid);
  return { record, payload, logName: logNameOf(record), time, exactTime: exactTimeOf(text, time), insertId };
}

const withoutZone = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: UTC)?$/;

/** RFC 3339, or the same in UTC as BigQuery and data lakes print it: 2026-11-09 08:15:30.123 UTC. */
function parseEntryTimeMs(text: string): number | undefined {
  const ms = parseTimestampMs(text);
  if (ms !== undefined || text.length > 33 || !withoutZone.test(text)) return ms;
  return parseTimestampMs(`${text.slice(0, 10)}T${text.slice(11).replace(" UTC", "")}Z`);
}

/** Nanoseconds are printed with and without their last zeros, and BigQuery keeps microseconds. */
function exactTimeOf(text: string, time: number): string {
  const finer = (/\.\d{3}(\d{1,3})/.exec(text)?.[1] ?? "").replace(/0+$/, "");
  return finer === "" ? String(time) : `${time}.${finer}`;
}

/** Two entries of one log with the same time and insertId are one (cloud.google.com, LogEntry, insertId). */
export function entryUid(entry: LogEntry): string {
  return entry.insertId === "" ? contentHash(entry.record) : `${entry.logName}|${entry.exactTime}|${entry.insertId}`;
}

/** Project, or organizations/N, folders/N, billingAccounts/N, in whose log the entry stands. */
export function logOwner(logName: string): string {
  const [, kind, id = ""] = /^(projects|folders|organizations|billingAccounts)\/([^/]+)\//.exec(logName) ?? [];
  return kind === undefined || kind === "projects" ? id : `${kind}/${id}`;
}
