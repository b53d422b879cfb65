// Lineage joins what was issued with what is used: a wrong id or target draws an edge between strangers.
import { describe, expect, test } from "vitest";
import { blankAction, type NormalizedAction } from "../../../model/identity-action.ts";
import type { JsonObject } from "../../../model/json.ts";
import { describeAction } from "../../../normalize/aws/action-activity.ts";
import { applyIssuedCredential } from "../../../normalize/aws/issued-credentials.ts";

const source = (service: string) => `${service}.amazonaws.com`;

function issued(service: string, name: string, record: JsonObject, rest: Partial<NormalizedAction> = {}) {
  const { activity } = describeAction(source(service), name, "", false);
  const action: NormalizedAction = {
    ...blankAction("aws", "aws-cloudtrail"),
    service,
    action: name,
    activity,
    outcome: "success",
    region: "eu-west-1",
    account_uid: "111122223333",
    ...rest,
  };
  applyIssuedCredential(action, record, source(service));
  return [action.issued_credential_uid, action.issued_credential_type, action.target_identity_uid];
}

const credentials = { accessKeyId: "ASIAEXAMPLEKEY000001" };
const self: Partial<NormalizedAction> = {
  principal_type: "iam-user",
  identity_uid: "arn:aws:iam::111122223333:user/service/backup-agent",
  identity_name: "backup-agent",
};

describe("a credential is issued to the identity that will use it", () => {
  test("a role session to the role with its path, as the request names it", () => {
    const record = { requestParameters: { roleArn: "arn:aws:iam::4:role/team/deploy" }, responseElements: { credentials } };
    expect(issued("sts", "AssumeRole", record)).toEqual(["ASIAEXAMPLEKEY000001", "sts-session", "arn:aws:iam::4:role/team/deploy"]);
  });

  test("else to the role that the answer names", () => {
    const record = { responseElements: { credentials, assumedRoleUser: { arn: "arn:aws:sts::4:assumed-role/deploy/run" } } };
    expect(issued("sts", "AssumeRoleWithSAML", record)).toEqual(["ASIAEXAMPLEKEY000001", "sts-session", "arn:aws:iam::4:role/deploy"]);
  });

  test("a session token to the caller itself", () => {
    expect(issued("sts", "GetSessionToken", { responseElements: { credentials } }, self)[2]).toBe(self.identity_uid);
  });

  test("a root session to the root of the account that was asked for", () => {
    const record = { requestParameters: { targetPrincipal: "444455556666" }, responseElements: { credentials } };
    expect(issued("sts", "AssumeRoot", record)[2]).toBe("arn:aws:iam::444455556666:root");
  });

  test("a federation token to the federated user", () => {
    const federatedUser = { arn: "arn:aws:sts::111122223333:federated-user/uploader" };
    expect(issued("sts", "GetFederationToken", { responseElements: { credentials, federatedUser } })[2]).toBe(federatedUser.arn);
    expect(issued("sts", "GetFederationToken", { requestParameters: { name: "uploader" } })[2]).toBe(federatedUser.arn);
  });

  test("a key to the user in the answer; a user's own key to its own ARN, path and all", () => {
    const record = { responseElements: { accessKey: { accessKeyId: "AKIAEXAMPLEKEY000002", userName: "backup-agent" } } };
    expect(issued("iam", "CreateAccessKey", record)).toEqual(["AKIAEXAMPLEKEY000002", "access-key", "arn:aws:iam::111122223333:user/backup-agent"]);
    expect(issued("iam", "CreateAccessKey", record, self)[2]).toBe(self.identity_uid);
  });

  test("Roles Anywhere keeps its credentials in a list", () => {
    const record = { requestParameters: { roleArn: "arn:aws:iam::1:role/erp" }, responseElements: { credentialSet: [{ credentials }] } };
    expect(issued("rolesanywhere", "CreateSession", record)).toEqual(["ASIAEXAMPLEKEY000001", "sts-session", "arn:aws:iam::1:role/erp"]);
  });
});

describe("nothing is issued", () => {
  test("by a refused call; whom it meant is still said", () => {
    const record = { requestParameters: { roleArn: "arn:aws:iam::4:role/deploy" }, responseElements: { credentials } };
    expect(issued("sts", "AssumeRole", record, { outcome: "denied" })).toEqual(["", "none", "arn:aws:iam::4:role/deploy"]);
  });

  test("where the id is hidden or is no text", () => {
    for (const accessKeyId of ["HIDDEN_DUE_TO_SECURITY_REASONS", "", 7, null, ["x"]])
      expect(issued("sts", "AssumeRole", { responseElements: { credentials: { accessKeyId } } })).toEqual(["", "none", ""]);
    expect(issued("sts", "AssumeRole", { responseElements: "text" })).toEqual(["", "none", ""]);
  });

  test("by a call of the same name at another service", () => {
    expect(issued("evil", "AssumeRole", { responseElements: { credentials } })).toEqual(["", "none", ""]);
  });
});

test("a change of rights names the user or role that it is about", () => {
  expect(issued("iam", "AttachUserPolicy", { requestParameters: { userName: "a" } })[2]).toBe("arn:aws:iam::111122223333:user/a");
  expect(issued("iam", "PutRolePolicy", { requestParameters: { roleName: "r" } })[2]).toBe("arn:aws:iam::111122223333:role/r");
  const created = { responseElements: { role: { arn: "arn:aws:iam::111122223333:role/team/r" } } };
  expect(issued("iam", "CreateRole", { requestParameters: { roleName: "r" }, ...created })[2]).toBe("arn:aws:iam::111122223333:role/team/r");
  expect(issued("iam", "CreatePolicy", { requestParameters: { policyName: "p" } })[2]).toBe("");
});
