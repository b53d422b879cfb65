// Entra directory audits: whose change it was, which credential it added, and hostile fields.
import { describe, expect, test } from "vitest";
import { type JsonObject, type JsonValue, objectOf } from "../../../model/json.ts";
import { entraAudit } from "../../../normalize/formats/entra-audit.ts";
import { eventOf, golden, testHostileFields } from "./azure-harness.ts";

function audit(name: string, changes: JsonObject = {}): JsonObject {
  const record = golden("entra-audit", name);
  return { ...record, properties: { ...objectOf(record, "properties"), ...changes } };
}

const event = (record: JsonObject) => eventOf(entraAudit, record);
const application = "22220000-0000-4000-8000-000000000002";

function withChange(displayName: string, oldValue: JsonValue, newValue: JsonValue): JsonObject {
  return audit("app-adds-secret", {
    targetResources: [{ id: application, type: "Application", modifiedProperties: [{ displayName, oldValue, newValue }] }],
  });
}

describe("hostile records", () => testHostileFields(entraAudit));

describe("issued credentials", () => {
  const key = (id: string, type = "Password") => `[KeyIdentifier=${id},KeyType=${type},KeyUsage=Verify,DisplayName=x]`;
  const first = "44440000-0000-4000-8000-000000000004";
  const second = "44440000-0000-4000-8000-000000000044";

  test("of a change that adds a key beside others, the added one", () => {
    const added = JSON.stringify([key(first), key(second)]);
    expect(event(withChange("KeyDescription", JSON.stringify([key(first)]), added))).toMatchObject({
      issued_credential_uid: second,
      issued_credential_type: "client-secret",
      target_identity_uid: application,
    });
    // The same key in another case is no new key.
    expect(
      event(withChange("KeyDescription", JSON.stringify([key(second.toUpperCase())]), JSON.stringify([key(second)]))).issued_credential_uid,
    ).toBe("");
  });

  test("not the id that somebody wrote into a key's display name", () => {
    const forged = "44440000-0000-4000-8000-00000000dead";
    const name = `x[KeyIdentifier=${forged},KeyType=AsymmetricX509Cert`;
    const added = [`[KeyIdentifier=${first},KeyType=Password,KeyUsage=Verify,DisplayName=${name}]`];
    expect(event(withChange("KeyDescription", "[]", JSON.stringify(added)))).toMatchObject({
      issued_credential_uid: first,
      issued_credential_type: "client-secret",
    });
    expect(event(withChange("KeyDescription", "[]", JSON.stringify([`[DisplayName=${name}]`]))).issued_credential_uid).toBe("");
    // Nor does a forged old value hide the key that was added.
    expect(
      event(
        withChange(
          "KeyDescription",
          JSON.stringify([`[KeyIdentifier=${forged},KeyType=Password,DisplayName=KeyIdentifier=${second},KeyType=Password]`]),
          JSON.stringify([key(second)]),
        ),
      ).issued_credential_uid,
    ).toBe(second);
  });

  test("none where a key was removed, where nothing changed, and where the change was refused", () => {
    const both = JSON.stringify([key(first), key(second)]);
    expect(event(audit("secret-removed"))).toMatchObject({ issued_credential_uid: "", issued_credential_type: "none" });
    expect(event(withChange("KeyDescription", both, both)).issued_credential_uid).toBe("");
    expect(event(audit("app-adds-secret", { result: "failure" }))).toMatchObject({ issued_credential_uid: "", issued_credential_type: "none" });
    expect(event(withChange("DisplayName", "[]", JSON.stringify([key(first)]))).issued_credential_uid).toBe("");
  });

  test("a trust in another identity provider is a credential, by its id", () => {
    const trusts = (...ids: readonly string[]) =>
      JSON.stringify(ids.map((Id) => ({ Name: "x", Issuer: "https://issuer.example.com", Subject: "s", Id })));
    expect(event(withChange("FederatedIdentityCredentials", trusts(first), trusts(first, second)))).toMatchObject({
      issued_credential_uid: second,
      issued_credential_type: "federated-credential",
    });
    expect(event(withChange("FederatedIdentityCredentials", trusts(first), "[]")).issued_credential_uid).toBe("");
  });
});

describe("who it was", () => {
  const by = (initiatedBy: JsonValue) => event(audit("app-adds-secret", { initiatedBy }));

  test("a person where the application beside it is null or empty, and the application where the person is", () => {
    const user = { id: "aaaa0000-0000-4000-8000-000000000003", userPrincipalName: "analyst@example.com" };
    const app = { appId: null, displayName: "deploy-bot", servicePrincipalId: "aaaa0000-0000-4000-8000-000000000001" };
    const blank = { appId: null, displayName: null, servicePrincipalId: null, servicePrincipalName: null };
    for (const other of [null, {}, blank]) {
      expect(by({ user, app: other })).toMatchObject({ identity_uid: user.id, principal_type: "user", is_machine: false });
      expect(by({ app, user: other })).toMatchObject({ identity_uid: app.servicePrincipalId, principal_type: "service-principal", is_machine: true });
    }
  });

  test("an application of which only the name is known is somebody; one without any name is nobody", () => {
    expect(by({ app: { displayName: "deploy-bot" } })).toMatchObject({ identity_uid: "deploy-bot", principal_type: "service-principal" });
    for (const nobody of [null, {}, { app: {} }, { user: {} }, { user: { ipAddress: "198.51.100.7" } }])
      expect(by(nobody)).toMatchObject({ identity_uid: "", identity_rule: "", principal_type: "unknown", is_machine: true });
  });
});

test.each<[readonly string[], string]>([
  [["Policy"], ""],
  [["Role", "User"], "id-1"],
  [["ServicePrincipal", "Role"], "id-0"],
  [["Group"], ""],
  [["Device"], "id-0"],
])("of a change to %j, the one for whom it was is %j", (types, target) => {
  const targetResources = types.map((type, index) => ({ id: `id-${index}`, type }));
  expect(event(audit("policy-updated", { targetResources })).target_identity_uid).toBe(target);
});

test("denied is what was refused for want of rights; every other failure is a failure", () => {
  const outcome = (resultReason: string) => event(audit("app-adds-secret", { result: "failure", resultReason })).outcome;
  expect(outcome("Authorization_RequestDenied")).toBe("denied");
  expect(outcome("Insufficient privileges to complete the operation.")).toBe("denied");
  expect(outcome("Request_ResourceNotFound")).toBe("failure");
  expect(outcome("")).toBe("failure");
  expect(event(audit("app-adds-secret", { result: "unknownFutureValue" })).outcome).toBe("unknown");
});

test("the same change by diagnostic settings and by Log Analytics is of one identity, on one resource, with one credential", () => {
  const logAnalytics = golden("entra-audit", "log-analytics-json-text");
  const initiatedBy = JSON.parse(String(logAnalytics.InitiatedBy)) as JsonValue;
  const targetResources = JSON.parse(String(logAnalytics.TargetResources)) as JsonValue;
  const [one, other] = [event(audit("app-adds-secret", { initiatedBy, targetResources })), event(logAnalytics)];
  for (const field of ["identity_uid", "account_uid", "resource_uids", "issued_credential_uid", "target_identity_uid", "action", "outcome"] as const)
    expect(other[field], field).toEqual(one[field]);
});

test("known by its fields where Log Analytics' own Type was overwritten, and not by a like field of another log", () => {
  const { Type: _type, ...bare } = golden("entra-audit", "log-analytics-json-text");
  expect(entraAudit.recognizes(bare)).toBe(true);
  expect(entraAudit.recognizes({ ...bare, eventSource: "s3.amazonaws.com" })).toBe(false);
  expect(entraAudit.recognizes({})).toBe(false);
});
