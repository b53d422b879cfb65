// The rule table is what every attribution on Google Cloud rests on: each rule holds its own examples, and none hides another.
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import { blankGcpCaller, type GcpCaller, gcpIdentityRules } from "../../../normalize/identity/gcp.ts";
import { resolveIdentity } from "../../../normalize/identity/rule.ts";

function resolve(caller: Partial<GcpCaller>) {
  return resolveIdentity(gcpIdentityRules, { ...blankGcpCaller, ...caller });
}

for (const rule of gcpIdentityRules) {
  describe(rule.id, () => {
    test("has an example", () => expect(rule.examples.length).toBeGreaterThan(0));
    test.each(rule.examples.map((example, index) => ({ index, ...example })))("example $index is decided by it, as it says", ({ caller, is }) => {
      const resolved = resolveIdentity(gcpIdentityRules, caller);
      expect(resolved?.rule).toBe(rule.id);
      expect(resolved?.identity).toMatchObject(is);
      const fields = identityActionSchema.partial().safeParse({ ...resolved?.identity, delegation: [...(resolved?.identity.delegation ?? [])] });
      expect(fields.error).toBeUndefined();
      expect(resolved?.identity.identity_uid).not.toBe("");
      expect(resolved?.identity.identity_name).not.toBe("");
    });
  });
}

test("ids are unique, kebab-case, and name the provider", () => {
  const ids = gcpIdentityRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^gcp(?:-[a-z0-9]+)+$/);
});

test("an entry that names nobody is nobody", () => {
  expect(resolve({})).toBeUndefined();
  expect(resolve({ keyName: "projects/a/serviceAccounts/b/keys/c" })).toBeUndefined();
  expect(resolve({ delegation: "analyst@example.com" })).toBeUndefined();
});

test("a service account is one identity, whichever fields name it and whatever opened the session", () => {
  const email = "deployer@project-a.iam.gserviceaccount.com";
  const callers: Partial<GcpCaller>[] = [
    { principalEmail: email },
    { principalSubject: `serviceAccount:${email}` },
    { principalEmail: email, principalSubject: `user:${email}` },
    { principalSubject: `user:${email}` },
    { principalEmail: email, keyName: "keys/0123" },
    { principalEmail: email, delegation: "ci@project-a.iam.gserviceaccount.com" },
    { principalEmail: email, oauthClientId: "32555940559.apps.googleusercontent.com" },
    { principalEmail: email, systemService: "compute.googleapis.com" },
  ];
  for (const caller of callers) expect(resolve(caller)?.identity).toMatchObject({ identity_uid: email, principal_type: "service-account" });
});

test("a key is the credential even where a chain stands beside it", () => {
  const identity = resolve({
    principalEmail: "a@project-a.iam.gserviceaccount.com",
    keyName: "//iam.googleapis.com/projects/p/serviceAccounts/b@p.iam.gserviceaccount.com/keys/0123",
    delegation: "b@p.iam.gserviceaccount.com",
  })?.identity;
  expect(identity).toMatchObject({ credential_uid: "0123", credential_lifetime: "static", issuer_uid: "b@p.iam.gserviceaccount.com" });
});

test("a person at the far end of a chain is shown as one; a service agent stays the provider's", () => {
  const chain = { delegation: "operator@example.com", originWorkload: "human" } as const;
  expect(resolve({ principalEmail: "a@project-a.iam.gserviceaccount.com", ...chain })?.identity).toMatchObject({ is_machine: false });
  expect(resolve({ principalEmail: "service-1@gcp-sa-x.iam.gserviceaccount.com", ...chain })?.identity).toMatchObject({
    is_machine: true,
    workload_type: "provider-service",
  });
});

test("a set of principals is not reduced as if it were a subject", () => {
  const group = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/group/builders";
  expect(resolve({ principalSubject: group })?.identity).toMatchObject({ identity_uid: group, principal_type: "federated-subject" });
});
