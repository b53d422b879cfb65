// OTLP/HTTP logs, as protobuf or as JSON: the body of each log record is an audit record, as text or as a structure. Names are those of
// opentelemetry-proto's logs.proto and common.proto in their JSON form; the protobuf form is read in push/otlp-protobuf.ts, to the same bytes.
import type { FastifyRequest } from "fastify";
import { arrayOf, isObject, type JsonObject, type JsonValue, numberOf, objectOf, textOf } from "../../../model/json.ts";
import { depthLimit, integerOf, protobufLogBodies, protobufStatus, protobufSuccess } from "../../push/otlp-protobuf.ts";
import { checkRecordCount, parsedBody } from "../../push/parsed-body.ts";
import { mediaTypeOf, pushRoute } from "../../push/push-route.ts";
import { writtenValue } from "../../push/written-value.ts";
import { Refusal } from "../../refusal.ts";

const protobufMediaType = "application/x-protobuf";

export const otlp = pushRoute({
  name: "otlp",
  path: "otlp/v1/logs",
  summary: "OpenTelemetry logs (OTLP/HTTP).",
  description:
    "An ExportLogsServiceRequest in protobuf, as the collector's exporter otlphttp and most SDKs send it, or as JSON. The body of a log record is the audit record.",
  mediaTypes: ["application/json"],
  binaryMediaType: protobufMediaType,
  bodySchema: {
    type: "object",
    required: ["resourceLogs"],
    properties: { resourceLogs: { type: "array", items: { type: "object", additionalProperties: true } } },
  },
  answerSchema: {
    type: "object",
    properties: { partialSuccess: { type: "object", properties: { rejectedLogRecords: { type: "integer" }, errorMessage: { type: "string" } } } },
  },
  signIn: "bearer",
  contentsOf: (body, request) => (isProtobuf(request) ? protobufLogBodies(body) : jsonLogBodies(body)),
  answer: (request) => ({ status: 200, ...(isProtobuf(request) ? protobufAnswer(protobufSuccess) : { body: { partialSuccess: {} } }) }),
  // A google.rpc.Status, as the specification asks.
  refusal: ({ message }, request) => (isProtobuf(request) ? protobufAnswer(protobufStatus(message)) : { body: { message } }),
});

function isProtobuf(request: FastifyRequest): boolean {
  return mediaTypeOf(request) === protobufMediaType;
}

function protobufAnswer(body: Buffer): { body: Buffer; mediaType: string } {
  return { body, mediaType: protobufMediaType };
}

/** @throws Refusal where it is no such request, or holds too much. */
export function jsonLogBodies(body: Buffer): readonly Buffer[] {
  const request = parsedBody(body);
  if (!isObject(request) || !Array.isArray(request.resourceLogs)) throw new Refusal(400, "the body is no OTLP logs request: it has no resourceLogs");
  const resources = objectsOf(request, "resourceLogs");
  const scopes = resources.flatMap((resource) => objectsOf(resource, "scopeLogs"));
  const records = scopes.flatMap((scope) => arrayOf(scope, "logRecords"));
  checkRecordCount(records);
  return records.map(textOfRecord);
}

function objectsOf(object: JsonObject, key: string): JsonObject[] {
  return arrayOf(object, key).filter(isObject);
}

/** What is no log record goes on as it is: it ends in quarantine, with its reason, beside its neighbours. */
function textOfRecord(record: JsonValue): Buffer {
  const body = isObject(record) ? objectOf(record, "body") : undefined;
  if (body === undefined) return writtenValue(record);
  if (typeof body.stringValue === "string") return Buffer.from(body.stringValue);
  if (typeof body.bytesValue === "string") return Buffer.from(body.bytesValue, "base64");
  return writtenValue(plainValue(body, 0));
}

/** An AnyValue as the value that it stands for; null where it holds none. */
function plainValue(value: JsonValue | undefined, depth: number): JsonValue {
  if (!isObject(value) || depth > depthLimit) return null;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue } = value;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  // 64-bit integers are texts in protobuf's JSON.
  if (typeof intValue === "string") return integerOf(intValue);
  const number = numberOf(value, "intValue") ?? (typeof doubleValue === "number" ? doubleValue : undefined);
  if (number !== undefined) return number;
  if (typeof bytesValue === "string") return Buffer.from(bytesValue, "base64").toString("utf8");
  const list = objectOf(value, "arrayValue");
  if (list !== undefined) return arrayOf(list, "values").map((item) => plainValue(item, depth + 1));
  const pairs = objectOf(value, "kvlistValue");
  if (pairs === undefined) return null;
  const object: JsonObject = Object.create(null);
  for (const pair of arrayOf(pairs, "values").filter(isObject)) object[textOf(pair, "key")] = plainValue(pair.value, depth + 1);
  return object;
}
