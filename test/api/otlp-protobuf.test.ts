// OTLP's protobuf: what its walk makes of any request is what the JSON form gives, and no bytes do anything worse than to be refused.
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { protobufLogBodies } from "../../api/push/otlp-protobuf.ts";
import { Refusal } from "../../api/refusal.ts";
import { jsonLogBodies } from "../../api/routes/push/otlp.ts";
import { encodedLogs } from "./otlp-messages.ts";

const texts = (bodies: readonly Buffer[]) => bodies.map(String);
const requestOf = (records: readonly object[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });

/** Bodies, or the status of the refusal; anything else that is thrown fails the test. */
function outcome(request: Buffer): string[] | number {
  try {
    return texts(protobufLogBodies(request));
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    throw error;
  }
}

/** The bytes as a field of that number, within one of the next. */
function within(bytes: Buffer, ...fields: readonly number[]): Buffer {
  return fields.reduce(
    (inner, field) =>
      Buffer.from(
        protobuf.Writer.create()
          .uint32((field << 3) | 2)
          .bytes(inner)
          .finish(),
      ),
    bytes,
  );
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const { value: anyValue } = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((integer) => ({ intValue: String(integer) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString("base64") })),
    fc.constant({}),
    fc.array(tie("value"), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: fc.oneof(text, fc.constant("__proto__")), value: tie("value") }), { maxLength: 4 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
}));
const record = fc.record({
  timeUnixNano: fc.constant("1793588645000000000"),
  severityText: text,
  body: anyValue,
  attributes: fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 2 }),
  flags: fc.nat(),
});
const request = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource: fc.record({ attributes: fc.array(fc.record({ key: text, value: anyValue }), { maxLength: 2 }) }),
      scopeLogs: fc.array(fc.record({ logRecords: fc.array(record, { maxLength: 3 }) }), { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});

test("what the Python SDK's exporter sent is read as it was meant", () => {
  // opentelemetry-sdk 1.45.2, four records: the body as text, as a structure, as bytes, and none beside an attribute.
  const sent = Buffer.from(readFileSync(path.join(import.meta.dirname, "otlp-logs.base64"), "utf8"), "base64");
  const common = {
    eventVersion: "1.11",
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/deploy", accountId: "111122223333", userName: "deploy" },
    ...{ eventTime: "2026-11-02T03:04:05Z", eventSource: "s3.amazonaws.com", eventName: "GetObject" },
  };
  const parameters = {
    ...{ count: 3, negative: -1, large: "9007199254740993", share: 0.25, is: true, no: false, none: null },
    ...{ list: ["a", 1, null, { b: [] }], empty: "", unicode: "ü😀" },
  };
  expect(protobufLogBodies(sent).map((body) => JSON.parse(body.toString()))).toEqual([
    { ...common, eventID: "text" },
    { ...common, eventID: "structure", requestParameters: parameters },
    { ...common, eventID: "bytes" },
    null,
  ]);
});

test("any request gives the bodies that its JSON form gives", () => {
  fc.assert(
    fc.property(request, (logs) => {
      expect(texts(protobufLogBodies(encodedLogs(logs)))).toEqual(texts(jsonLogBodies(Buffer.from(JSON.stringify(logs)))));
    }),
  );
});

test("one that is cut is refused, or cut between two resources: nothing is read of a part", () => {
  fc.assert(
    fc.property(request, fc.nat(), (logs, at) => {
      const whole = encodedLogs(logs);
      const cut = outcome(whole.subarray(0, at % (whole.length + 1)));
      const prefixes = Array.from({ length: logs.resourceLogs.length + 1 }, (_, count) =>
        outcome(encodedLogs({ resourceLogs: logs.resourceLogs.slice(0, count) })),
      );
      expect([400, ...prefixes]).toContainEqual(cut);
    }),
  );
});

test("bytes that nobody meant are read or refused", () => {
  const isReadOrRefused = (bytes: Buffer) => {
    const result = outcome(bytes);
    return result === 400 || Array.isArray(result);
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => isReadOrRefused(Buffer.from(bytes))));
  fc.assert(
    fc.property(request, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (logs, changes) => {
      const bytes = encodedLogs(logs);
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return isReadOrRefused(bytes);
    }),
  );
});

describe("what a caller can make a sender write", () => {
  const good = { body: { stringValue: "good" } };

  test("nested deeply: it is cut off at the depth of the JSON form, beside its neighbours", () => {
    const wraps = [
      { fields: [1, 5], json: (inner: object) => ({ arrayValue: { values: [inner] } }) },
      { fields: [2, 1, 6], json: (inner: object) => ({ kvlistValue: { values: [{ value: inner }] } }) },
    ];
    for (const { fields, json } of wraps) {
      let bytes = within(Buffer.from("innermost"), 1);
      let body: object = { stringValue: "innermost" };
      for (let depth = 0; depth < 500; depth++) [bytes, body] = [within(bytes, ...fields), json(body)];
      const neighbour = encodedLogs(requestOf([good]));
      const bodies = texts(protobufLogBodies(Buffer.concat([neighbour, within(bytes, 5, 2, 2, 1), neighbour])));
      expect(bodies).toEqual(texts(jsonLogBodies(Buffer.from(JSON.stringify(requestOf([good, { body }, good]))))));
      expect(bodies).toEqual(["good", expect.stringMatching(/^.{65,}null.{65,}$/), "good"]);
    }
  });

  test("text that is no UTF-8 goes on as it is", () => {
    const bytes = encodedLogs(requestOf([good, { body: { bytesValue: Buffer.from([0xff, 0xfe, 0x80]).toString("base64") } }]));
    // From bytes_value to string_value.
    bytes[bytes.lastIndexOf(0x3a)] = 0x0a;
    expect(protobufLogBodies(bytes)).toEqual([Buffer.from("good"), Buffer.from([0xff, 0xfe, 0x80])]);
  });
});

test("fields that are not known are passed over, whatever their type; groups in one another only so far", () => {
  const group = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x7b), Buffer.alloc(depth, 0x7c)]);
  const unknown = Buffer.concat([
    Buffer.from("7805", "hex"),
    Buffer.from(`79${"00".repeat(8)}`, "hex"),
    Buffer.from("7a0161", "hex"),
    Buffer.from("7d00000000", "hex"),
  ]);
  const around = (extra: Buffer) => Buffer.concat([extra, encodedLogs(requestOf([{ body: { stringValue: "good" } }])), extra]);
  expect(outcome(around(Buffer.concat([unknown, group(50)])))).toEqual(["good"]);
  expect(outcome(around(group(100_000)))).toBe(400);
  for (const broken of ["7c", "7e", "7f", "00", "02", "0a"]) expect(outcome(around(Buffer.from(broken, "hex")))).toBe(400);
});

test("too many records or fields are refused before they are built, by their number and not by their length", () => {
  const repeated = (hex: string, count: number) => Buffer.alloc((hex.length / 2) * count, hex, "hex");
  // Empty log records, empty items of a list, fields that are not known.
  expect(outcome(within(repeated("1200", 50_000), 2, 1))).toHaveLength(50_000);
  expect(outcome(within(repeated("1200", 50_001), 2, 1))).toBe(413);
  expect(outcome(within(repeated("0a00", 500_001), 5, 5, 2, 2, 1))).toBe(413);
  expect(outcome(repeated("7800", 500_001))).toBe(413);
  expect(outcome(encodedLogs(requestOf([{ body: { stringValue: "x".repeat(5_000_000) } }])))).toHaveLength(1);
});
