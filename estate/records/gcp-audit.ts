// Cloud Audit Logs entries as a sink writes them. The store knows them by log, time and insertId.
import type { JsonObject } from "../../model/json.ts";
import type { GcpAccess, GcpCall } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import type { NativeRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface GcpAct {
  readonly atMs: number;
  readonly access: GcpAccess;
  readonly call: GcpCall;
}

export function gcpAuditRecord({ atMs, access, call }: GcpAct, random: Random, world: World): NativeRecord {
  const log = call.isAdminActivity ? "activity" : "data_access";
  const logName = `projects/${call.project}/logs/cloudaudit.googleapis.com%2F${log}`;
  const finer = random.digits(6);
  const timestamp = `${new Date(atMs).toISOString().slice(0, 23)}${finer}Z`;
  const insertId = random.word(13);
  const { failure } = call;
  const payload: JsonObject = {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    status: failure === undefined ? {} : { code: Number(failure.code), message: failure.message },
    authenticationInfo: access.authenticationInfo,
    requestMetadata: {
      callerIp: access.address,
      callerSuppliedUserAgent: access.userAgent,
      requestAttributes: { time: timestamp, auth: {} },
      destinationAttributes: {},
    },
    serviceName: call.service,
    methodName: call.method,
    authorizationInfo: [
      {
        resource: call.resourceName,
        permission: call.permission,
        granted: failure?.code !== "7",
        resourceAttributes: {},
        permissionType: call.isAdminActivity ? "ADMIN_WRITE" : "DATA_READ",
      },
    ],
    resourceName: call.resourceName,
  };
  if (call.metadata !== undefined) payload.metadata = call.metadata;
  if (call.request !== undefined) payload.request = call.request;
  if (call.response !== undefined && failure === undefined) payload.response = call.response;
  if (call.location !== undefined) payload.resourceLocation = { currentLocations: [call.location] };
  const record: JsonObject = {
    protoPayload: payload,
    insertId,
    resource: { type: call.resource.type, labels: { ...call.resource.labels } },
    timestamp,
    severity: failure !== undefined ? "ERROR" : call.isAdminActivity ? "NOTICE" : "INFO",
    logName,
    receiveTimestamp: `${new Date(atMs + random.integer(200, 1_900)).toISOString().slice(0, 23)}${random.digits(6)}Z`,
  };
  // To the microsecond, without last zeros: what the store takes as the entry's exact time.
  const micros = finer.slice(0, 3).replace(/0+$/, "");
  const uid = `${logName}|${micros === "" ? atMs : `${atMs}.${micros}`}|${insertId}`;
  const stream = streamNamed(world, `gcp/${call.project}/${log}`, () => ({
    layout: world.gcp.projects.find(({ id }) => id === call.project)?.layout ?? "gcp-storage",
    place: { project: call.project, log },
    delayMs: 25_000,
  }));
  return { uid, text: JSON.stringify(record), stream };
}
