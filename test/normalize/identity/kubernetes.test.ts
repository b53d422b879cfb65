// The rule table is what every attribution on Kubernetes rests on: each rule holds its own examples, and none hides another.
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import { blankKubernetesCaller, type KubernetesCaller, kubernetesIdentityRules } from "../../../normalize/identity/kubernetes.ts";
import { resolveIdentity } from "../../../normalize/identity/rule.ts";

function resolve(caller: Partial<KubernetesCaller>) {
  return resolveIdentity(kubernetesIdentityRules, { ...blankKubernetesCaller, ...caller });
}

for (const rule of kubernetesIdentityRules) {
  describe(rule.id, () => {
    test("has an example", () => expect(rule.examples.length).toBeGreaterThan(0));
    test.each(rule.examples.map((example, index) => ({ index, ...example })))("example $index is decided by it, as it says", ({ caller, is }) => {
      const resolved = resolveIdentity(kubernetesIdentityRules, caller);
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
  const ids = kubernetesIdentityRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^kubernetes(?:-[a-z0-9]+)+$/);
});

test("a record that names nobody is nobody, unless authentication failed", () => {
  expect(resolve({})).toBeUndefined();
  expect(resolve({ awsCanonicalArn: "arn:aws:iam::111122223333:role/deployer" })).toBeUndefined();
  expect(resolve({ isUnauthenticated: true })?.identity.principal_type).toBe("anonymous");
});

test("reserved names are the control plane's; names that only look like them, and names that anyone may hold, are not", () => {
  const workload = (username: string) => resolve({ username })?.identity.workload_type;
  for (const username of ["system:kube-scheduler", "system:apiserver", "system:kube-proxy", "eks:fargate-manager", "aksService"])
    expect(workload(username), username).toBe("provider-service");
  for (const username of ["system:admin", "system:unsecured", "system:", "system:Kube-Scheduler", "masterclient", "kube-scheduler", "eks", "Eks:x"])
    expect(workload(username), username).not.toBe("provider-service");
});

test("credentials: a token has its JTI, a certificate its digest, an AWS session its key id", () => {
  const of = (caller: Partial<KubernetesCaller>) => resolve({ username: "system:serviceaccount:a:b", ...caller })?.identity;
  expect(of({ credentialId: "JTI=1" })).toMatchObject({ credential_uid: "1", credential_lifetime: "short-lived" });
  expect(of({ credentialId: "X509SHA256=2" })).toMatchObject({ credential_uid: "2", credential_type: "client-certificate" });
  expect(of({ awsAccessKeyId: "AKIAEXAMPLE000000001" })).toMatchObject({ credential_type: "access-key", credential_lifetime: "static" });
  expect(of({ isLegacyToken: true })).toMatchObject({ credential_type: "service-account-token", credential_lifetime: "static" });
  expect(of({})?.credential_uid).toBeUndefined();
});
