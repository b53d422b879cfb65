// The rule table is what every attribution on AWS rests on: each rule holds its own examples, and none hides another.
import { describe, expect, test } from "vitest";
import { identityActionSchema } from "../../../model/identity-action.ts";
import { type AwsCaller, callerFields, noCaller, readCaller } from "../../../normalize/aws/caller.ts";
import { sameCaller } from "../../../normalize/aws/resolve-caller.ts";
import { awsIdentityRules } from "../../../normalize/identity/aws.ts";
import { resolveIdentity } from "../../../normalize/identity/rule.ts";
import { createNetworkClassifier } from "../../../normalize/network.ts";

function resolve(caller: Partial<AwsCaller>) {
  return resolveIdentity(awsIdentityRules, { ...noCaller, ...caller });
}

for (const rule of awsIdentityRules) {
  describe(rule.id, () => {
    test("has an example", () => expect(rule.examples.length).toBeGreaterThan(0));
    test.each(rule.examples.map((example, index) => ({ index, ...example })))("example $index is decided by it, as it says", ({ caller, is }) => {
      const resolved = resolveIdentity(awsIdentityRules, caller);
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
  const ids = awsIdentityRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^aws(?:-[a-z0-9]+)+$/);
});

test("a record that names nobody is nobody", () => {
  expect(resolve({})).toBeUndefined();
  expect(resolve({ type: "AssumedRole" })).toBeUndefined();
  expect(resolve({ type: "IAMUser", accountId: "111122223333", userName: "HIDDEN_DUE_TO_SECURITY_REASONS" })).toBeUndefined();
});

test("sessions of one role are one identity, whoever opened them and from wherever", () => {
  const issuerArn = "arn:aws:iam::111122223333:role/team/deploy";
  const session = (name: string, rest: Partial<AwsCaller> = {}) =>
    resolve({
      type: "AssumedRole",
      arn: `arn:aws:sts::111122223333:assumed-role/deploy/${name}`,
      issuerArn,
      issuerPrincipalId: "AROAEXAMPLEID1",
      ...rest,
    })?.identity;
  const sessions = [
    session("run-1"),
    session("i-0317f6c6b66ae9c40"),
    session("GitHubActions"),
    session("analyst", { isConsole: "true" }),
    session("x", { ec2RoleDelivery: "1.0" }),
    session("x", { federatedProvider: "arn:aws:iam::111122223333:oidc-provider/gitlab.com" }),
    session("x", { scopeType: "AWS::Lambda::Function", scopeArn: "arn:aws:lambda:eu-west-1:111122223333:function:a" }),
    session("x", { sourceIdentity: "CN=erp-01" }),
    session("x", { delegateAccountId: "444455556666" }),
  ];
  for (const identity of sessions)
    expect(identity).toMatchObject({ identity_uid: issuerArn, identity_alias: "AROAEXAMPLEID1", principal_type: "iam-role" });
});

test("a session name may not make a person of a machine, nor a machine's certificate of a person", () => {
  const arn = "arn:aws:sts::111122223333:assumed-role/app/AWSReservedSSO_Admin_0123456789abcdef";
  expect(resolve({ type: "AssumedRole", arn })?.identity.is_machine).not.toBe(false);
  const console = resolve({ type: "AssumedRole", arn: "arn:aws:sts::111122223333:assumed-role/app/i-0317f6c6b66ae9c40", isConsole: "true" });
  expect(console?.identity).toMatchObject({ is_machine: false, workload_type: "human" });
});

test("built names carry the partition of the record's region", () => {
  const root = resolve({ type: "Root", accountId: "111122223333", partition: "aws-cn" });
  expect(root?.identity.identity_uid).toBe("arn:aws-cn:iam::111122223333:root");
  const user = resolve({ type: "IAMUser", accountId: "111122223333", userName: "deploy-bot", partition: "aws-us-gov" });
  expect(user?.identity.identity_uid).toBe("arn:aws-us-gov:iam::111122223333:user/deploy-bot");
});

test("what acts through the identity stands in the delegation, nearest first", () => {
  const identity = resolve({
    type: "AssumedRole",
    arn: "arn:aws:sts::111122223333:assumed-role/stack/run",
    invokedBy: "cloudformation.amazonaws.com",
    onBehalfOfUserId: "u-1",
    sourceIdentity: "deploy-bot",
  })?.identity;
  expect(identity?.delegation).toEqual(["cloudformation.amazonaws.com", "arn:aws:identitystore:::user/u-1", "source-identity:deploy-bot"]);
  const named = (invokedBy: string) => resolve({ type: "IAMUser", arn: "arn:aws:iam::111122223333:user/a", invokedBy })?.identity.delegation;
  expect(named("AWS Internal")).toEqual([]);
  expect(named("signin.amazonaws.com")).toEqual([]);
  expect(named("athena.amazonaws.com")).toEqual(["athena.amazonaws.com"]);
});

test("key ids say of what kind and how long-lived a credential is", () => {
  const user = (rest: Partial<AwsCaller>) => resolve({ type: "IAMUser", arn: "arn:aws:iam::111122223333:user/a", ...rest })?.identity;
  expect(user({ accessKeyId: "AKIAEXAMPLE000000001" })).toMatchObject({ credential_type: "access-key", credential_lifetime: "static" });
  expect(user({ accessKeyId: "ASIAEXAMPLE000000001" })).toMatchObject({ credential_type: "sts-session", credential_lifetime: "short-lived" });
  expect(user({ accessKeyId: "ASIAEXAMPLE000000001", isConsole: "true" })).toMatchObject({ credential_type: "console-session" });
  expect(user({ isConsole: "true", isSignIn: "true" })).toMatchObject({ credential_type: "password", credential_lifetime: "static" });
  expect(user({})).toMatchObject({ credential_type: "unknown", credential_lifetime: "unknown", credential_issued_at: 0 });
});

test("two callers that differ in any one field are never taken for one", () => {
  const caller = Object.fromEntries(callerFields.map((field) => [field, `value of ${field}`])) as unknown as AwsCaller;
  const read = readCaller(
    { userIdentity: { type: "IAMUser" } },
    { defaultAccount: "", clusterOfIssuer: () => undefined, network: createNetworkClassifier([]) },
  );
  expect(Object.keys(read).toSorted()).toEqual(callerFields.toSorted());
  expect(Object.keys(noCaller).toSorted()).toEqual(callerFields.toSorted());
  expect(sameCaller(caller, { ...caller })).toBe(true);
  for (const field of callerFields) expect(sameCaller(caller, { ...caller, [field]: "another" }), field).toBe(false);
});
