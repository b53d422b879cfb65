// What queues bring of new objects, in each shape that AWS writes, and what is none of them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNotification } from "../../../ingest/sources/s3-notification.ts";

const s3Event = (key: string, eventName = "ObjectCreated:Put") => ({
  Records: [{ eventVersion: "2.1", eventSource: "aws:s3", eventName, s3: { bucket: { name: "logs" }, object: { key, size: 5 } } }],
});
const inSns = (message: unknown) => ({
  Type: "Notification",
  TopicArn: "arn:aws:sns:eu-west-1:111122223333:t",
  Message: typeof message === "string" ? message : JSON.stringify(message),
});
const bridged = (detailType: string) => ({
  version: "0",
  "detail-type": detailType,
  source: "aws.s3",
  detail: { bucket: { name: "logs" }, object: { key: "a+b%20.json", size: 5 } },
});
const read = (value: unknown) => readNotification(typeof value === "string" ? value : JSON.stringify(value));
const one = (key: string, sizeBytes?: number) => ({
  kind: "objects",
  objects: [{ bucket: "logs", key, ...(sizeBytes === undefined ? {} : { sizeBytes }) }],
});
const none = { kind: "objects", objects: [] };

describe("each notification names its objects", () => {
  test.each([
    ["S3's event, its key decoded", s3Event("AWSLogs/a+b%2Fc%C3%A4.json.gz"), one("AWSLogs/a b/cä.json.gz", 5)],
    ["S3's event, its key as long as keys may be", s3Event("%C3%A4".repeat(512)), one("ä".repeat(512), 5)],
    ["S3's event inside SNS", inSns(s3Event("a.json")), one("a.json", 5)],
    ["CloudTrail's own message, raw", { s3Bucket: "logs", s3ObjectKey: ["a+b.json.gz"] }, one("a+b.json.gz")],
    ["CloudTrail's own message inside SNS", inSns({ s3Bucket: "logs", s3ObjectKey: ["a.json.gz"] }), one("a.json.gz")],
    ["EventBridge's event, its key as it is", bridged("Object Created"), one("a+b%20.json", 5)],
    ["EventBridge's event inside SNS", inSns(bridged("Object Created")), one("a+b%20.json", 5)],
  ])("%s", (_, message, expected) => expect(read(message)).toEqual(expected));
});

describe("what is about no new object is passed over", () => {
  test.each([
    ["S3's test", { Service: "Amazon S3", Event: "s3:TestEvent", Time: "2026-11-27T00:00:00Z", Bucket: "logs" }],
    ["S3's test inside SNS", inSns({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "logs" })],
    ["a deletion", s3Event("a.json", "ObjectRemoved:Delete")],
    ["EventBridge's deletion", bridged("Object Deleted")],
    ["CloudTrail's greeting of a topic", inSns("CloudTrail validation message.")],
  ])("%s", (_, message) => expect(read(message)).toEqual(none));
});

describe("what names no object is unreadable, with a reason", () => {
  test.each([
    ["text", "hello", /not JSON/],
    ["another JSON", { hello: 1 }, /no notification/],
    ["a key that is not encoded", s3Event("%zz"), /URL-encoded/],
    ["a subscription to confirm", { Type: "SubscriptionConfirmation", Message: "You have chosen", SubscribeURL: "https://example.com" }, /confirm/],
    ["more objects than any notification has", { s3Bucket: "logs", s3ObjectKey: Array.from({ length: 1001 }, () => "a") }, /no notification/],
    ["an access point of any region", { s3Bucket: "arn:aws:s3:nowhere-1:111122223333:accesspoint/logs", s3ObjectKey: "a" }, /no notification/],
    ["a directory bucket of any zone", { s3Bucket: "logs--nowhere-az1--x-s3", s3ObjectKey: "a" }, /no notification/],
    ["envelopes without end", inSns(inSns(inSns(inSns(s3Event("a"))))), /in one another/],
  ])("%s", (_, message, reason) => expect(read(message)).toMatchObject({ kind: "unreadable", reason: expect.stringMatching(reason) }));

  test("whatever it is, it never throws", () => {
    const almost = fc.oneof(
      fc.string(),
      fc.json(),
      fc.object().map((value) => JSON.stringify({ ...s3Event("a"), ...value })),
    );
    fc.assert(fc.property(almost, (text) => ["objects", "unreadable"].includes(readNotification(text).kind)));
  });
});
