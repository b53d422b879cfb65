// OTLP/HTTP logs, as JSON: the body of each log record is an audit record, as text or as a structure. Names are those of
// opentelemetry-proto's logs.proto and common.proto in their JSON form.
import { arrayOf, isObject, type JsonObject, type JsonValue, numberOf, objectOf } from "../../../model/json.ts";
import { checkRecordCount, parsedBody } from "../../push/parsed-body.ts";
import { pushRoute } from "../../push/push-route.ts";
import { writtenValue } from "../../push/written-value.ts";
import { Refusal } from "../../refusal.ts";

const depthLimit = 64;

export const otlp = pushRoute({
  name: "otlp",
  path: "otlp/v1/logs",
  summary: "OpenTelemetry logs (OTLP/HTTP, JSON).",
  description:
    "An ExportLogsServiceRequest as JSON, as the collector's exporter otlphttp sends it with `encoding: json`. The body of a log record is the audit record.",
  mediaTypes: ["application/json"],
  otherMediaTypes: { "application/x-protobuf": "protobuf is not read here: set `encoding: json` in the exporter" },
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
  contentsOf: bodiesOf,
  answer: () => ({ status: 200, body: { partialSuccess: {} } }),
  // A google.rpc.Status, as the specification asks.
  refusal: (message) => ({ message }),
});

function bodiesOf(body: Buffer): readonly Buffer[] {
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
  const value = plainValue(body, 0);
  return typeof value === "string" ? Buffer.from(value) : writtenValue(value);
}

/** An AnyValue as the value that it stands for. */
function plainValue(value: JsonValue | undefined, depth: number): JsonValue {
  if (!isObject(value) || depth > depthLimit) return null;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue } = value;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  // 64-bit integers are texts in protobuf's JSON.
  if (typeof intValue === "string") return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : intValue;
  const number = numberOf(value, "intValue") ?? (typeof doubleValue === "number" ? doubleValue : undefined);
  if (number !== undefined) return number;
  if (typeof bytesValue === "string") return Buffer.from(bytesValue, "base64").toString("utf8");
  const list = objectOf(value, "arrayValue");
  if (list !== undefined) return arrayOf(list, "values").map((item) => plainValue(item, depth + 1));
  const pairs = arrayOf(objectOf(value, "kvlistValue"), "values").filter(isObject);
  const object: JsonObject = Object.create(null);
  for (const { key, value: inner } of pairs) if (typeof key === "string") object[key] = plainValue(inner, depth + 1);
  return object;
}
