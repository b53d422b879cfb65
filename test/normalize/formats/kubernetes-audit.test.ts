// Kubernetes audit events: what makes stages one action, what issue and use join by, what attackers write into them, and how many
// real ones are read.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identityActionSchema, type NormalizedAction } from "../../../model/identity-action.ts";
import { arrayOf, isObject, type JsonObject, type JsonValue, objectOf, textOf } from "../../../model/json.ts";
import { kubernetesAudit } from "../../../normalize/formats/kubernetes-audit.ts";
import { normalizers } from "../../../normalize/formats/registry.ts";
import { requestActivity } from "../../../normalize/kubernetes/request-activity.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";
import type { NormalizeContext } from "../../../normalize/normalizer.ts";
import { hostileValues, pathsOf, replaced } from "./hostile-records.ts";

const context: NormalizeContext = { defaultAccount: "cluster-a", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) };
const eventSchema = identityActionSchema.omit({ received_at: true });
const folder = path.join(import.meta.dirname, "../golden/kubernetes-audit");

function golden(name: string): JsonObject {
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")) as JsonObject;
}

function eventOf(record: JsonObject, defaultAccount = "cluster-a"): NormalizedAction {
  const result = kubernetesAudit.normalize(record, { ...context, defaultAccount });
  if (result.kind !== "event") throw new Error(`expected an event, got ${JSON.stringify(result)}`);
  return result.event;
}

describe("one action a request", () => {
  test("all stages of a request have one id and one time, and a later stage outranks an earlier one", () => {
    const stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"].map((stage, index) =>
      eventOf({ ...golden("impersonation"), stage, stageTimestamp: `2026-11-09T08:15:3${index + 1}Z` }),
    );
    expect(new Set(stages.map(({ event_uid, time, identity_uid }) => `${event_uid} ${time} ${identity_uid}`)).size).toBe(1);
    const ranks = stages.map(({ event_rank }) => event_rank);
    expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  test("an item of a webhook's list is the event that the log file has", () => {
    const { kind, apiVersion, ...item } = golden("pod-reads-secret");
    expect([kind, apiVersion]).toEqual(["Event", "audit.k8s.io/v1"]);
    expect(kubernetesAudit.recognizes(item)).toBe(true);
    expect(eventOf(item)).toEqual(eventOf(golden("pod-reads-secret")));
  });
});

describe("who it was", () => {
  test("the id of an issued token is the id that its use carries", () => {
    const [issue, use] = [eventOf(golden("token-request")), eventOf(golden("issued-token-used"))];
    expect(use.credential_uid).toBe(issue.issued_credential_uid);
    expect(use.identity_uid).toBe(issue.target_identity_uid);
  });

  test("a token from a Secret is named like the Secret, so that who read it and who used it join", () => {
    const used = eventOf(golden("legacy-token"));
    const reader = golden("pod-reads-secret");
    const read = eventOf({ ...reader, objectRef: { resource: "secrets", namespace: "payments", name: "billing-cron-token", apiVersion: "v1" } });
    expect(read.resource_uids).toEqual([used.credential_uid]);
  });

  test("whoever acts as another stays the actor", () => {
    expect(eventOf(golden("impersonation"))).toMatchObject({
      identity_uid: "cluster-a/analyst@example.com",
      target_identity_uid: "cluster-a/system:serviceaccount:payments:ci-deployer",
      delegation: [],
    });
  });

  test("only the last address is believed: the client writes the others", () => {
    const record = golden("pod-reads-secret");
    expect(eventOf({ ...record, sourceIPs: ["10.0.0.1", "127.0.0.1", "198.51.100.9"] })).toMatchObject({
      src_ip: "198.51.100.9",
      src_kind: "internet",
    });
    expect(eventOf({ ...record, sourceIPs: [] })).toMatchObject({ src_ip: "", src_kind: "unknown" });
  });

  test("the same name in two clusters is two identities, and a record's own cluster goes before the configured one", () => {
    const record = golden("pod-reads-secret");
    expect(eventOf(record, "cluster-b").identity_uid).not.toBe(eventOf(record, "cluster-a").identity_uid);
    expect(eventOf(record, "").identity_uid).toBe("unnamed-cluster/system:serviceaccount:payments:api");
    expect(eventOf(golden("aks"), "cluster-b").account_uid).toMatch(/\/managedclusters\/aks-1$/);
    expect(eventOf(golden("gke-service-account"), "cluster-b").account_uid).toBe("example-prod/europe-west1/shop");
  });

  test("sessions of one AWS role are one user of the cluster", () => {
    const named = (username: string, sessionName: string) => {
      const record = golden("eks-access-entry");
      const arn = `arn:aws:sts::111122223333:assumed-role/deployer/${sessionName}`;
      const extra = { arn: [arn], canonicalArn: ["arn:aws:iam::111122223333:role/deployer"], sessionName: [sessionName] };
      return eventOf({ ...record, user: { username, extra } }).identity_uid;
    };
    expect(named("arn:aws:sts::111122223333:assumed-role/deployer/a", "a")).toBe(named("arn:aws:sts::111122223333:assumed-role/deployer/b", "b"));
    expect(named("deployers:a", "a")).toBe(named("deployers:b", "b"));
    expect(named("a", "a")).toBe(named("b", "b"));
    expect(named("deployers", "a")).toBe("cluster-a/deployers");
  });

  test("an empty user is anonymous only where authentication failed", () => {
    expect(eventOf(golden("unauthorized"))).toMatchObject({ principal_type: "anonymous", outcome: "denied" });
    expect(eventOf({ ...golden("unauthorized"), responseStatus: { code: 200 } })).toMatchObject({ principal_type: "unknown", identity_uid: "" });
  });
});

test("a query string is never kept: it carries commands and tokens", () => {
  const { user_agent, ...event } = eventOf(golden("exec-websocket"));
  expect(user_agent).not.toBe("");
  expect(JSON.stringify(event)).not.toContain("command");
  const record = { ...golden("anonymous-version"), requestURI: "/healthz?token=abcdef" };
  expect(JSON.stringify(eventOf(record))).not.toContain("abcdef");
});

test("401, 403 and a forbidding decision are denied; 400 and above a failure; no answer yet is unknown", () => {
  const outcome = (code: JsonValue, decision = "allow") =>
    eventOf({ ...golden("conflict"), responseStatus: { code }, annotations: { "authorization.k8s.io/decision": decision } }).outcome;
  expect([401, 403].map((code) => outcome(code))).toEqual(["denied", "denied"]);
  expect(outcome(200, "forbid")).toBe("denied");
  expect([400, 404, 409, 422, 500].map((code) => outcome(code))).toEqual(Array(5).fill("failure"));
  expect([101, 200, 201, 302].map((code) => outcome(code))).toEqual(Array(4).fill("success"));
  expect([null, "200", 0].map((code) => outcome(code))).toEqual(Array(3).fill("unknown"));
});

test.each([
  ["get", "", "secrets", "", "db", "secret-read"],
  ["watch", "", "secrets", "", "", "secret-read"],
  ["update", "", "secrets", "", "db", "data-write"],
  ["get", "vault.example.com", "secrets", "", "db", "read"],
  ["create", "", "serviceaccounts", "token", "api", "auth"],
  ["create", "", "serviceaccounts", "", "api", "admin"],
  ["get", "", "pods", "exec", "web", "admin"],
  ["create", "", "pods", "exec", "web", "admin"],
  ["get", "", "pods", "log", "web", "data-read"],
  ["get", "", "pods", "", "log", "read"],
  ["get", "", "nodes", "proxy", "node-1", "admin"],
  ["patch", "", "pods", "ephemeralcontainers", "web", "admin"],
  ["create", "", "pods", "eviction", "web", "write"],
  ["patch", "rbac.authorization.k8s.io", "roles", "", "edit", "admin"],
  ["list", "rbac.authorization.k8s.io", "roles", "", "", "read"],
  ["patch", "", "configmaps", "", "aws-auth", "admin"],
  ["patch", "", "configmaps", "", "settings", "write"],
  ["create", "authentication.k8s.io", "tokenreviews", "", "", "auth"],
  ["create", "authorization.k8s.io", "selfsubjectaccessreviews", "", "", "read"],
  ["update", "certificates.k8s.io", "certificatesigningrequests", "approval", "csr-1", "admin"],
  ["impersonate", "", "users", "", "root", "admin"],
  ["deletecollection", "apps", "deployments", "", "", "write"],
  ["GET", "", "", "", "", "read"],
  ["post", "", "", "", "", "write"],
])("%s %s/%s/%s %s is %s", (verb, group, resource, subresource, name, activity) => {
  expect(requestActivity(verb, group, resource, subresource, name)).toBe(activity);
});

const inputs = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && !name.endsWith(".expected.json"))
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));

function expectAnswer(record: JsonObject): void {
  expect(normalizers.filter((normalizer) => normalizer.recognizes(record)).length).toBeLessThanOrEqual(1);
  const result = kubernetesAudit.normalize(record, context);
  if (result.kind === "event") {
    eventSchema.parse(result.event);
    expect(result.event.event_uid).not.toBe("");
    expect(result.event.user_agent.length).toBeLessThanOrEqual(1024);
  } else if (result.kind !== "completion") {
    expect(result.reason).toMatch(/^[A-Za-z]/);
    expect(result.reason.length).toBeLessThan(100);
  }
}

describe("every field of every golden record, replaced by hostile values or taken away, still gets an answer", () => {
  test.each(inputs)("$name", ({ text }) => {
    for (const at of pathsOf(JSON.parse(text) as JsonValue))
      for (const value of [undefined, ...hostileValues]) expectAnswer(replaced(text, at, value));
  });
});

test("every field of the event that AKS holds as text, replaced by hostile values, still gets an answer", () => {
  const envelope = golden("aks");
  const log = textOf(objectOf(envelope, "properties"), "log");
  for (const at of pathsOf(JSON.parse(log) as JsonValue)) {
    for (const value of hostileValues) {
      const text = at.length === 0 ? "" : safeStringify(replaced(log, at, value));
      expectAnswer({ ...envelope, properties: { log: text } });
    }
  }
});

/** JSON.stringify dies of deep nesting, which no text that it wrote can hold. */
function safeStringify(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "[".repeat(20_000);
  }
}

test("any JSON object gets an answer", () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("system:node:", "system:serviceaccount:a", "create", "secrets"));
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.constantFrom(null, true), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
  })).value;
  const keys = ["user", "objectRef", "responseStatus", "annotations", "sourceIPs", "requestURI", "impersonatedUser", "stage", "auditID", "userAgent"];
  const fields = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  fc.assert(
    fc.property(fields, text, (record, verb) => expectAnswer({ requestReceivedTimestamp: "2026-11-09T08:15:30Z", verb, ...record } as JsonObject)),
  );
});

test("the same record gives the same event, whatever was read before", () => {
  const results = () => inputs.map(({ text }) => JSON.stringify(kubernetesAudit.normalize(JSON.parse(text) as JsonObject, context)));
  const first = results();
  expect(results().reverse()).toEqual(first.reverse());
});

const samples = path.join(import.meta.dirname, "../../../../shared/samples");
const nativeFolder = path.join(samples, "kubernetes");
const labelledFile = path.join(samples, "labelled/kubernetes.jsonl");

/** Webhook bodies hold lists of events. */
function readRecords(file: string): JsonObject[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const values = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as JsonObject);
  return values.flatMap((value) => ("items" in value ? arrayOf(value, "items").filter(isObject) : [value]));
}

function tally(records: readonly JsonObject[]) {
  const counts = { records: records.length, recognized: 0, events: 0, rejected: 0, namingACaller: 0, resolved: 0 };
  for (const record of records) {
    if (!kubernetesAudit.recognizes(record)) continue;
    counts.recognized++;
    const result = kubernetesAudit.normalize(record, context);
    if (result.kind === "rejected") counts.rejected++;
    if (result.kind !== "event") continue;
    eventSchema.parse(result.event);
    counts.events++;
    if (textOf(objectOf(record, "user"), "username") === "" && !("protoPayload" in record)) continue;
    counts.namingACaller++;
    if (result.event.principal_type !== "unknown") counts.resolved++;
  }
  return counts;
}

describe.skipIf(!existsSync(nativeFolder))(`native records (${existsSync(nativeFolder) ? "read" : "missing"}: ../shared/samples/kubernetes)`, () => {
  const files = existsSync(nativeFolder) ? readdirSync(nativeFolder).filter((name) => name.endsWith(".jsonl")) : [];
  test.each(files)("%s: at least 99 % are events, at least 98 % of the named callers have a known type", (name) => {
    const counts = tally(readRecords(path.join(nativeFolder, name)));
    expect(counts.events / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.99);
    expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
  });

  test("tokens that a real API server issued are found again where they are used", () => {
    const events = readRecords(path.join(nativeFolder, "kube-apiserver-1.36.jsonl")).map((record) => eventOf(record));
    const issued = new Set(events.map(({ issued_credential_uid }) => issued_credential_uid).filter(Boolean));
    const used = new Set(events.filter(({ credential_uid }) => issued.has(credential_uid)).map(({ credential_uid }) => credential_uid));
    expect(issued.size).toBeGreaterThanOrEqual(2);
    expect(used.size).toBeGreaterThanOrEqual(2);
  });

  test("the webhook and the log file of one server give the same actions", () => {
    const logged = new Map(
      readRecords(path.join(nativeFolder, "kube-apiserver-1.36.jsonl")).map((record) => [textOf(record, "auditID"), eventOf(record)]),
    );
    for (const item of readRecords(path.join(nativeFolder, "kube-apiserver-1.36-webhook-bodies.jsonl"))) {
      const event = eventOf(item);
      const same = logged.get(event.event_uid);
      if (same !== undefined) expect(event).toEqual(same);
    }
  });
});

describe.skipIf(!existsSync(labelledFile))(
  `labelled records (${existsSync(labelledFile) ? "read" : "missing"}: ../shared/samples/labelled/kubernetes.jsonl)`,
  () => {
    test("records of detection rules, cut down until no time is left in them, are named as what they are", () => {
      const records = readRecords(labelledFile).flatMap(({ record }) => (isObject(record) ? [record] : []));
      const counts = tally(records);
      expect(counts.recognized / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.9);
      expect(counts.rejected + counts.events).toBe(counts.recognized);
    });
  },
);
