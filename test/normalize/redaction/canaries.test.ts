// Secrets of every known kind, planted wherever a record can hold a text: none may leave the redactor, and the gate before it
// must let none pass. The canaries are put together here, so that no scanner takes this file for a leak.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PermanentError } from "../../../model/errors.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { createRedactionKey } from "../../../normalize/redaction/redaction-key.ts";
import { Redactor } from "../../../normalize/redaction/redactor.ts";

// A fixed seed: see laws.test.ts.
fc.configureGlobal({ seed: 20_261_124 });

const redactor = new Redactor("ab".repeat(32));
const mark = "Qz7Canary4Xw9Lm2";
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Recognised by their own shape, in any text. `trace`: what must not be left of it. */
const shaped: Readonly<Record<string, { readonly text: string; readonly trace: string }>> = {
  "AWS session token": { text: `IQoJb3JpZ2lu${mark}abc/def+${mark}==`, trace: mark },
  "older AWS session token": { text: `FwoGZXIvYXdz${mark}abcdefgh${mark}`, trace: mark },
  JWT: { text: ["eyJhbGciOiJIUzI1NiJ9", `eyJ${mark}`, `${mark}sig`].join("."), trace: mark },
  "bearer token": { text: `Bearer ${mark}abcd1234`, trace: mark },
  "basic credentials": { text: `Basic ${base64(`user:${mark}`)}`, trace: base64(`user:${mark}`) },
  "PEM private key": { text: ["-----BEGIN", `PRIVATE KEY-----\\n${mark}\\n-----END PRIVATE KEY-----`].join(" "), trace: mark },
  "PEM private key in base64": {
    text: base64(["-----BEGIN", `RSA PRIVATE KEY-----\n${mark}\n-----END RSA PRIVATE KEY-----`].join(" ")),
    trace: base64(mark).slice(4, 18),
  },
  "GitHub token": { text: `ghp_${mark}${mark}`, trace: mark },
  "GitHub fine-grained token": { text: `github_pat_${mark}_${mark}`, trace: mark },
  "GitLab token": { text: `glpat-${mark}${mark}`, trace: mark },
  "Slack token": { text: `xoxb-1234567890-${mark}`, trace: mark },
  "Slack webhook": { text: `https://hooks.slack.com/services/T000/B000/${mark}`, trace: mark },
  "Google API key": { text: `AIza${mark}${mark}abc`, trace: mark },
  "Google access token": { text: `ya29.${mark}${mark}`, trace: mark },
  "Azure SAS signature": { text: `https://x.blob.core.windows.net/c?sv=2024&sig=${mark}${mark}%3D`, trace: mark },
  "storage account key": { text: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${mark}${mark}==;EndpointSuffix=x`, trace: mark },
  "connection string": { text: `Server=db;User Id=app;Password=${mark};`, trace: mark },
  "payment key": { text: `sk_live_${mark}${mark}`, trace: mark },
  "npm token": { text: `npm_${mark}${mark}abcd`, trace: mark },
  "PyPI token": { text: `pypi-AgEIcHlwaS5vcmc${mark}${mark}`, trace: mark },
  "SendGrid key": { text: `SG.${mark}abcdef.${mark}abcdefghijklmnop`, trace: mark },
  "Vault token": { text: `hvs.${mark}${mark}`, trace: mark },
  "model API key": { text: `sk-ant-api03-${mark}${mark}`, trace: mark },
  "password in a URL": { text: `postgres://app:${mark}@db.internal:5432/x`, trace: mark },
  "presigned URL": { text: `https://b.s3.amazonaws.com/k?X-Amz-Security-Token=${mark}abc&X-Amz-Signature=${mark.toLowerCase()}00aa`, trace: mark },
  "password in a query": { text: `https://example.com/login?user=a&password=${mark}&x=1`, trace: mark },
  "flag of a command": { text: `mysql --user app --password ${mark} -h db`, trace: mark },
  "assignment in a shell": { text: `export AWS_SECRET_ACCESS_KEY=${mark}${mark}`, trace: mark },
};

/** Recognised by their names, whatever they look like. */
const named = [
  "secretAccessKey",
  "SecretAccessKey",
  "sessionToken",
  "password",
  "masterUserPassword",
  "client_secret",
  "apiKey",
  "x-api-key",
  "privateKey",
  "accessToken",
  "refresh_token",
  "secretString",
  "connectionString",
  "sharedAccessKey",
  "samlAssertion",
  "webIdentityToken",
  "authorization",
  "userData",
  "plaintext",
] as const;

const places: Readonly<Record<string, (text: string) => JsonObject>> = {
  "a member nobody knows": (text) => ({ somethingNew: text }),
  "the request, deep": (text) => ({ requestParameters: { a: { b: [{ c: text }] } } }),
  "the response": (text) => ({ responseElements: { note: text } }),
  "the user agent": (text) => ({ userAgent: text }),
  "the error message": (text) => ({ errorMessage: `failed with ${text} at once` }),
  "a session name": (text) => ({ userIdentity: { principalId: `AROAEXAMPLE:${text}` } }),
  "a tag": (text) => ({ requestParameters: { tags: [{ key: "note", value: text }] } }),
  "JSON in a text": (text) => ({ requestParameters: JSON.stringify({ note: text }) }),
  "JSON in JSON in a text": (text) => ({ body: JSON.stringify({ inner: JSON.stringify({ note: text }) }) }),
  "an annotation": (text) => ({ metadata: { annotations: { "example.com/note": text } } }),
  "a key": (text) => ({ requestParameters: { [text]: 1 } }),
  "arrays of arrays": (text) => ({ list: [[["a", [text]]]] }),
};

function expectGone(record: JsonObject, trace: string): void {
  expect(redactor.mayHoldSecret(record)).toBe(true);
  expect(JSON.stringify(redactor.redact(record))).not.toContain(trace);
}

describe("secrets with a shape of their own", () => {
  for (const [kind, { text, trace }] of Object.entries(shaped)) {
    test(`${kind}: gone from all ${Object.keys(places).length} places`, () => {
      for (const place of Object.values(places)) expectGone(place(text), trace);
    });
    test(`${kind}: gone from text that is no record`, () => expect(redactor.redactText(`{"broken": "${text}`)).not.toContain(trace));
  }
});

describe("secrets by their names", () => {
  for (const name of named) {
    test(`${name}: gone at any depth, in JSON in a text, and beside its name`, () => {
      const secret = `${mark}-${name.length}`;
      expectGone({ [name]: secret }, mark);
      expectGone({ requestParameters: { a: [{ [name]: secret }] } }, mark);
      expectGone({ requestParameters: { body: JSON.stringify({ [name]: secret }) } }, mark);
      expectGone({ requestParameters: { environment: [{ name, value: secret }] } }, mark);
    });
  }
});

describe("secrets by their places", () => {
  const bodies: Readonly<Record<string, JsonObject>> = {
    "a Kubernetes Secret": {
      objectRef: { resource: "secrets" },
      requestObject: { kind: "Secret", data: { a: base64(mark) }, stringData: { b: mark } },
    },
    "a patch of a Secret": { objectRef: { resource: "secrets" }, requestObject: { stringData: { b: mark } } },
    "a list of Secrets": { responseObject: { kind: "SecretList", items: [{ data: { a: mark } }] } },
    "last-applied-configuration": {
      metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"stringData":{"a":"${mark}"}}` } },
    },
    "a pod's environment": { requestObject: { spec: { containers: [{ env: [{ name: "LEVEL", value: mark }] }] } } },
    "a Lambda environment": { requestParameters: { environment: { variables: { LEVEL: mark } } } },
    "an ECS environment": { requestParameters: { containerDefinitions: [{ environment: [{ name: "LEVEL", value: mark }] }] } },
    "a TokenRequest's answer": { responseObject: { kind: "TokenRequest", status: { token: mark } } },
    "a command in an exec": { requestURI: `/api/v1/namespaces/a/pods/b/exec?command=mysql&command=--password%3D${mark}&container=c` },
  };
  for (const [place, record] of Object.entries(bodies)) test(`${place}: gone`, () => expectGone(record, mark));
});

describe("laws", () => {
  test("what is no secret stays, to the byte: the same object comes back", () => {
    const record = {
      userIdentity: {
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        arn: "arn:aws:sts::111122223333:assumed-role/app/i-0123456789abcdef0",
        principalId: "AROAIOSFODNN7EXAMPLE:app",
      },
      eventID: "8e6ffb2a-af42-47e6-9da9-8d90adbdc937",
      requestParameters: { nextToken: "abcdefghijklmnop", clientToken: "12345678-aaaa", bucketName: "logs", key: "2026/11/part-0001.gz" },
      additionalEventData: { "x-amz-id-2": "dNg98Ncsm0R/PygSHq0b0Qiyx2TDUq9jgC9wSxasWFiQ/hJPz1rv2RWiUWErUcWAZyJqKoxckNM=" },
      eventSource: "secretsmanager.amazonaws.com",
      errorMessage: "User is not authorized to perform: iam:ChangePassword on resource: user app",
    };
    expect(redactor.redact(record)).toBe(record);
  });

  test("equal secrets have equal digests, and another key another", () => {
    const first = redactor.redact({ password: mark }).password;
    expect(redactor.redact({ a: { password: mark } })).toEqual({ a: { password: first } });
    expect(new Redactor(createRedactionKey()).redact({ password: mark }).password).not.toBe(first);
  });

  const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.constantFrom(...Object.values(shaped).map(({ text }) => text)),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...named, "name", "value", "env", "kind", "data")), tie("value"), {
        maxKeys: 4,
      }),
    ),
  })).value;
  const record = fc.dictionary(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...named, "note")), value, {
    maxKeys: 5,
  }) as fc.Arbitrary<JsonObject>;

  test("the gate never says no where the redactor changes something, whole and member by member", () => {
    fc.assert(
      fc.property(record, (any) => {
        const isChanged = redactor.redact(any) !== any;
        if (isChanged) expect(redactor.mayHoldSecret(any)).toBe(true);
        if (isChanged) expect(Object.entries(any).some(([name, member]) => redactor.mayMemberHoldSecret(name, member))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("redacting twice is redacting once", () => {
    fc.assert(
      fc.property(record, (any) => {
        const once = redactor.redact(any);
        expect(redactor.redact(once)).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });

  test("a record nested deeper than 200 levels is refused, not overflowed", () => {
    let deep: JsonValue = mark;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(redactor.mayHoldSecret({ deep })).toBe(true);
    expect(() => redactor.redact({ deep })).toThrow(PermanentError);
  });

  test("hostile texts of half a megabyte are finished with", () => {
    for (const piece of ["eyJ", "-----BEGIN ", "password", "://a:", "sig=", "xoxb-", "Bearer ", '{"', "\\\\"])
      redactor.redactText(piece.repeat(Math.ceil(500_000 / piece.length)));
  });
});
