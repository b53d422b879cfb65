// Cloud Audit Logs entries as a sink writes them. The store knows them by log, time and insertId, and those of a long operation by
// the operation: its first entry is the action, its last one says how that ended.
import type { JsonObject } from "../../model/json.ts";
import type { GcpAccess, GcpCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { authorizationOf, conventionsOf, endMetadata, operationAnswer, policyDelta, requestOf } from "./gcp-conventions.ts";
import type { NativeRecord, Stream } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface GcpAct {
  readonly atMs: number;
  readonly access: GcpAccess;
  readonly call: GcpCall;
}

export function gcpAuditRecords({ atMs, access, call }: GcpAct, random: Random, world: World): readonly NativeRecord[] {
  const log = call.isAdminActivity ? "activity" : "data_access";
  const logName = `projects/${call.project}/logs/cloudaudit.googleapis.com%2F${log}`;
  const stream = auditLogStream(world, call.project, log);
  const conventions = conventionsOf(call);
  const timestamp = preciseTime(atMs, random);
  const payload: JsonObject = { "@type": auditLog };
  if (call.failure !== undefined) payload.status = { code: Number(call.failure.code), message: call.failure.message };
  else if (conventions.saysStatus) payload.status = {};
  payload.authenticationInfo = access.authenticationInfo;
  payload.requestMetadata = {
    callerIp: access.address,
    callerSuppliedUserAgent: access.userAgent,
    requestAttributes: conventions.saysRequestTime ? { time: timestamp, auth: {} } : {},
    destinationAttributes: {},
  };
  payload.serviceName = call.service;
  payload.methodName = call.method;
  payload.authorizationInfo = [authorizationOf(call, conventions)];
  payload.resourceName = call.resourceName;
  const serviceData = call.failure === undefined ? policyDelta(call) : undefined;
  if (serviceData !== undefined) payload.serviceData = serviceData;
  if (call.metadata !== undefined) payload.metadata = call.metadata;
  const request = requestOf(call);
  if (request !== undefined) payload.request = request;
  const isLong = conventions.isLong && call.failure === undefined;
  const operation = isLong ? conventions.operationId(atMs, random) : "";
  const response =
    call.failure === undefined
      ? (call.response ?? (isLong ? operationAnswer({ call, operation, atMs, email: access.identity.uid }, random) : undefined))
      : undefined;
  if (response !== undefined) payload.response = response;
  if (call.location !== undefined) payload.resourceLocation = { currentLocations: [call.location] };
  const severity = call.failure !== undefined ? "ERROR" : call.isAdminActivity ? "NOTICE" : "INFO";
  const entry: LogEntry = { payload, call, timestamp, severity, logName, atMs };
  if (!isLong) {
    const insertId = insertIdOf(random);
    return [recordOf(entryUid(logName, timestamp, atMs, insertId), entry, insertId, {}, stream, random)];
  }
  const uid = `operation|${call.service}|${operation}`;
  const begun = recordOf(uid, entry, insertIdOf(random), { operation: { id: operation, producer: call.service, first: true } }, stream, random);
  const lastsMs = Math.ceil(random.logNormal(conventions.lastsMs, 0.7));
  const ended: LogEntry = {
    ...entry,
    payload: endOf({ access, call, metadata: endMetadata(call, random), namesCaller: conventions.endNamesCaller }),
    timestamp: preciseTime(atMs + lastsMs, random),
    atMs: atMs + lastsMs,
  };
  const end = recordOf(uid, ended, insertIdOf(random), { operation: { id: operation, producer: call.service, last: true } }, stream, random);
  return [begun, { ...end, makes: "completion", afterMs: lastsMs }];
}

const auditLog = "type.googleapis.com/google.cloud.audit.AuditLog";

interface LogEntry {
  readonly payload: JsonObject;
  readonly call: GcpCall;
  readonly timestamp: string;
  readonly severity: string;
  readonly logName: string;
  readonly atMs: number;
}

function recordOf(uid: string, entry: LogEntry, insertId: string, more: JsonObject, stream: Stream, random: Random): NativeRecord {
  const { payload, call, timestamp, severity, logName, atMs } = entry;
  const record: JsonObject = {
    protoPayload: payload,
    insertId,
    resource: { type: call.resource.type, labels: call.resource.labels },
    timestamp,
    severity,
    logName,
    ...more,
    receiveTimestamp: preciseTime(atMs + random.integer(200, 1_900), random),
  };
  return { uid, text: JSON.stringify(record), stream, makes: "action", afterMs: 0 };
}

interface End {
  readonly access: GcpAccess;
  readonly call: GcpCall;
  readonly metadata: JsonObject | undefined;
  readonly namesCaller: boolean;
}

/** The last entry of an operation repeats who, what and on what, and nothing of the request. */
function endOf({ access, call, metadata, namesCaller }: End): JsonObject {
  const { principalEmail = access.identity.uid } = access.authenticationInfo;
  const end: JsonObject = { "@type": auditLog, status: {}, authenticationInfo: namesCaller ? { principalEmail } : {} };
  if (namesCaller) end.requestMetadata = { callerIp: access.address, callerSuppliedUserAgent: access.userAgent };
  end.serviceName = call.service;
  end.methodName = call.method;
  end.resourceName = call.resourceName;
  if (metadata !== undefined) end.metadata = metadata;
  if (call.location !== undefined) end.resourceLocation = { currentLocations: [call.location] };
  return end;
}

/** 7 to 14 small letters and digits. */
function insertIdOf(random: Random): string {
  return random.word(13);
}

/** As the store writes it: milliseconds, and microseconds without last zeros, which is what it takes as the entry's exact time. */
function entryUid(logName: string, timestamp: string, atMs: number, insertId: string): string {
  const micros = timestamp.slice(23, 26).replace(/0+$/, "");
  return `${logName}|${micros === "" ? atMs : `${atMs}.${micros}`}|${insertId}`;
}

/** To the nanosecond. */
function preciseTime(atMs: number, random: Random): string {
  return `${new Date(atMs).toISOString().slice(0, 23)}${random.digits(6)}Z`;
}

/** Admin Activity or Data Access of a project: what GKE logs of its clusters stands in them as well. */
export function auditLogStream(world: World, project: string, log: "activity" | "data_access"): Stream {
  return streamNamed(world, `gcp/${project}/${log}`, () => ({
    layout: world.gcp.projects.find(({ id }) => id === project)?.layout ?? "gcp-storage",
    place: { project, log },
    delayMs: 25_000,
  }));
}
