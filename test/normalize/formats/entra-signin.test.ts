// Entra sign-ins: the join to what was done with the token, what is no credential, hostile fields, and how many real records are read.
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { isObject, type JsonObject, objectOf } from "../../../model/json.ts";
import { azureActivity } from "../../../normalize/formats/azure-activity.ts";
import { entraAudit } from "../../../normalize/formats/entra-audit.ts";
import { entraSignin } from "../../../normalize/formats/entra-signin.ts";
import { eventOf, expectAnswer, golden, readLines, testHostileFields } from "./azure-harness.ts";

function signin(name: string, changes: JsonObject = {}): JsonObject {
  const record = golden("entra-signin", name);
  return { ...record, properties: { ...objectOf(record, "properties"), ...changes } };
}

const event = (record: JsonObject) => eventOf(entraSignin, record);

describe("hostile records", () => testHostileFields(entraSignin));

test.each([
  ["service-principal-secret", "service-principal-writes"],
  ["managed-identity-without-address", "managed-identity-lists-keys"],
  ["user-in-browser", "user-through-cli"],
])("%s: the token that the sign-in issued is the credential of what was done with it, by the same identity", (signinName, activityName) => {
  const issued = event(signin(signinName));
  const used = eventOf(azureActivity, golden("azure-activity", activityName));
  expect(issued.issued_credential_uid).not.toBe("");
  expect(used).toMatchObject({
    credential_uid: issued.issued_credential_uid,
    credential_type: issued.issued_credential_type,
    identity_uid: issued.target_identity_uid,
    principal_type: issued.principal_type,
  });
});

test.each([
  ["app-adds-secret", {}],
  ["user-adds-certificate", { servicePrincipalCredentialThumbprint: "A1B2C3D4E5F60718293A4B5C6D7E8F9001122334" }],
  ["federated-credential-added", { federatedCredentialId: "55550000-0000-4000-8000-000000000005" }],
])("%s: the credential that a directory audit shows added is the one that later signs in", (name, changes) => {
  const added = eventOf(entraAudit, golden("entra-audit", name));
  const used = event(signin("service-principal-secret", { servicePrincipalCredentialKeyId: added.issued_credential_uid, ...changes }));
  expect(used).toMatchObject({ credential_uid: added.issued_credential_uid, credential_type: added.issued_credential_type });
});

test("a certificate is stored by its key id, with its thumbprint beside it; by its thumbprint where the record has no key id", () => {
  const thumbprint = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";
  const authorization_basis = `certificate with thumbprint ${thumbprint}`;
  const key = "44440000-0000-4000-8000-000000000004";
  expect(event(signin("service-principal-certificate"))).toMatchObject({ credential_uid: key, authorization_basis });
  const withoutKey = event(signin("service-principal-certificate", { servicePrincipalCredentialKeyId: "" }));
  expect(withoutKey).toMatchObject({ credential_uid: thumbprint, authorization_basis });
  expect(event(signin("service-principal-secret")).authorization_basis).toBe("");
});

test("a sign-in that failed has issued no token, though it names one", () => {
  for (const errorCode of [7000215, 53003, 50076, "90002"]) {
    const failed = event(signin("service-principal-secret", { status: { errorCode } }));
    expect(failed).toMatchObject({
      issued_credential_uid: "",
      issued_credential_type: "none",
      target_identity_uid: "",
      error_code: String(errorCode),
    });
    expect(["failure", "denied"]).toContain(failed.outcome);
  }
});

test("a managed identity's address is unknown, whatever the record holds in its place", () => {
  for (const ipAddress of ["", "-", "127.0.0.1", "203.0.113.24", null])
    expect(event(signin("managed-identity-without-address", { ipAddress }))).toMatchObject({ src_ip: "", src_kind: "unknown" });
});

test("what Azure itself holds and renews is no static credential", () => {
  const managed = (changes: JsonObject) => event(signin("managed-identity-without-address", changes)).credential_lifetime;
  expect(managed({})).toBe("short-lived");
  expect(managed({ servicePrincipalCredentialThumbprint: "A1B2" })).toBe("short-lived");
  expect(managed({ clientCredentialType: "clientSecret", servicePrincipalCredentialKeyId: "" })).not.toBe("static");
});

test.each<[JsonObject, string, string]>([
  [{ servicePrincipalCredentialThumbprint: "A1B2" }, "client-certificate", "static"],
  [{ clientCredentialType: "clientAssertion" }, "client-certificate", "static"],
  [{ clientCredentialType: "" }, "client-secret", "static"],
  [{ clientCredentialType: "clientSecret", servicePrincipalCredentialKeyId: "" }, "client-secret", "static"],
  [{ clientCredentialType: "federatedIdentityCredential" }, "federated-credential", "short-lived"],
  [{ clientCredentialType: "none", servicePrincipalCredentialKeyId: "" }, "unknown", "unknown"],
])("%j is a %s, %s", (changes, type, lifetime) => {
  expect(event(signin("service-principal-secret", changes))).toMatchObject({ credential_type: type, credential_lifetime: lifetime });
});

test("the tenant is the log's own: neither Log Analytics' workspace nor the tenant of a guest", () => {
  const record = golden("entra-signin", "log-analytics-service-principal");
  expect(event(record).account_uid).toBe(record.AADTenantId);
  expect(event(signin("user-in-browser", { homeTenantId: "guest" })).account_uid).toBe(golden("entra-signin", "user-in-browser").tenantId);
});

test("a service principal's sign-in by Log Analytics and by diagnostic settings are of one identity with one credential", () => {
  const [one, other] = [event(signin("service-principal-secret")), event(golden("entra-signin", "log-analytics-service-principal"))];
  expect(other).toMatchObject({ identity_uid: one.identity_uid, identity_alias: one.identity_alias, credential_uid: one.credential_uid });
});

test("a proof that Entra does not accept is denied, whether secret, certificate or another provider's token", () => {
  for (const errorCode of [7000215, 7000222, 700027, 70021, 700024, 700211, 700212, 700213])
    expect(event(signin("service-principal-secret", { status: { errorCode } })).outcome, String(errorCode)).toBe("denied");
  expect(event(signin("service-principal-secret", { status: { errorCode: 90002 } })).outcome).toBe("failure");
});

test("a person's sign-in that names no id is never the sign-in of the application that was used", () => {
  const bare = { category: "SignInLogs", time: "2026-11-09T08:15:30Z", properties: { appId: "bbbb0000-0000-4000-8000-000000000001" } };
  expect(event(bare)).toMatchObject({ identity_uid: "", principal_type: "unknown" });
  expect(event({ ...bare, identity: "Analyst" })).toMatchObject({ identity_uid: "Analyst", principal_type: "user", is_machine: false });
});

test("Microsoft's application is known by its publisher's tenant, not by its name", () => {
  const named = { servicePrincipalName: "Microsoft Graph", appOwnerTenantId: "99990000-0000-4000-8000-000000000009" };
  expect(event(signin("service-principal-secret", named)).workload_type).toBe("unknown");
  expect(event(golden("entra-signin", "microsoft-application")).workload_type).toBe("provider-service");
});

test("an empty field at the top hides no field of the properties", () => {
  expect(event({ ...signin("service-principal-secret", { correlationId: "inner" }), correlationId: "" }).request_uid).toBe("inner");
});

const labelled = path.join(import.meta.dirname, "../../../../shared/samples/labelled/entra-signin.jsonl");

describe.skipIf(!existsSync(labelled))(
  `labelled records (${existsSync(labelled) ? "read" : "missing"}: ../shared/samples/labelled/entra-signin.jsonl)`,
  () => {
    test("records of detection rules, sign-ins and audits: each is an event, and each that names a caller is somebody", () => {
      const unresolved: JsonObject[] = [];
      let naming = 0;
      for (const { record } of readLines(labelled)) {
        if (!isObject(record)) continue;
        const recognizing = [azureActivity, entraSignin, entraAudit].filter((normalizer) => normalizer.recognizes(record));
        expect(recognizing.length, JSON.stringify(record)).toBe(1);
        for (const normalizer of recognizing) {
          expectAnswer(normalizer, record);
          const action = eventOf(normalizer, record);
          const details = objectOf(record, "properties") ?? {};
          if (!["initiatedBy", "userId", "userPrincipalName", "servicePrincipalId"].some((name) => Boolean(details[name]))) continue;
          naming++;
          if (action.principal_type === "unknown") unresolved.push(record);
        }
      }
      expect(naming).toBeGreaterThan(0);
      expect(unresolved.length / naming, JSON.stringify(unresolved)).toBeLessThanOrEqual(0.02);
    });
  },
);
