// Every envelope that audit logs arrive in gives the records inside it, nested ones too; what is not a record inside one is told,
// and its neighbours go through.
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unwrap } from "../../ingest/unwrap.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString("base64");
const cloudTrail = (id: string): JsonObject => ({ eventVersion: "1.11", eventSource: "s3.amazonaws.com", eventName: "GetObject", eventID: id });
const kubernetes = (id: string): JsonObject => ({
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  auditID: id,
  verb: "get",
  stage: "ResponseComplete",
});
const subscription = (events: readonly JsonValue[], messageType = "DATA_MESSAGE"): JsonObject => ({
  messageType,
  owner: "111122223333",
  logGroup: "trail",
  logStream: "s",
  subscriptionFilters: ["f"],
  logEvents: [...events],
});
const logEvent = (record: JsonValue): JsonObject => ({ id: "1", timestamp: 1_790_000_000_000, message: JSON.stringify(record) });

interface Opened {
  readonly values: JsonObject[];
  readonly texts: string[];
  readonly wrappings: (readonly string[])[];
  readonly ignored: readonly string[];
  /** Reasons. */
  readonly rejected: readonly string[];
  /** What is kept of them. */
  readonly parts: readonly string[];
}

function open(value: JsonObject): Opened {
  const unwrapped = unwrap(value);
  if (unwrapped.kind === "native") return { values: [value], texts: [JSON.stringify(value)], wrappings: [[]], ignored: [], rejected: [], parts: [] };
  const { records, ignored, rejected } = unwrapped;
  return {
    values: records.map((record) => record.value),
    texts: records.map(({ text }) => text),
    wrappings: records.map((record) => record.wrappings),
    ignored,
    rejected: rejected.map(({ reason }) => reason),
    parts: rejected.map(({ text }) => text),
  };
}

/** One record in each envelope, as its service writes it; `name` is what explain says of it. */
const envelopes: Readonly<Record<string, { readonly name: string; readonly wrap: (record: JsonObject) => JsonObject }>> = {
  "EventBridge event": {
    name: "EventBridge event",
    wrap: (record) => ({ version: "0", id: "e-1", "detail-type": "AWS API Call via CloudTrail", source: "aws.s3", resources: [], detail: record }),
  },
  "CloudWatch Logs subscription": {
    name: "CloudWatch Logs subscription",
    wrap: (record) => ({ awslogs: { data: base64(gzipSync(JSON.stringify(subscription([logEvent(record)])))) } }),
  },
  "CloudWatch Logs batch": { name: "CloudWatch Logs batch", wrap: (record) => subscription([logEvent(record)]) },
  "LookupEvents entry": {
    name: "LookupEvents entry",
    wrap: (record) => ({ EventId: "e-1", EventName: "GetObject", Username: "u", Resources: [], CloudTrailEvent: JSON.stringify(record) }),
  },
  "LookupEvents answer": {
    name: "LookupEvents entry",
    wrap: (record) => ({ Events: [{ EventId: "e-1", CloudTrailEvent: JSON.stringify(record) }], NextToken: "t" }),
  },
  "Pub/Sub push": {
    name: "Pub/Sub message",
    wrap: (record) => ({
      message: { data: base64(JSON.stringify(record)), messageId: "1", attributes: {} },
      subscription: "projects/p/subscriptions/s",
    }),
  },
  "Pub/Sub pull": { name: "Pub/Sub message", wrap: (record) => ({ ackId: "a", message: { data: base64(JSON.stringify(record)), messageId: "1" } }) },
  "SNS notification": {
    name: "SNS notification",
    wrap: (record) => ({ Type: "Notification", MessageId: "m", TopicArn: "arn:aws:sns:eu-west-1:111122223333:t", Message: JSON.stringify(record) }),
  },
  "SQS message": { name: "SQS message", wrap: (record) => ({ messageId: "m", receiptHandle: "r", body: JSON.stringify(record), attributes: {} }) },
  "event.original of Elastic": {
    name: "event.original",
    wrap: (record) => ({ "@timestamp": "2026-11-02T03:04:05Z", event: { original: JSON.stringify(record), module: "aws" }, tags: [] }),
  },
  "message string of Logstash": {
    name: "message string",
    wrap: (record) => ({ "@timestamp": "2026-11-02T03:04:05Z", "@version": "1", host: "h", message: ` ${JSON.stringify(record)}\n` }),
  },
  "log string of Fluent Bit": {
    name: "message string",
    wrap: (record) => ({ date: 1_790_000_000.5, stream: "stdout", log: `${JSON.stringify(record)}\n` }),
  },
  "Event Grid event": {
    name: "Event Grid event",
    wrap: (record) => ({ id: "e", topic: "/subscriptions/s", subject: "x", eventType: "x", eventTime: "2026-11-02T03:04:05Z", data: record }),
  },
  CloudEvent: {
    name: "Event Grid event",
    wrap: (record) => ({ specversion: "1.0", id: "e", source: "/subscriptions/s", type: "x", time: "2026-11-02T03:04:05Z", data: record }),
  },
  "Records of CloudTrail": { name: '{"Records": [...]}', wrap: (record) => ({ Records: [record] }) },
  "records of Azure": { name: '{"records": [...]}', wrap: (record) => ({ records: [record] }) },
  "value of a REST page": { name: '{"value": [...]}', wrap: (record) => ({ value: [record], nextLink: "https://example.com" }) },
  "EventList of Kubernetes": {
    name: '{"items": [...]}',
    wrap: (record) => ({ kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: [record] }),
  },
};

describe("each envelope gives its record, and is named", () => {
  for (const [title, { name, wrap }] of Object.entries(envelopes)) {
    test(title, () => {
      for (const record of [cloudTrail("a"), kubernetes("b")]) {
        const { values, texts, wrappings, ignored, rejected } = open(wrap(record));
        expect(values).toEqual([record]);
        expect(JSON.parse(texts[0] ?? "")).toEqual(record);
        expect(wrappings[0]).toContain(name);
        expect([...ignored, ...rejected]).toEqual([]);
      }
    });
  }

  test("any two inside one another give the record, both named, outermost first", () => {
    for (const outer of Object.values(envelopes)) {
      for (const inner of Object.values(envelopes)) {
        const { values, wrappings, rejected } = open(outer.wrap(inner.wrap(cloudTrail("a"))));
        expect(rejected).toEqual([]);
        expect(values).toEqual([cloudTrail("a")]);
        const outerAt = wrappings[0]?.indexOf(outer.name) ?? -1;
        expect(outerAt).toBeGreaterThanOrEqual(0);
        expect(wrappings[0]?.lastIndexOf(inner.name)).toBeGreaterThan(outerAt);
      }
    }
  });
});

describe("what is a record itself is left alone", () => {
  const natives: Readonly<Record<string, JsonObject>> = {
    CloudTrail: cloudTrail("a"),
    "CloudTrail whose request looks like an envelope": {
      ...cloudTrail("a"),
      Records: [{ eventSource: "x" }],
      message: '{"eventSource":"y"}',
      detail: {},
      "detail-type": "",
    },
    Kubernetes: kubernetes("a"),
    "Kubernetes with a list as its answer": { ...kubernetes("a"), responseObject: { kind: "PodList", items: [{}] }, items: [{}] },
    "Google Cloud": { protoPayload: { serviceName: "s" }, insertId: "i", message: '{"auditID":"x"}' },
    Azure: { operationName: "o", time: "t", records: [{}] },
    "no log at all": { hello: "world" },
    "a message in words": { message: "all is well", host: "h" },
    "a list of other things": { items: [1, 2], records: ["a"], value: [null] },
    nothing: {},
  };
  for (const [title, value] of Object.entries(natives)) test(title, () => expect(unwrap(value)).toEqual({ kind: "native" }));
});

describe("several records in one envelope", () => {
  test("a batch of log events: each comes out, in order", () => {
    const records = Array.from({ length: 200 }, (_, index) => cloudTrail(`e-${index}`));
    const batch = { awslogs: { data: base64(gzipSync(JSON.stringify(subscription(records.map(logEvent))))) } };
    expect(open(batch).values).toEqual(records);
  });

  test("lines of JSON in one message: each comes out, and a broken one is told", () => {
    const text = [JSON.stringify(cloudTrail("a")), '{"eventSource":', JSON.stringify(cloudTrail("b"))].join("\n");
    const { values, rejected, parts } = open({ message: { data: base64(text) } });
    expect(values.map(({ eventID }) => eventID)).toEqual(["a", "b"]);
    expect(rejected).toEqual(["an envelope holds text that is not valid JSON"]);
    expect(parts).toEqual(['{"eventSource":']);
  });

  test("lines that end in CRLF or in a newline: no line is taken for broken", () => {
    for (const [between, end] of [
      ["\r\n", ""],
      ["\n", "\n"],
      ["\n\n", "\n"],
      ["\r\n", "\r\n"],
    ] as const) {
      const text = [cloudTrail("a"), cloudTrail("b"), cloudTrail("c")].map((record) => JSON.stringify(record)).join(between) + end;
      const { values, rejected } = open({ message: { data: base64(text) } });
      expect(rejected).toEqual([]);
      expect(values.map(({ eventID }) => eventID)).toEqual(["a", "b", "c"]);
    }
  });

  test("a record written over many lines is one, whatever stands in it", () => {
    const record = { ...cloudTrail("a"), requestParameters: [{ a: 1 }, { b: "}\n{" }] };
    for (const indent of [0, 2, "\t"]) {
      const { values, rejected } = open({ Type: "Notification", TopicArn: "t", Message: JSON.stringify(record, null, indent) });
      expect([values, rejected]).toEqual([[record], []]);
    }
    const odd = '{"eventSource":"s","requestParameters":[{\n"a":1}\n,{"b":2\n}\n{"c":3}]}';
    expect(open({ message: odd }).rejected.length).toBeGreaterThan(0);
  });

  test("a text is kept as it was received, where the envelope holds the record as text", () => {
    const text = '{ "eventSource" : "s", "n": 18446744073709551616 }';
    expect(open({ CloudTrailEvent: text }).texts).toEqual([text]);
  });
});

test("control messages hold no records and are ignored, not rejected", () => {
  const control = subscription([{ id: "", timestamp: 1, message: "CWL CONTROL MESSAGE: Checking health of destination." }], "CONTROL_MESSAGE");
  for (const value of [control, { awslogs: { data: base64(gzipSync(JSON.stringify(control))) } }, { Records: [] }, { value: [] }]) {
    const { values, ignored, rejected } = open(value);
    expect([values, rejected]).toEqual([[], []]);
    expect(ignored).toEqual(["an envelope without records"]);
  }
});

describe("garbage inside an envelope is told, and its neighbours go through", () => {
  const garbage: readonly JsonValue[] = [null, 7, true, "", "x", '"x"', "17", "null", '{"eventSource":', "[1,", "\ud800", "\u0000", [], [[]], ["x"]];
  for (const part of garbage) {
    test(`${JSON.stringify(part)} between two records`, () => {
      const message = (content: JsonValue) => ({ id: "1", timestamp: 1, message: content });
      const events = [message(JSON.stringify(cloudTrail("a"))), message(part), message(JSON.stringify(cloudTrail("b")))];
      const { values, rejected } = open(subscription(events));
      expect(values.map(({ eventID }) => eventID)).toEqual(["a", "b"]);
      expect(rejected).toHaveLength(1);
    });
  }

  test("data that is no base64, no gzip, cut off, or not there", () => {
    const whole = gzipSync(JSON.stringify(subscription([logEvent(cloudTrail("a"))])));
    for (const data of ["%%%", "AAAA", base64(whole.subarray(0, whole.length / 2)), base64("not JSON"), base64("[]x"), "H4sI"]) {
      const { values, rejected } = open({ awslogs: { data } });
      expect(values).toEqual([]);
      expect(rejected).toHaveLength(1);
    }
  });

  test("fields of any type in the places that envelopes are known by: no throw, and never nothing without a word", () => {
    const keys = [
      "awslogs",
      "data",
      "message",
      "messageType",
      "logEvents",
      "detail",
      "detail-type",
      "CloudTrailEvent",
      "Message",
      "TopicArn",
      "body",
    ];
    const more = ["messageId", "event", "original", "Records", "records", "value", "items", "Events", "kind", "__proto__"];
    const value = fc.letrec<{ any: JsonValue; object: JsonObject }>((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<JsonValue>(null, 1, "", "{", "[", "{}", "[]", '{"message":"{}"}', base64("{}"), base64(gzipSync("{}")), "CONTROL_MESSAGE"),
        fc.array(tie("any"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom(...keys, ...more), tie("any"), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>,
    })).object;
    fc.assert(
      fc.property(value, (object) => {
        const { values, ignored, rejected } = open(object);
        expect(values.length + ignored.length + rejected.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("limits", () => {
  test("envelopes are opened six deep; a seventh is told, and a record six deep still comes out", () => {
    const nest = (levels: number) => {
      let value = cloudTrail("a");
      for (let level = 0; level < levels; level++) value = { "detail-type": "t", detail: value };
      return open(value);
    };
    expect(nest(6).values).toEqual([cloudTrail("a")]);
    expect(nest(7)).toMatchObject({ values: [], rejected: ["envelopes nested more than 6 deep"] });
    expect(nest(5000)).toMatchObject({ values: [], rejected: ["envelopes nested more than 6 deep"] });
  });

  test("a record too deep to be written is told, and its neighbours go through", () => {
    const depth = 1_000_000;
    const deep = JSON.parse(`{"eventSource":"s","a":${"[".repeat(depth)}${"]".repeat(depth)}}`) as JsonObject;
    const { values, rejected } = open({ "detail-type": "t", detail: { Records: [cloudTrail("a"), deep, cloudTrail("b")] } });
    expect(values.map(({ eventID }) => eventID)).toEqual(["a", "b"]);
    expect(rejected).toEqual(["nested too deeply to be written"]);
  });

  test("arrays in arrays of a text do not overflow", () => {
    const depth = 1_000_000;
    const { values, rejected } = open({ message: { data: base64(`${"[".repeat(depth)}${"]".repeat(depth)}`) } });
    expect(values).toEqual([]);
    expect(rejected.length).toBe(1);
  });

  test("gzip that inflates to more than 64 MiB is stopped, and the records before it stay", () => {
    const bomb = { awslogs: { data: base64(gzipSync(Buffer.alloc(80 * 1024 * 1024, " "))) } };
    const { values, rejected } = open({ Records: [cloudTrail("a"), bomb, cloudTrail("b")] });
    expect(values.map(({ eventID }) => eventID)).toEqual(["a", "b"]);
    expect(rejected).toHaveLength(1);
  });

  test("several that together inflate to more than 64 MiB are stopped too", () => {
    const big = { message: { data: base64(gzipSync(JSON.stringify({ ...cloudTrail("a"), pad: "x".repeat(30 * 1024 * 1024) }))) } };
    const { values, rejected } = open({ Records: [big, big, big, big] });
    expect(values).toHaveLength(2);
    expect(rejected).toEqual(Array(2).fill("an envelope inflates to more than 64 MiB"));
  });

  test("of more than 100,000 records those above are told once, not kept", () => {
    const { values, rejected } = open({ Records: Array.from({ length: 100_003 }, () => ({ a: 1 })) });
    expect(values).toHaveLength(100_000);
    expect(rejected).toEqual(["an envelope holds more than 100,000 parts"]);
  });

  test("nor is what is no record kept without bound, packed as small as it may be", () => {
    const zeros = { message: { data: base64(gzipSync(`[${"0,".repeat(3_000_000)}0]`)) } };
    const { values, rejected } = open({ Records: [cloudTrail("a"), zeros, zeros, cloudTrail("b")] });
    expect(values.map(({ eventID }) => eventID)).toEqual(["a"]);
    expect(rejected).toHaveLength(100_000);
    expect(rejected.filter((reason) => reason === "an envelope holds more than 100,000 parts")).toHaveLength(1);
  });
});

test("an operation of Azure's Activity Log by Event Grid, in either schema, has the time and id of its event and the resource by the log's own name", () => {
  const resource = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a";
  const data = { operationName: "Microsoft.Storage/storageAccounts/write", resourceUri: resource, claims: { appid: "a" }, status: "Succeeded" };
  const expected = { eventDataId: "e", eventTimestamp: "2026-11-02T03:04:05Z", resourceId: resource, ...data };
  const type = "Microsoft.Resources.ResourceWriteSuccess";
  expect(open({ id: "e", eventType: type, eventTime: "2026-11-02T03:04:05Z", data }).values).toEqual([expected]);
  expect(open({ specversion: "1.0", id: "e", type, time: "2026-11-02T03:04:05Z", data }).values).toEqual([expected]);
});
