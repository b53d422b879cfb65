// Azure Activity: what a golden pair alone does not show, what attackers write into the fields, and how many real records are read.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isObject, type JsonObject, type JsonValue, objectOf } from "../../../model/json.ts";
import { operationActivity } from "../../../normalize/azure/operation-activity.ts";
import { azureActivity } from "../../../normalize/formats/azure-activity.ts";
import { entraAudit } from "../../../normalize/formats/entra-audit.ts";
import { entraSignin } from "../../../normalize/formats/entra-signin.ts";
import { normalizers } from "../../../normalize/formats/registry.ts";
import { eventOf, expectAnswer, golden, readLines, testHostileFields } from "./azure-harness.ts";

const event = (record: JsonObject) => eventOf(azureActivity, record);

describe("hostile records", () => {
  testHostileFields(azureActivity);

  test("any JSON object gets an answer", () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("ServicePrincipal", "app", "/subscriptions/s1", "{}"));
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, text, fc.double(), fc.constantFrom(null, true), fc.array(tie("value")), fc.dictionary(text, tie("value"))),
    })).value;
    const keys = ["resourceId", "operationName", "caller", "identity", "claims", "authorization", "properties", "resultType", "httpRequest"];
    const fields = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(fields, (record) =>
        expectAnswer(azureActivity, { time: "2026-11-09T08:15:30Z", operationName: "a/read", ...record } as JsonObject),
      ),
    );
  });

  test("no text of the record stands in a reason", () => {
    const result = azureActivity.normalize(
      { time: "canary-3f9a", operationName: "canary-3f9a" },
      {
        defaultAccount: "",
        clusterOfIssuer: () => undefined,
        network: () => ({ ip: "", kind: "unknown" }),
      },
    );
    expect(result.kind).toBe("rejected");
    expect(JSON.stringify(result)).not.toContain("canary");
  });
});

test("one call is one action by one identity, by whichever of the three routes it came", () => {
  const diagnostic = golden("azure-activity", "service-principal-writes");
  const identity = objectOf(diagnostic, "identity") ?? {};
  const rest = {
    ...golden("azure-activity", "rest-service-principal"),
    operationName: { value: String(diagnostic.operationName) },
    resourceId: String(diagnostic.resourceId),
    authorization: identity.authorization as JsonValue,
  };
  const logAnalytics = {
    ...golden("azure-activity", "log-analytics-claims-as-text"),
    OperationNameValue: String(diagnostic.operationName),
    _ResourceId: String(diagnostic.resourceId).toLowerCase(),
    ActivityStatusValue: "Success",
    ActivitySubstatusValue: "OK",
    CallerIpAddress: "203.0.113.24",
  };
  const shared = ({
    identity_uid,
    identity_alias,
    credential_uid,
    credential_issued_at,
    account_uid,
    resource_uids,
    ...rest
  }: ReturnType<typeof event>) => ({
    identity_uid,
    identity_alias,
    credential_uid,
    credential_issued_at,
    account_uid,
    resource_uids,
    activity: rest.activity,
    outcome: rest.outcome,
    authorization_basis: rest.authorization_basis,
    src_ip: rest.src_ip,
  });
  expect(shared(event(rest))).toEqual(shared(event(diagnostic)));
  expect(shared(event(logAnalytics))).toEqual(shared(event(diagnostic)));
});

test("a group that a role was given to is not the caller", () => {
  const record = golden("azure-activity", "role-of-a-group");
  expect(event(record).identity_uid).toBe(record.caller);
  delete record.caller;
  expect(event(record)).toMatchObject({ identity_uid: "", principal_type: "unknown" });
});

test("an operation's start and its end are two events, and only the end has an outcome", () => {
  const start = golden("azure-activity", "start-without-outcome");
  const end = { ...start, resultType: "Success", resultSignature: "Succeeded.Created" };
  expect(event(start).outcome).toBe("unknown");
  expect(event(end).outcome).toBe("success");
  expect(event(end).event_uid).not.toBe(event(start).event_uid);
});

test.each<[JsonObject, string]>([
  [{ resultType: "Failure", resultSignature: "Failed.Forbidden" }, "denied"],
  [{ resultType: "Failed", resultSignature: "403" }, "denied"],
  [{ resultType: "Failure", resultSignature: "Failed.Unauthorized" }, "denied"],
  [{ resultType: "Failure", resultSignature: "Failed.NotFound" }, "failure"],
  [{ resultType: "Success", resultSignature: "Succeeded.OK" }, "success"],
  [{ resultType: "0", resultSignature: "" }, "success"],
  [{ resultType: "Accept", resultSignature: "Accepted.Accepted" }, "unknown"],
  [{ resultType: 7, resultSignature: [] }, "unknown"],
  [{ resultType: "", resultSignature: "", statusCode: 200 }, "success"],
  [{ resultType: "", resultSignature: "", statusText: "Success", statusCode: 206 }, "success"],
  [{ resultType: "", resultSignature: "", statusText: "BlobNotFound", statusCode: 404 }, "failure"],
])("%j is %s", (fields, outcome) => {
  expect(event({ ...golden("azure-activity", "service-principal-writes"), ...fields }).outcome).toBe(outcome);
});

test.each([
  ["MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION", "secret-read"],
  ["Microsoft.Storage/storageAccounts/regenerateKey/action", "secret-read"],
  ["Microsoft.KeyVault/vaults/secrets/getSecret/action", "secret-read"],
  ["Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action", "secret-read"],
  ["Microsoft.Authorization/roleAssignments/write", "admin"],
  ["Microsoft.Authorization/roleAssignments/read", "read"],
  ["Microsoft.Insights/diagnosticSettings/delete", "admin"],
  ["Microsoft.Compute/virtualMachines/runCommand/action", "admin"],
  ["Microsoft.Compute/disks/beginGetAccess/action", "secret-read"],
  ["Microsoft.Compute/virtualMachines/write", "write"],
  ["Microsoft.Compute/virtualMachines/read", "read"],
  // Resource Manager shows a secret's properties, never its value.
  ["Microsoft.KeyVault/vaults/secrets/read", "read"],
  ["Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", "admin"],
  ["Microsoft.ManagedIdentity/userAssignedIdentities/read", "read"],
  ["Microsoft.Authorization/locks/delete", "admin"],
  ["Microsoft.Authorization/policyAssignments/write", "admin"],
  ["SecretGet", "secret-read"],
  ["SecretList", "read"],
  ["VaultAccessPolicyChangedEventGridNotification", "admin"],
  ["GetBlob", "data-read"],
  ["DeleteBlob", "data-write"],
  ["ListContainers", "read"],
])("%s is %s", (operation, activity) => expect(operationActivity(operation)).toBe(activity));

test.each<[string, JsonObject]>([
  ["a sign-in", golden("entra-signin", "service-principal-secret")],
  ["a directory audit", golden("entra-audit", "app-adds-secret")],
  ["a CloudTrail record", { eventName: "ListBuckets", eventSource: "s3.amazonaws.com", operationName: "x", caller: "a" }],
  // What is left of a record whose source was cut away, or written over by the caller with an object, as in Azure's old REST shape.
  ["a CloudTrail record without its source", { eventVersion: "1.11", awsRegion: "eu-west-1", userIdentity: {}, operationName: "x", caller: "a" }],
  ["a CloudTrail record with an object as source", { eventVersion: "1.11", eventSource: {}, eventName: "x", operationName: "x", caller: "a" }],
  [
    "a Kubernetes event of AKS",
    { category: "kube-audit", operationName: "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read", resourceId: "/s" },
  ],
  ["an object of nothing", {}],
])("%s is not one", (_name, record) => expect(azureActivity.recognizes(record)).toBe(false));

test("a Storage record cut down to its operation and the caller's address is one", () => {
  const { time, operationName, callerIpAddress, statusCode } = golden("azure-activity", "storage-blob-read");
  const cut = { time, operationName, callerIpAddress, statusCode } as JsonObject;
  expect(normalizers.filter((normalizer) => normalizer.recognizes(cut)).map(({ format }) => format)).toEqual(["azure-activity"]);
  expect(event(cut)).toMatchObject({ action: "GetBlob", src_ip: "203.0.113.24", outcome: "denied" });
});

describe("a record of another cloud, with Azure's fields written beside its own, is left to that cloud's log", () => {
  const names = (folder: string) =>
    readdirSync(path.join(import.meta.dirname, "../golden", folder)).filter((name) => name.endsWith(".json") && !name.includes(".expected."));
  const azure = Object.assign(
    {},
    ...["entra-signin/service-principal-secret", "entra-audit/app-adds-secret", "azure-activity/rest-service-principal"].map((name) => {
      const [format = "", file = ""] = name.split("/");
      return golden(format, file);
    }),
    { initiatedBy: {}, targetResources: [], createdDateTime: "2026-11-09T08:15:30Z", appId: "a", servicePrincipalId: "b" },
  ) as JsonObject;

  test.each(["aws-cloudtrail", "gcp-audit", "kubernetes-audit"])("%s", (folder) => {
    let records = 0;
    for (const name of names(folder)) {
      const own = golden(folder, name.replace(/\.json$/, ""));
      if (!normalizers.some((normalizer) => normalizer.format === folder && normalizer.recognizes(own))) continue;
      // A record without its log's mark is told by its other fields, which Azure's, where they stand beside, outweigh.
      if (
        !["eventSource", "eventVersion", "protoPayload", "logName", "auditID"].some((key) => key in own) &&
        !String(own.category).startsWith("kube-")
      )
        continue;
      records++;
      const mixed = { ...azure, ...own };
      for (const normalizer of [azureActivity, entraSignin, entraAudit])
        expect(normalizer.recognizes(mixed), `${normalizer.format}: ${name}`).toBe(false);
    }
    expect(records).toBeGreaterThan(0);
  });

  test("Azure's own old shape, where the event's source is an object, is not another cloud's", () => {
    expect(azureActivity.recognizes(golden("azure-activity", "old-rest-caller-only"))).toBe(true);
  });
});

test("claims without content are no token", () => {
  expect(event({ ...golden("azure-activity", "platform-event"), claims: {} })).toMatchObject({
    credential_type: "unknown",
    credential_lifetime: "unknown",
    credential_issued_at: 0,
  });
});

test("a refusal that only the status message shows is denied, and only where the operation failed", () => {
  const record = golden("azure-activity", "authorization-failed");
  expect(event(record)).toMatchObject({ outcome: "denied", error_code: "AuthorizationFailed" });
  expect(event({ ...record, resultType: "Success" }).outcome).toBe("success");
  const because = (statusMessage: JsonValue) => event({ ...record, properties: { statusMessage } }).outcome;
  expect(because({ error: { code: "RequestDisallowedByPolicy" } })).toBe("denied");
  expect(because(JSON.stringify({ error: { code: "SkuNotAvailable" } }))).toBe("failure");
  expect(because("AuthorizationFailed, said somebody")).toBe("failure");
});

test.each([
  ["198.51.100.7:52811", "198.51.100.7"],
  ["[2001:db8::7]:443", "2001:db8::7"],
  ["[2001:db8::7]", "2001:db8::7"],
  ["2001:db8::7", "2001:db8::7"],
  ["198.51.100.7:port", ""],
  ["-", ""],
])("the address of %s is %s", (written, address) => {
  expect(event({ ...golden("azure-activity", "service-principal-writes"), callerIpAddress: written }).src_ip).toBe(address);
});

const samples = path.join(import.meta.dirname, "../../../../shared/samples");
const native = path.join(samples, "azure");
const labelled = path.join(samples, "labelled/azure-activity.jsonl");
const stated = (file: string) => `${existsSync(file) ? "read" : "missing"}: ../shared/samples/${path.relative(samples, file)}`;

describe.skipIf(!existsSync(native))(`native records (${stated(native)})`, () => {
  test("at least 99 % are events, and at least 98 % of those that name a caller are somebody", () => {
    const files = readdirSync(native).filter((name) => name.endsWith(".jsonl"));
    const records = files.flatMap((name) => readLines(path.join(native, name)));
    const counts = tally(records);
    expect(counts.records).toBeGreaterThan(0);
    expect(counts.events / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.99);
    expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
  });
});

describe.skipIf(!existsSync(labelled))(`labelled records (${stated(labelled)})`, () => {
  test("records of detection rules, some cut down to a few fields: each that names a caller is somebody", () => {
    const counts = tally(readLines(labelled).flatMap(({ record }) => (isObject(record) ? [record] : [])));
    expect(counts.events / counts.records, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.95);
    expect(counts.resolved / counts.namingACaller, JSON.stringify(counts)).toBeGreaterThanOrEqual(0.98);
  });
});

/** An id or a name in one of the places for it; {"type": "SAS"} and {"claims": {"ipaddr": …}} name nobody. */
function namesACaller(record: JsonObject): boolean {
  const places = ["caller", "Caller", "initiatedBy", "InitiatedBy", "userId", "servicePrincipalId", "claims", "Claims", "identity"];
  const text = JSON.stringify(places.map((name) => [record[name], objectOf(record, "properties")?.[name]]));
  return /"(?:[^"]*objectidentifier|oid|appid|principalId|objectId|[^"]*upn|id|userPrincipalName)\\?":\s*\\?"[^"]/i.test(text) || "caller" in record;
}

function tally(records: readonly JsonObject[]) {
  const counts = { records: 0, events: 0, namingACaller: 0, resolved: 0 };
  for (const record of records) {
    counts.records++;
    const normalizer = [azureActivity, entraSignin, entraAudit].find((candidate) => candidate.recognizes(record));
    if (normalizer === undefined) continue;
    expectAnswer(normalizer, record);
    const action = eventOf(normalizer, record);
    counts.events++;
    if (!namesACaller(record)) continue;
    counts.namingACaller++;
    if (action.principal_type !== "unknown") counts.resolved++;
  }
  return counts;
}
