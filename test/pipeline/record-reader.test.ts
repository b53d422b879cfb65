// One record's way to what is stored of it: nothing throws, nothing is lost without a word, and the bytes that are kept hold no
// more than what was read and searched for secrets.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { InterningParser } from "../../ingest/decode/interning-parser.ts";
import type { JsonObject } from "../../model/json.ts";
import type { RecordSettings } from "../../pipeline/ingest-messages.ts";
import { type ReadRecord, RecordReader } from "../../pipeline/record-reader.ts";
import { auditLine } from "../ingest/kubernetes-audit-line.ts";

const settings = { redactionKey: "ab".repeat(32), networkRanges: [], clusters: [], defaultAccount: "" };
const canary = ["Cnry", "8Tq3Zx", "Vw5Rk1"].join("");

const cloudTrail = (more: object = {}): JsonObject =>
  JSON.parse(
    JSON.stringify({
      eventVersion: "1.11",
      userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/backup", accountId: "111122223333", accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
      eventTime: "2026-11-02T03:04:05Z",
      eventSource: "s3.amazonaws.com",
      eventName: "GetObject",
      awsRegion: "eu-west-1",
      sourceIPAddress: "198.51.100.7",
      eventID: "e-1",
      recipientAccountId: "111122223333",
      ...more,
    }),
  ) as JsonObject;

interface Outcome {
  readonly kind: string;
  readonly reason: string;
  readonly text: string;
  readonly isRedacted: boolean;
}

/** As the pipeline reads: by a parser that keeps what the reader allows, and may have read the same before. */
class Pipeline {
  readonly reader: RecordReader;
  readonly #parser: InterningParser;

  constructor(more: Partial<RecordSettings> = {}) {
    this.reader = new RecordReader({ ...settings, ...more });
    this.#parser = this.reader.newParser();
  }

  read(text: string): Outcome[] {
    const bytes = Buffer.from(`[${text}]`);
    const parsed = this.#parser.parse(bytes, 1, bytes.length - 1);
    if (parsed === undefined) throw new Error("the test's own record is no JSON object");
    const outcomes: Outcome[] = [];
    this.reader.read(parsed.value, parsed.fresh, bytes, 1, bytes.length - 1, (record) => outcomes.push(outcomeOf(record)));
    return outcomes;
  }
}

function outcomeOf({ result, bytes, start, end, isRedacted }: ReadRecord): Outcome {
  const reason = "reason" in result ? result.reason : "";
  return { kind: result.kind, reason, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", start, end), isRedacted };
}

const read = (text: string) => new Pipeline().read(text);

test("a record without secrets is stored as it came, byte for byte", () => {
  const text = `{ "n": 18446744073709551616,${JSON.stringify(cloudTrail()).slice(1)}`;
  expect(read(text)).toEqual([{ kind: "event", reason: "", text, isRedacted: false }]);
});

test("a source of one format takes no record of another, in whatever wrapping: it is kept with the reason, its secrets taken out", () => {
  const pipeline = new Pipeline({ format: "kubernetes-audit" });
  const ours = auditLine("ours");
  const foreign = JSON.stringify(cloudTrail({ requestParameters: { password: canary } }));
  const reason = "this source takes kubernetes-audit only; the record looks like aws-cloudtrail";
  // One after the other, and again: the last format is asked first.
  for (const text of [foreign, ours, foreign, `{"Records":[${foreign}]}`, `{"kind":"EventList","items":[${ours}]}`, '{"a":1}'].flatMap((one) => [
    one,
    one,
  ])) {
    const [outcome] = pipeline.read(text);
    const expected = text.includes("ours") ? ["event", ""] : ["rejected", text.includes(canary) ? reason : "no format recognises this record"];
    expect([outcome?.kind, outcome?.reason]).toEqual(expected);
    expect(outcome?.text).not.toContain(canary);
  }
  for (const text of [foreign, ours]) expect(read(text)[0]?.kind).toBe("event");
});

describe("of a repeated key only the value that counts is stored", () => {
  const whole = JSON.stringify(cloudTrail()).slice(1);
  const secret = `{"password":"${canary}"}`;
  const hidden: Readonly<Record<string, string>> = {
    "at the top": `{"requestParameters":${secret},"requestParameters":null,${whole}`,
    "in the request": `{"requestParameters":{"password":"${canary}","password":null},${whole}`,
    "deep in a list": `{"responseElements":{"a":[{"b":{"token":"${canary}","c":1,"token":""}}]},${whole}`,
    "behind a long value": `{"requestParameters":{"head":"${"h".repeat(200)}","password":"${canary}","password":"x","tail":"${"t".repeat(200)}"},${whole}`,
    "under a name written otherwise": `{"requestParameters":{"passw\\u006frd":"${canary}","password":null},${whole}`,
    "in an EventBridge event": `{"detail-type":"t","detail":{"requestParameters":${secret},"requestParameters":null,${whole}}`,
    "in the text of a LookupEvents entry": `{"CloudTrailEvent":${JSON.stringify(`{"requestParameters":${secret},"requestParameters":null,${whole}`)}}`,
    "in a text of the request": `{"requestParameters":{"body":${JSON.stringify(`{"password":"${canary}","password":null}`)}},${whole}`,
  };
  for (const [place, text] of Object.entries(hidden)) {
    test(`${place}: the other is in no byte of it, however often the same came before`, () => {
      const pipeline = new Pipeline();
      for (let round = 0; round < 3; round++) {
        const [outcome] = pipeline.read(text);
        expect(outcome?.kind).toBe("event");
        expect(outcome?.text).not.toContain(canary);
        expect(() => JSON.parse(outcome?.text ?? "")).not.toThrow();
      }
    });
  }
});

describe("what is shared between records never hides a secret", () => {
  test("harmless, then secret, then harmless again under the same key, short and long", () => {
    for (const pad of ["", "p".repeat(200)]) {
      const pipeline = new Pipeline();
      for (const password of ["", canary, "", canary, canary]) {
        const [outcome] = pipeline.read(
          JSON.stringify(cloudTrail({ requestParameters: { pad, password }, errorMessage: `${pad} password=${password}` })),
        );
        expect(outcome?.isRedacted).toBe(password !== "");
        expect(outcome?.text).not.toContain(canary);
      }
    }
  });

  test.each([
    ["a number", 1],
    ["true", true],
    ["null", null],
    ["a text", "x"],
  ])("a secret in the name of a member whose value is %s is taken out", (_, value) => {
    const pipeline = new Pipeline();
    const record = cloudTrail({ [`mysql -u root -p${canary}`]: value });
    for (let time = 0; time < 3; time++) for (const { text } of pipeline.read(JSON.stringify(record))) expect(text).not.toContain(canary);
  });

  test("a Secret's body is secret by what stands elsewhere in the record, also when both were seen apart before", () => {
    const pipeline = new Pipeline();
    const audit = (resource: string, value: string): string =>
      JSON.stringify({
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        auditID: "a",
        stage: "ResponseComplete",
        verb: "patch",
        user: { username: "system:serviceaccount:a:b" },
        objectRef: { resource, namespace: "a", name: "n", apiVersion: "v1", note: "x".repeat(100) },
        requestObject: { data: { note: value }, pad: "y".repeat(100) },
        requestReceivedTimestamp: "2026-11-02T03:04:05.000000Z",
        stageTimestamp: "2026-11-02T03:04:05.000000Z",
      });
    for (let round = 0; round < 3; round++) {
      expect(pipeline.read(audit("configmaps", canary))[0]?.text).toContain(canary);
      expect(pipeline.read(audit("secrets", "other"))[0]?.text).not.toContain("other");
      expect(pipeline.read(audit("secrets", canary))[0]?.text).not.toContain(canary);
    }
  });
});

describe("envelopes", () => {
  const lines = [JSON.stringify(cloudTrail()), "{broken", JSON.stringify(cloudTrail({ eventID: "e-2" }))];
  const batch = { messageType: "DATA_MESSAGE", logEvents: lines.map((message) => ({ message })) };

  test("each record inside is read, what is none is rejected, and control messages are ignored", () => {
    expect(read(JSON.stringify(batch)).map(({ kind }) => kind)).toEqual(["event", "event", "rejected"]);
    expect(read('{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"check"}]}')).toMatchObject([{ kind: "ignored" }]);
  });

  test("an envelope kept because of one broken part shows none of the secrets of its other records", () => {
    const secrets = [
      JSON.stringify(cloudTrail({ requestParameters: { password: `${canary} x` } })),
      JSON.stringify(cloudTrail({ requestParameters: { environment: { variables: { LEVEL: canary } } } })),
      "{broken",
    ];
    const whole = { messageType: "DATA_MESSAGE", logEvents: secrets.map((message) => ({ message })) };
    const packed = gzipSync(JSON.stringify(whole)).toString("base64");
    for (const text of [
      JSON.stringify(whole),
      JSON.stringify({ "detail-type": "t", detail: whole }),
      JSON.stringify({ awslogs: { data: packed } }),
    ]) {
      const outcomes = read(text);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["event", "event", "rejected"]);
      for (const outcome of outcomes) expect(outcome.text).not.toContain(canary);
      // What cannot be searched may not be kept either: packed, the same secrets are one command away.
      for (const outcome of outcomes) expect(outcome.text).not.toContain(packed.slice(60, 100));
    }
  });
});

describe("hostile values are rejected with a reason, never thrown", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const whole = JSON.stringify(cloudTrail()).slice(1);
  const hostile: Readonly<Record<string, string>> = {
    "a record a million deep": `{"requestParameters":${deep(1_000_000)},${whole}`,
    "a record a million deep in an EventBridge event": `{"detail-type":"t","detail":{"requestParameters":${deep(1_000_000)},${whole}}`,
    "a record a million deep in a list in an EventBridge event": `{"detail-type":"t","detail":{"Records":[{"requestParameters":${deep(1_000_000)},${whole}]}}`,
    "a record a million deep in a text": `{"CloudTrailEvent":${JSON.stringify(`{"requestParameters":${deep(1_000_000)},${whole}`)}}`,
    "a record a million deep with a repeated key": `{"a":1,"a":${deep(1_000_000)},${whole}`,
    "a text a million deep": JSON.stringify(cloudTrail({ requestParameters: { body: deep(500_000) } })),
  };
  for (const [name, text] of Object.entries(hostile)) {
    test(name, () => {
      const outcomes = read(text);
      expect(outcomes).toHaveLength(1);
      expect(["rejected", "event"]).toContain(outcomes[0]?.kind);
      if (outcomes[0]?.kind === "rejected") {
        expect(outcomes[0].reason).not.toBe("");
        expect(outcomes[0].text.length).toBeLessThanOrEqual(65_536 * 2);
      }
    });
  }

  test("what no format knows is kept, redacted", () => {
    expect(read(`{"hello":"world","password":"${canary}"}`)).toMatchObject([{ kind: "rejected", reason: "no format recognises this record" }]);
    expect(read(`{"hello":"world","password":"${canary}"}`)[0]?.text).not.toContain(canary);
  });
});
