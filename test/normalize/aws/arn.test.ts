// Names are taken apart and never guessed at: a text that is no ARN has no account, and no role hides in another name.
import { describe, expect, test } from "vitest";
import { accountOfArn, isRoleArn, lastNameOf, partitionOfRegion, readAssumedRole } from "../../../normalize/aws/arn.ts";

describe("a role session's ARN", () => {
  test("gives role and session, in any partition; a session name may hold slashes", () => {
    const session = readAssumedRole("arn:aws-cn:sts::111122223333:assumed-role/deploy/run/1");
    expect(session).toEqual({ roleArn: "arn:aws-cn:iam::111122223333:role/deploy", roleName: "deploy", sessionName: "run/1" });
  });

  test.each(["", "arn:aws:iam::111122223333:role/deploy", "arn:aws:s3:::assumed-role/deploy/run", "arn:aws:sts::111122223333:assumed-role/"])(
    "%j is none",
    (text) => expect(readAssumedRole(text)).toBeUndefined(),
  );
});

test("the account is where an ARN has it, and nowhere else", () => {
  expect(accountOfArn("arn:aws:iam::111122223333:role/a")).toBe("111122223333");
  expect(accountOfArn("arn:aws:s3:::bucket")).toBe("");
  expect(accountOfArn("a:b:c:d:111122223333:e")).toBe("");
  expect(accountOfArn("arn:::::")).toBe("");
});

test("only IAM's roles are roles", () => {
  expect(isRoleArn("arn:aws:iam::1:role/a")).toBe(true);
  for (const text of ["arn:aws:iam::1:role/", "arn:aws:iam::1:user/role/a", "arn:aws:sts::1:role/a", "..."]) expect(isRoleArn(text)).toBe(false);
});

test("the last name stands behind the last slash or colon", () => {
  expect(lastNameOf("arn:aws:iam::1:role/team/deploy")).toBe("deploy");
  expect(lastNameOf("arn:aws:lambda:eu-west-1:1:function:orders")).toBe("orders");
  expect(lastNameOf("plain")).toBe("plain");
});

test.each([
  ["eu-west-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
  ["us-iso-east-1", "aws-iso"],
  ["us-isob-east-1", "aws-iso-b"],
  ["", "aws"],
])("region %j is of partition %s", (region, partition) => expect(partitionOfRegion(region)).toBe(partition));
