// Bodies as each provider sends them, around records that are made here: one place for what the shapes are, used by every test of the routes.
import { gzipSync } from "node:zlib";
import type { JsonObject } from "../../model/json.ts";
import { encodedLogs } from "./otlp-messages.ts";

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64");
const time = "2026-11-02T03:04:05.000000Z";

const kubernetes = (id: string): JsonObject => ({
  level: "Metadata",
  auditID: id,
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/shop/pods",
  verb: "list",
  user: { username: "system:serviceaccount:shop:api" },
  sourceIPs: ["10.0.0.1"],
  objectRef: { resource: "pods", namespace: "shop", apiVersion: "v1" },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: time,
  stageTimestamp: time,
});

const cloudTrail = (id: string): JsonObject => ({
  eventVersion: "1.11",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/deploy", accountId: "111122223333", userName: "deploy" },
  eventTime: "2026-11-02T03:04:05Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  eventID: id,
});

const googleAudit = (id: string): JsonObject => ({
  logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
  timestamp: "2026-11-02T03:04:05Z",
  insertId: id,
  resource: { type: "gcs_bucket", labels: {} },
  protoPayload: {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    serviceName: "storage.googleapis.com",
    methodName: "storage.objects.get",
    authenticationInfo: { principalEmail: "svc@p.iam.gserviceaccount.com" },
  },
});

const azureData = (): JsonObject => ({
  authorization: { action: "Microsoft.Storage/storageAccounts/write", scope: "/subscriptions/s" },
  claims: { appid: "b67ec901-a6f4-4ee4-9065-005be04e5036" },
  correlationId: "c",
  httpRequest: { clientIpAddress: "203.0.113.9", method: "PUT" },
  operationName: "Microsoft.Storage/storageAccounts/write",
  resourceUri: "/subscriptions/11112222-3333-4444-5555-666677778888/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
  status: "Succeeded",
  subscriptionId: "11112222-3333-4444-5555-666677778888",
});

/** A body around the given parts, which are JSON text or (hostile) none. */
export interface ProviderBody {
  readonly route: string;
  readonly name: string;
  readonly signIn: "bearer" | "firehose" | "query" | "pubsub";
  readonly contentType?: string;
  /** One record as this provider's own. */
  readonly part: (id: string) => string;
  readonly body: (parts: readonly string[]) => string | Buffer;
  /** A message a call, by the provider's own rule. */
  readonly isSingle?: true;
  /** A record a line. */
  readonly isLines?: true;
}

const array = (parts: readonly string[]) => `[${parts.join(",")}]`;
const lines = (parts: readonly string[]) => parts.map((part) => `${part}\n`).join("");
const single = ([part = ""]: readonly string[]) => part;

export const providerBodies: readonly ProviderBody[] = [
  {
    ...{ route: "kubernetes-audit", name: "kube-apiserver", signIn: "bearer" },
    part: (id) => JSON.stringify(kubernetes(id)),
    body: (parts) => `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":${array(parts)}}`,
  },
  {
    ...{ route: "pubsub", name: "Pub/Sub, wrapped", signIn: "pubsub", isSingle: true },
    part: (id) =>
      JSON.stringify({
        message: { data: base64(JSON.stringify(googleAudit(id))), messageId: id, attributes: {} },
        subscription: "projects/p/subscriptions/s",
      }),
    body: single,
  },
  {
    ...{ route: "pubsub", name: "Pub/Sub, unwrapped", signIn: "pubsub", isSingle: true },
    part: (id) => JSON.stringify(googleAudit(id)),
    body: single,
  },
  {
    ...{ route: "eventbridge", name: "EventBridge", signIn: "bearer", isSingle: true },
    part: (id) =>
      JSON.stringify({
        version: "0",
        id: "e",
        "detail-type": "AWS API Call via CloudTrail",
        source: "aws.s3",
        account: "111122223333",
        time,
        region: "eu-west-1",
        resources: [],
        detail: cloudTrail(id),
      }),
    body: single,
  },
  {
    ...{ route: "event-grid", name: "Event Grid's own schema", signIn: "query" },
    part: (id) =>
      JSON.stringify({
        id,
        topic: "/subscriptions/s",
        subject: "x",
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        eventTime: time,
        dataVersion: "2",
        data: azureData(),
      }),
    body: array,
  },
  {
    ...{ route: "event-grid", name: "CloudEvents", signIn: "query", contentType: "application/cloudevents-batch+json; charset=utf-8" },
    part: (id) =>
      JSON.stringify({
        specversion: "1.0",
        id,
        source: "/subscriptions/s",
        type: "Microsoft.Resources.ResourceWriteSuccess",
        time,
        data: azureData(),
      }),
    body: array,
  },
  {
    ...{ route: "firehose", name: "Firehose, CloudTrail", signIn: "firehose" },
    part: (id) => JSON.stringify(cloudTrail(id)),
    body: (parts) => JSON.stringify({ requestId: "r", timestamp: 1_790_000_000_000, records: parts.map((part) => ({ data: base64(part) })) }),
  },
  {
    ...{ route: "firehose", name: "Firehose, CloudWatch Logs", signIn: "firehose" },
    part: (id) =>
      JSON.stringify({
        ...{ messageType: "DATA_MESSAGE", owner: "111122223333", logGroup: "trail", logStream: "s", subscriptionFilters: ["f"] },
        logEvents: [{ id: "1", timestamp: 1_790_000_000_000, message: JSON.stringify(cloudTrail(id)) }],
      }),
    body: (parts) =>
      JSON.stringify({ requestId: "r", timestamp: 1_790_000_000_000, records: parts.map((part) => ({ data: base64(gzipSync(part)) })) }),
  },
  {
    ...{ route: "fluent-bit", name: "Fluent Bit, json, lines unparsed", signIn: "bearer" },
    part: (id) => JSON.stringify({ date: 1_790_000_000.5, log: JSON.stringify({ kind: "Event", apiVersion: "audit.k8s.io/v1", ...kubernetes(id) }) }),
    body: array,
  },
  {
    ...{ route: "fluent-bit", name: "Fluent Bit, json_lines, parsed", signIn: "bearer", contentType: "application/x-ndjson" },
    part: (id) => JSON.stringify({ date: 1_790_000_000.5, ...kubernetes(id) }),
    body: lines,
    isLines: true,
  },
  {
    ...{ route: "vector", name: "Vector, array", signIn: "bearer" },
    part: (id) => JSON.stringify({ message: JSON.stringify(cloudTrail(id)), timestamp: time, source_type: "file", host: "h" }),
    body: array,
  },
  {
    ...{ route: "vector", name: "Vector, newlines", signIn: "bearer", contentType: "application/x-ndjson" },
    part: (id) => JSON.stringify(cloudTrail(id)),
    body: lines,
    isLines: true,
  },
  {
    ...{ route: "otlp/v1/logs", name: "OTLP, text", signIn: "bearer" },
    part: (id) => JSON.stringify({ timeUnixNano: "1790000000000000000", body: { stringValue: JSON.stringify(cloudTrail(id)) } }),
    body: (parts) => `{"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"scope":{},"logRecords":${array(parts)}}]}]}`,
  },
  {
    ...{ route: "otlp/v1/logs", name: "OTLP, structure", signIn: "bearer" },
    part: (id) => JSON.stringify({ body: anyValue(kubernetes(id)) }),
    body: (parts) => `{"resourceLogs":[{"scopeLogs":[{"logRecords":${array(parts)}}]}]}`,
  },
  {
    ...{ route: "otlp/v1/logs", name: "OTLP, protobuf", signIn: "bearer", contentType: "application/x-protobuf" },
    part: (id) => JSON.stringify(cloudTrail(id)),
    body: (parts) => encodedLogs({ resourceLogs: [{ scopeLogs: [{ logRecords: parts.map((part) => ({ body: { stringValue: part } })) }] }] }),
    isLines: true,
  },
  {
    ...{ route: "ndjson", name: "lines", signIn: "bearer", contentType: "application/x-ndjson" },
    part: (id) => JSON.stringify(cloudTrail(id)),
    body: lines,
    isLines: true,
  },
];

/** As OTLP writes a value. */
function anyValue(value: unknown): JsonObject {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: Object.entries(value as JsonObject).map(([key, inner]) => ({ key, value: anyValue(inner) })) } };
}
