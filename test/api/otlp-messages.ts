// OTLP's messages as protobufjs reads and writes them from a definition, with the numbers of opentelemetry-proto's logs.proto and common.proto: what
// the walk of api/push/otlp-protobuf.ts is held against.
import protobuf from "protobufjs";

const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeLogs { repeated LogRecord log_records = 2; string schema_url = 3; }
  message LogRecord {
    fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; fixed32 flags = 8; bytes trace_id = 9;
  }
  message AnyValue {
    oneof value {
      string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
      ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message ExportLogsServiceResponse { ExportLogsPartialSuccess partial_success = 1; }
  message ExportLogsPartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }
  message Status { int32 code = 1; string message = 2; }
`);

/** Of the JSON form. */
export function encodedLogs(request: object): Buffer {
  const type = root.lookupType("ExportLogsServiceRequest");
  return Buffer.from(type.encode(type.fromObject(request)).finish());
}

export function decoded(message: "ExportLogsServiceResponse" | "Status", bytes: Buffer): object {
  const type = root.lookupType(message);
  return type.toObject(type.decode(bytes));
}
