// The class of an operation decides which baselines and findings it counts for: what reads a secret or changes rights must say so.
import { describe, expect, test } from "vitest";
import { activities } from "../../../model/identity-action.ts";
import { describeAction } from "../../../normalize/aws/action-activity.ts";
import { issues } from "../../../normalize/aws/issued-credentials.ts";

function activity(service: string, eventName: string, readOnly = "", isData = false) {
  return describeAction(`${service}.amazonaws.com`, eventName, readOnly, isData).activity;
}

describe("an operation is classed by what it does", () => {
  test.each([
    ["secretsmanager", "GetSecretValue", "true", false, "secret-read"],
    ["secretsmanager", "BatchGetSecretValue", "true", false, "secret-read"],
    ["secretsmanager", "DescribeSecret", "true", false, "read"],
    ["ec2", "GetPasswordData", "true", false, "secret-read"],
    ["kms", "Decrypt", "true", false, "data-read"],
    ["kms", "GenerateDataKey", "true", false, "data-write"],
    ["kms", "CreateGrant", "false", false, "admin"],
    ["kms", "ScheduleKeyDeletion", "false", false, "admin"],
    ["kms", "DescribeKey", "true", false, "read"],
    ["s3", "GetObject", "true", true, "data-read"],
    ["s3", "PutObject", "false", true, "data-write"],
    ["s3", "DeleteObjects", "false", true, "data-write"],
    ["s3", "PutBucketPolicy", "false", false, "admin"],
    ["s3", "CreateBucket", "false", false, "write"],
    ["s3", "ListBuckets", "true", false, "read"],
    ["lambda", "Invoke", "false", true, "data-write"],
    ["lambda", "UpdateFunctionCode20150331v2", "false", false, "write"],
    ["lambda", "AddPermission20150331v2", "false", false, "admin"],
    ["sts", "AssumeRole", "true", false, "auth"],
    ["sts", "GetCallerIdentity", "true", false, "read"],
    ["signin", "ConsoleLogin", "false", false, "auth"],
    ["sso", "GetRoleCredentials", "true", false, "auth"],
    ["sso", "CreateAccountAssignment", "false", false, "admin"],
    ["iam", "AttachUserPolicy", "false", false, "admin"],
    ["iam", "ListUsers", "true", false, "read"],
    ["iam", "SimulatePrincipalPolicy", "true", false, "read"],
    ["organizations", "LeaveOrganization", "false", false, "admin"],
    ["cloudtrail", "StopLogging", "false", false, "admin"],
    ["cloudtrail", "LookupEvents", "true", false, "read"],
    ["guardduty", "DeleteDetector", "false", false, "admin"],
    ["config", "PutEvaluations", "false", false, "write"],
    ["ec2", "ModifySnapshotAttribute", "false", false, "admin"],
    ["ec2", "RunInstances", "false", false, "write"],
    ["sqs", "ReceiveMessage", "true", true, "data-read"],
    ["dynamodb", "Query", "true", true, "data-read"],
    ["eks", "AssociateAccessPolicy", "false", false, "admin"],
    ["bedrock", "InvokeModel", "true", false, "data-read"],
    ["someservice", "PutResourcePolicy", "false", false, "admin"],
  ] as const)("%s %s (readOnly %j, data %j): %s", (service, name, readOnly, isData, expected) => {
    expect(activity(service, name, readOnly, isData)).toBe(expected);
  });

  test("where the table is silent, a data event is data and the record's own readOnly decides", () => {
    expect(activity("novel", "Frobnicate", "true")).toBe("read");
    expect(activity("novel", "GetThing", "false")).toBe("write");
    expect(activity("novel", "Frobnicate", "true", true)).toBe("data-read");
    expect(activity("novel", "Frobnicate", "false", true)).toBe("data-write");
  });

  test("where the record says nothing, the verb decides", () => {
    expect(activity("novel", "DescribeThings")).toBe("read");
    expect(activity("novel", "BatchGetThings")).toBe("read");
    expect(activity("novel", "DeleteThing")).toBe("write");
  });

  test("the same operation with another readOnly or kind is not taken from memory", () => {
    expect(activity("novel", "Touch", "true")).toBe("read");
    expect(activity("novel", "Touch", "false")).toBe("write");
    expect(activity("novel", "Touch", "false", true)).toBe("data-write");
    expect(activity("other", "Touch", "true")).toBe("read");
  });
});

test("the service is the source without its domain, in China too; a name without a domain stays", () => {
  const service = (source: string) => describeAction(source, "X", "", false).service;
  expect(service("s3.amazonaws.com")).toBe("s3");
  expect(service("ec2.amazonaws.com.cn")).toBe("ec2");
  expect(service("aws.internal")).toBe("aws.internal");
  expect(service(".amazonaws.com")).toBe(".amazonaws.com");
});

test("hostile names are classed, not run into", () => {
  for (const name of ["__proto__", "constructor", "toString", "* GetSecretValue", "\u0000", "20150331"]) {
    expect(activities).toContain(activity("s3", name));
    expect(activities).toContain(activity("*", name));
  }
});

test("a call that issues a credential is auth or admin: only those are looked at for what was issued", () => {
  for (const [key] of issues) {
    const [source = "", name = ""] = key.split(" ");
    for (const readOnly of ["false", ""]) expect(["auth", "admin"]).toContain(describeAction(source, name, readOnly, false).activity);
  }
});
