// What of a CloudTrail record does not show in a single golden pair: recognition, ids, accounts, and reasons that can be counted.
import { describe, expect, test } from "vitest";
import type { NormalizedAction } from "../../../model/identity-action.ts";
import type { JsonObject } from "../../../model/json.ts";
import { awsCloudtrail } from "../../../normalize/formats/aws-cloudtrail.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext, NormalizeResult } from "../../../normalize/normalizer.ts";

const context: NormalizeContext = { defaultAccount: "999988887777", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };

const record: JsonObject = {
  eventVersion: "1.11",
  userIdentity: { type: "IAMUser", principalId: "AIDAEXAMPLEID1", arn: "arn:aws:iam::111122223333:user/a", accountId: "111122223333", userName: "a" },
  eventTime: "2026-11-09T08:15:30Z",
  eventSource: "s3.amazonaws.com",
  eventName: "ListBuckets",
  awsRegion: "eu-west-1",
  sourceIPAddress: "203.0.113.24",
  eventID: "0a1b2c3d-0000-4000-8000-000000000001",
  recipientAccountId: "444455556666",
};

function normalize(changes: JsonObject): NormalizeResult {
  return awsCloudtrail.normalize({ ...record, ...changes }, context);
}

function event(changes: JsonObject): NormalizedAction {
  const result = normalize(changes);
  if (result.kind !== "event") throw new Error(`expected an event, got ${result.kind}`);
  return result.event;
}

function without(...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

describe("a record is known by its keys", () => {
  test.each(["eventSource", "eventName", "userIdentity", "eventTime", "eventID"])(
    "also without %s, so that it is rejected by name and not lost",
    (key) => {
      expect(awsCloudtrail.recognizes(without(key))).toBe(true);
    },
  );

  test.each<[string, JsonObject]>([
    [
      "an Azure activity over REST",
      { eventName: { value: "BeginRequest" }, eventTimestamp: "2026-11-09T08:15:30Z", operationName: { value: "x" }, caller: "a" },
    ],
    ["a Google audit entry", { logName: "projects/p/logs/a", protoPayload: { serviceName: "s" }, timestamp: "2026-11-09T08:15:30Z" }],
    ["a Kubernetes event", { kind: "Event", auditID: "a", stage: "ResponseComplete", verb: "get" }],
    ["an EventBridge envelope", { version: "0", "detail-type": "AWS API Call via CloudTrail", source: "aws.s3", detail: record }],
    ["an object of nothing", {}],
  ])("%s is not one", (_name, other) => expect(awsCloudtrail.recognizes(other)).toBe(false));
});

describe("reasons are constant and name the field", () => {
  test.each(["eventTime", "eventSource", "eventName"])("%s", (key) => {
    const gone = awsCloudtrail.normalize(without(key), context);
    expect(gone.kind).toBe("rejected");
    expect(gone).toEqual(normalize({ [key]: 7 }));
    expect("reason" in gone && gone.reason).toContain(key);
  });

  test("no text of the record stands in a reason", () => {
    const secret = "canary-3f9a";
    expect(JSON.stringify(normalize({ eventTime: secret }))).not.toContain(secret);
  });
});

describe("event ids", () => {
  test("a record without one gets the same from the same content, in any order of keys, and another from other content", () => {
    const bare = without("eventID");
    const reversed = Object.fromEntries(Object.entries(bare).reverse());
    const uid = (value: JsonObject) => (awsCloudtrail.normalize(value, context) as { event: NormalizedAction }).event.event_uid;
    expect(uid(reversed)).toBe(uid(bare));
    expect(uid({ ...bare, eventName: "GetBucketAcl" })).not.toBe(uid(bare));
  });

  test("an addendum takes the place of the event that it completes, in whatever order the two come", () => {
    const original = event({});
    const addendum = event({ eventID: "another", addendum: { reason: "UPDATED_DATA", originalEventID: original.event_uid } });
    expect(addendum.event_uid).toBe(original.event_uid);
    expect(addendum.event_rank).toBeGreaterThan(original.event_rank);
    expect(event({ addendum: { reason: "DELAYED" } }).event_uid).toBe(original.event_uid);
  });
});

test("the account is the one whose log it is, else the caller's, else the configured one", () => {
  expect(event({}).account_uid).toBe("444455556666");
  expect(event({ recipientAccountId: 444455556666 }).account_uid).toBe("444455556666");
  expect(event({ recipientAccountId: null }).account_uid).toBe("111122223333");
  expect(event({ recipientAccountId: null, userIdentity: null }).account_uid).toBe("999988887777");
});

test("network activity is classed as the call it was about, not as data", () => {
  const call = { eventSource: "kms.amazonaws.com", eventName: "DescribeKey", readOnly: true, managementEvent: false };
  expect(event({ ...call, eventCategory: "NetworkActivity" }).activity).toBe("read");
  expect(event({ ...call, eventCategory: "Data" }).activity).toBe("data-read");
});

test("a decrypted parameter is a secret, an encrypted one is data", () => {
  const read = { eventSource: "ssm.amazonaws.com", eventName: "GetParameter", readOnly: true };
  expect(event({ ...read, requestParameters: { name: "/a", withDecryption: true } }).activity).toBe("secret-read");
  expect(event({ ...read, requestParameters: { name: "/a" } }).activity).toBe("data-read");
});

test("the agent of a machine's static key makes no person of it", () => {
  const userIdentity = { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/bot", accessKeyId: "AKIAEXAMPLE000000001" };
  expect(event({ userIdentity, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0" }).is_machine).toBe(true);
  expect(event({ userIdentity, sessionCredentialFromConsole: "true" }).is_machine).toBe(false);
});

test("a long agent is cut, and where it came from is not lost", () => {
  const action = event({ userAgent: `aws-cli/2.31.4 ${"x".repeat(5000)}` });
  expect(action.user_agent.length).toBe(1024);
  expect(action.src_ip).toBe("203.0.113.24");
});
