// Google Cloud audit entries: what makes two entries one action, what attackers write into them, and how many real ones are read.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completionSchema } from "../../../model/completion.ts";
import { identityActionSchema, type NormalizedAction } from "../../../model/identity-action.ts";
import { isObject, type JsonObject, type JsonValue, objectOf, textOf } from "../../../model/json.ts";
import { gcpAudit } from "../../../normalize/formats/gcp-audit.ts";
import { kubernetesAudit } from "../../../normalize/formats/kubernetes-audit.ts";
import { normalizers } from "../../../normalize/formats/registry.ts";
import { methodActivity } from "../../../normalize/gcp/method-activity.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext, NormalizeResult } from "../../../normalize/normalizer.ts";
import { hostileValues, pathsOf, replaced } from "./hostile-records.ts";

const context: NormalizeContext = { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
const eventSchema = identityActionSchema.omit({ received_at: true });
const folder = path.join(import.meta.dirname, "../golden/gcp-audit");

function golden(name: string): JsonObject {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")) as JsonObject;
}

function eventOf(record: JsonObject): NormalizedAction {
  const result = gcpAudit.normalize(record, context);
  if (result.kind !== "event") throw new Error(`expected an event, got ${JSON.stringify(result)}`);
  return result.event;
}

function withEntry(name: string, change: (record: JsonObject, payload: JsonObject) => void): JsonObject {
  const record = golden(name);
  change(record, objectOf(record, "protoPayload") ?? {});
  return record;
}

describe("one action, one event_uid", () => {
  test("an entry has the same one however its time is printed, and another one for another insertId", () => {
    const uid = eventOf(golden("service-account-key")).event_uid;
    const printed = [
      "2026-11-09T08:15:30.123456Z",
      "2026-11-09T08:15:30.123456000Z",
      "2026-11-09T09:15:30.123456+01:00",
      "2026-11-09 08:15:30.123456 UTC",
    ];
    for (const timestamp of printed) expect(eventOf({ ...golden("service-account-key"), timestamp }).event_uid).toBe(uid);
    expect(eventOf({ ...golden("service-account-key"), insertId: "another" }).event_uid).not.toBe(uid);
    expect(eventOf({ ...golden("service-account-key"), timestamp: "2026-11-09T08:15:30.123457Z" }).event_uid).not.toBe(uid);
  });

  test("the end of a long operation completes the action that its first entry is, though they name different producers", () => {
    const start = eventOf(golden("terraform-by-service-account"));
    const end = gcpAudit.normalize(golden("long-operation-end"), context);
    expect(end.kind === "completion" ? end.completion.event_uid : "").toBe(start.event_uid);
  });

  test("an entry that is first and last of its operation is the whole action", () => {
    expect(gcpAudit.normalize(golden("operation-in-one-entry"), context).kind).toBe("event");
  });

  test("the parts of a large entry are one action, and the first part outranks every other", () => {
    const [first, later] = [eventOf(golden("split-first-part")), eventOf(golden("split-later-part"))];
    expect(later).toMatchObject({ event_uid: first.event_uid, time: first.time, identity_uid: first.identity_uid });
    expect(first.event_rank).toBeGreaterThan(later.event_rank);
    const part = (index: JsonValue) => eventOf({ ...golden("split-later-part"), split: { uid: "a", index, totalSplits: 99 } }).event_rank;
    expect([part(0), part(1), part(14), part(15), part(98), part(-1), part(0.5)]).toEqual([15, 14, 1, 0, 0, 0, 0]);
  });
});

describe("who it was", () => {
  test("each authority of a chain is the identity it is elsewhere, so that lineage joins", () => {
    const chain = eventOf(golden("delegation-chain"));
    const caller = eventOf(golden("generate-access-token"));
    expect(chain.delegation.at(-1)).toBe(caller.identity_uid);
  });

  test("runs, attempts and immutable ids of one repository are one identity, exchanged token included", () => {
    const subject = (text: string) =>
      eventOf(
        withEntry("generate-access-token", (_, payload) => {
          payload.authenticationInfo = {
            principalSubject: `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/${text}`,
          };
        }),
      ).identity_uid;
    const repository = "token.actions.githubusercontent.com/repo:example-org/shop-web";
    for (const run of ["ref:refs/heads/main", "ref:refs/tags/v1", "environment:production", "pull_request"])
      expect(subject(`repo:example-org/shop-web:${run}`)).toBe(repository);
    expect(subject("repo:example-org@70104/shop-web@901:ref:refs/heads/main")).toBe(repository);
    expect(eventOf(golden("exchange-token")).identity_uid).toBe(repository);
  });

  test("both forms of a GKE workload are one identity", () => {
    expect(eventOf(golden("gke-workload-legacy-subject")).identity_uid).toBe(eventOf(golden("gke-workload-principal")).identity_uid);
  });

  test("a name like a service agent's in a project of one's own is not taken for Google", () => {
    const named = (principalEmail: string) =>
      eventOf(withEntry("service-agent", (_, payload) => (payload.authenticationInfo = { principalEmail }))).workload_type;
    expect(named("service-123456789012@example-prod.iam.gserviceaccount.com")).toBe("unknown");
    expect(named("x@gcp-sa-pubsub.iam.gserviceaccount.com.example.com")).not.toBe("provider-service");
    expect(named("service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com")).toBe("provider-service");
  });

  test("a hidden caller is nobody, and nobody's agent makes no workload", () => {
    const record = withEntry("caller-redacted", (_, payload) => (payload.requestMetadata = { callerSuppliedUserAgent: "Terraform/1.9.8" }));
    expect(eventOf(record)).toMatchObject({ identity_uid: "", principal_type: "unknown", workload_type: "unknown", agent_family: "terraform/1" });
  });

  test("an issued credential is recorded only where it was issued", () => {
    expect(eventOf(golden("generate-access-token-refused"))).toMatchObject({
      issued_credential_type: "none",
      target_identity_uid: "prod-deployer@example-prod.iam.gserviceaccount.com",
    });
  });
});

test("denied is what a policy, a missing permission or a missing credential refused; everything else that failed is a failure", () => {
  const outcome = (code: JsonValue, authorizationInfo: JsonValue = []) =>
    eventOf(withEntry("failure", (_, payload) => Object.assign(payload, { status: { code }, authorizationInfo }))).outcome;
  expect([7, 16, "7", 403, 401].map((code) => outcome(code))).toEqual(["denied", "denied", "denied", "denied", "denied"]);
  expect([1, 5, 9, 13, 99, 500].map((code) => outcome(code))).toEqual(Array(6).fill("failure"));
  expect([0, null, "", {}].map((code) => outcome(code))).toEqual(Array(4).fill("success"));
  expect(outcome(9, [{ permission: "a.b.c", granted: false }])).toBe("denied");
  expect(outcome(0, [{ permission: "a.b.c", granted: false }])).toBe("success");
});

test.each([
  ["secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", "", "secret-read"],
  ["storage.googleapis.com", "storage.objects.get", "storage.objects.get:", "data-read"],
  ["storage.googleapis.com", "google.storage.objects.get", "", "data-read"],
  ["storage.googleapis.com", "storage.setIamPermissions", "storage.buckets.setIamPolicy:", "admin"],
  ["iam.googleapis.com", "google.iam.admin.v1.CreateServiceAccountKey", "iam.serviceAccountKeys.create:", "admin"],
  ["iam.googleapis.com", "google.iam.admin.v1.GetServiceAccount", "iam.serviceAccounts.get:", "read"],
  ["logging.googleapis.com", "google.logging.v2.ConfigServiceV2.DeleteSink", "", "admin"],
  ["logging.googleapis.com", "google.logging.v2.LoggingServiceV2.WriteLogEntries", "logging.logEntries.create:", "data-write"],
  ["iamcredentials.googleapis.com", "GenerateAccessToken", "", "auth"],
  ["compute.googleapis.com", "v1.compute.instances.setIamPolicy", "", "admin"],
  ["compute.googleapis.com", "v1.compute.instances.insert", "compute.instances.create: iam.serviceAccounts.actAs:", "write"],
  ["compute.googleapis.com", "v1.compute.instances.list", "", "read"],
  ["bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", "bigquery.jobs.create: bigquery.tables.getData:", "data-read"],
  ["spanner.googleapis.com", "google.spanner.v1.Spanner.Commit", "spanner.sessions.x:DATA_WRITE", "data-write"],
  ["cloudkms.googleapis.com", "AsymmetricDecrypt", "", "data-read"],
  ["cloudkms.googleapis.com", "DestroyCryptoKeyVersion", "cloudkms.cryptoKeyVersions.destroy:", "admin"],
])("%s %s (%s) is %s", (service, method, permissions, activity) => {
  expect(methodActivity(service, method, permissions)).toBe(activity);
});

function expectAnswer(record: JsonObject): void {
  const recognizing = normalizers.filter((normalizer) => normalizer.recognizes(record));
  expect(recognizing.length).toBeLessThanOrEqual(1);
  for (const normalizer of [gcpAudit, kubernetesAudit]) expectSound(normalizer.normalize(record, context));
}

function expectSound(result: NormalizeResult): void {
  if (result.kind === "event") {
    eventSchema.parse(result.event);
    expect(result.event.resource_types.length).toBe(result.event.resource_uids.length);
    expect(result.event.resource_accounts.length).toBe(result.event.resource_uids.length);
    expect(result.event.event_uid).not.toBe("");
    expect(result.event.user_agent.length).toBeLessThanOrEqual(1024);
  } else if (result.kind === "completion") {
    completionSchema.parse(result.completion);
  } else {
    expect(result.reason).toMatch(/^[A-Za-z]/);
    expect(result.reason.length).toBeLessThan(100);
  }
}

const inputs = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"))
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));

describe("every field of every golden record, replaced by hostile values or taken away, still gets an answer", () => {
  test.each(inputs)("$name", ({ text }) => {
    for (const at of pathsOf(JSON.parse(text) as JsonValue))
      for (const value of [undefined, ...hostileValues]) expectAnswer(replaced(text, at, value));
  });
});

test("any JSON object gets an answer", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("user:a@b", "principal://x/subject/repo:a/b:c", "k8s.io"));
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.constantFrom(null, true), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
  })).value;
  const keys = [
    "methodName",
    "serviceName",
    "authenticationInfo",
    "authorizationInfo",
    "requestMetadata",
    "request",
    "response",
    "metadata",
    "status",
  ];
  const payload = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  const entry = fc.record(
    { protoPayload: payload, resource: value, operation: value, split: value, logName: text },
    { requiredKeys: ["protoPayload"] },
  );
  fc.assert(fc.property(entry, (record) => expectAnswer({ timestamp: "2026-11-09T08:15:30Z", ...record } as JsonObject)));
});

test("the same record gives the same event, whatever was read before", () => {
  const results = () => inputs.map(({ text }) => JSON.stringify(gcpAudit.normalize(JSON.parse(text) as JsonObject, context)));
  const first = results();
  expect(results().reverse()).toEqual(first.reverse());
});

const samples = path.join(import.meta.dirname, "../../../../shared/samples");
const nativeFolder = path.join(samples, "gcp");
const labelledFile = path.join(samples, "labelled/gcp.jsonl");

function readLines(file: string): JsonObject[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
}

function namesACaller(record: JsonObject): boolean {
  const authentication = objectOf(objectOf(record, "protoPayload"), "authenticationInfo");
  return textOf(authentication, "principalEmail") !== "" || textOf(authentication, "principalSubject") !== "";
}

function tally(records: readonly JsonObject[]) {
  const counts = { records: records.length, recognized: 0, events: 0, completions: 0, ignored: 0, rejected: 0, namingACaller: 0, resolved: 0 };
  for (const record of records) {
    const normalizer = [gcpAudit, kubernetesAudit].find((candidate) => candidate.recognizes(record));
    if (normalizer === undefined) continue;
    counts.recognized++;
    const result = normalizer.normalize(record, context);
    expectSound(result);
    if (result.kind === "completion") counts.completions++;
    if (result.kind === "ignored") counts.ignored++;
    if (result.kind === "rejected") counts.rejected++;
    if (result.kind !== "event") continue;
    counts.events++;
    if (!namesACaller(record)) continue;
    counts.namingACaller++;
    if (result.event.principal_type !== "unknown") counts.resolved++;
  }
  return counts;
}

describe.skipIf(!existsSync(nativeFolder))(`native records (${existsSync(nativeFolder) ? "read" : "missing"}: ../shared/samples/gcp)`, () => {
  const files = existsSync(nativeFolder) ? readdirSync(nativeFolder).filter((name) => name.endsWith(".jsonl")) : [];
  test.each(files)("%s: at least 99 % are events or completions, at least 98 % of the named callers have a known type", (name) => {
    const counts = tally(readLines(path.join(nativeFolder, name)));
    expect((counts.events + counts.completions) / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.99);
    expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
  });
});

describe.skipIf(!existsSync(labelledFile))(
  `labelled records (${existsSync(labelledFile) ? "read" : "missing"}: ../shared/samples/labelled/gcp.jsonl)`,
  () => {
    test("records of detection rules, many cut down to a few fields: those that still have a method and a time are read, whoever is named is known", () => {
      const counts = tally(readLines(labelledFile).flatMap(({ record }) => (isObject(record) ? [record] : [])));
      expect((counts.events + counts.completions) / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.8);
      expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
    });
  },
);
