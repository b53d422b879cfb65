// The rule table is what every attribution on Azure and Entra rests on: each rule holds its own examples, and none hides another.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import { type AzureCaller, azureIdentityRules, blankAzureCaller } from "../../../normalize/identity/azure.ts";
import { resolveIdentity } from "../../../normalize/identity/rule.ts";

const objectId = "aaaa0000-0000-4000-8000-000000000001";
const appId = "bbbb0000-0000-4000-8000-000000000001";

function resolve(caller: Partial<AzureCaller>) {
  return resolveIdentity(azureIdentityRules, { ...blankAzureCaller, ...caller });
}

for (const rule of azureIdentityRules) {
  describe(rule.id, () => {
    test("has an example", () => expect(rule.examples.length).toBeGreaterThan(0));
    test.each(rule.examples.map((example, index) => ({ index, ...example })))("example $index is decided by it, as it says", ({ caller, is }) => {
      const resolved = resolveIdentity(azureIdentityRules, caller);
      expect(resolved?.rule).toBe(rule.id);
      expect(resolved?.identity).toMatchObject(is);
      const fields = identityActionSchema.partial().safeParse(resolved?.identity);
      expect(fields.error).toBeUndefined();
      expect(resolved?.identity.identity_uid).not.toBe("");
      expect(resolved?.identity.identity_name).not.toBe("");
    });
  });
}

test("ids are unique, kebab-case, and name the provider", () => {
  const ids = azureIdentityRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^azure(?:-[a-z0-9]+)+$/);
});

test("a record that names nobody is nobody", () => {
  expect(resolve({})).toBeUndefined();
  for (const caller of [
    { principalType: "User" },
    { principalType: "ServicePrincipal" },
    { principalType: "ManagedIdentity" },
    { tokenKind: "app" },
    { tokenKind: "user" },
  ])
    expect(resolve(caller)).toBeUndefined();
});

test("a managed identity that only its resource names is that resource", () => {
  const resource = "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1";
  expect(resolve({ managedIdentityResource: resource })?.identity).toMatchObject({ identity_uid: resource.toLowerCase(), identity_name: "vm-1" });
});

test("a sign-in name is one identity in whichever case it is written", () => {
  expect(resolve({ name: "Analyst@Example.com" })?.identity.identity_uid).toBe(resolve({ name: "analyst@example.com" })?.identity.identity_uid);
});

test("a service principal is one identity, whichever log names it and in whichever case", () => {
  const callers: Partial<AzureCaller>[] = [
    { objectId, appId, tokenKind: "app" },
    { objectId: objectId.toUpperCase(), appId: appId.toUpperCase(), name: "deploy-bot", principalType: "ServicePrincipal" },
    { objectId, name: objectId },
    { name: objectId.toUpperCase() },
  ];
  for (const caller of callers) expect(resolve(caller)?.identity).toMatchObject({ identity_uid: objectId, principal_type: "service-principal" });
  for (const caller of callers.slice(0, 2)) expect(resolve(caller)?.identity.identity_alias).toBe(appId);
});

test("the application that a person used is not another name of the person", () => {
  const person = resolve({ objectId, appId, name: "analyst@example.com", tokenKind: "user" })?.identity;
  expect(person).toMatchObject({ identity_uid: objectId, principal_type: "user", is_machine: false });
  expect(person?.identity_alias).toBeUndefined();
});

test("a display name makes no person of a machine, and no part of Azure of an application", () => {
  expect(resolve({ objectId, appId, name: "analyst@example.com", tokenKind: "app" })?.identity.is_machine).not.toBe(false);
  expect(resolve({ objectId, name: "Microsoft Intune", principalType: "ServicePrincipal" })?.rule).toBe("azure-service-principal");
  expect(resolve({ appId, name: "Azure Backup", principalType: "ServicePrincipal" })?.rule).toBe("azure-service-principal");
  expect(resolve({ name: "Microsoft Intune", principalType: "ServicePrincipal" })?.rule).toBe("azure-platform");
});

test("a person whose sign-in name begins like a part of Azure is a person", () => {
  for (const name of ["azure-admin@example.com", "Microsoft.Support@example.com", "ms-ops@example.com"])
    expect(resolve({ name })?.identity).toMatchObject({ identity_uid: name.toLowerCase(), principal_type: "user", is_machine: false });
  expect(resolve({ name: "Microsoft Support", principalType: "User" })?.identity.principal_type).toBe("user");
});

test("an application of Microsoft's that acts for a person is that person", () => {
  const graph = { objectId, appId: "00000003-0000-0000-c000-000000000000" };
  expect(resolve({ ...graph, name: "analyst@example.com" })?.rule).toBe("azure-user");
  expect(resolve({ ...graph, tokenKind: "user", name: "Analyst" })?.rule).toBe("azure-user");
  expect(resolve({ ...graph, tokenKind: "app", name: "analyst@example.com" })?.rule).toBe("azure-microsoft-application");
});

test("whoever is named is somebody", () => {
  fc.assert(
    fc.property(fc.record({ objectId: fc.string(), appId: fc.string(), name: fc.string(), principalType: fc.string() }), (caller) => {
      const isNamed = caller.objectId !== "" || caller.appId !== "" || caller.name !== "";
      expect(resolve(caller) !== undefined).toBe(isNamed);
    }),
  );
});

test("what a managed identity belongs to says what runs behind it", () => {
  const workload = (resource: string) => resolve({ objectId, managedIdentityResource: resource })?.identity.workload_type;
  const providers = "/subscriptions/s1/resourcegroups/rg/providers";
  expect(workload(`${providers}/Microsoft.ContainerService/managedClusters/c`)).toBe("k8s-pod");
  expect(workload(`${providers}/Microsoft.CognitiveServices/accounts/a`)).toBe("ai-agent");
  expect(workload(`${providers}/Microsoft.Compute/virtualMachines/vm-1`)).toBe("unknown");
});
