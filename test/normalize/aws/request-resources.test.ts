// A resource is found again by its name: the same thing must get the same ARN from every call that names it, and a request may not make up one.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blankAction, type NormalizedAction } from "../../../model/identity-action.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { applyResources } from "../../../normalize/aws/request-resources.ts";
import { anyServiceTable, resourceTable } from "../../../normalize/aws/resource-table.ts";

function resourcesOf(service: string, record: JsonObject, rest: Partial<NormalizedAction> = {}): NormalizedAction {
  const action = {
    ...blankAction("aws", "aws-cloudtrail"),
    service,
    region: "eu-west-1",
    account_uid: "111122223333",
    outcome: "success" as const,
    ...rest,
  };
  applyResources(action, record);
  return action;
}

function fromRequest(service: string, requestParameters: JsonObject): string[] {
  return resourcesOf(service, { requestParameters }).resource_uids;
}

describe("a request's parameters become canonical ARNs", () => {
  test.each<[string, JsonObject, string[]]>([
    ["s3", { bucketName: "example-data", key: "a/b.csv" }, ["arn:aws:s3:::example-data", "arn:aws:s3:::example-data/a/b.csv"]],
    ["s3", { key: "no-bucket" }, []],
    ["ec2", { instanceId: "i-1" }, ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1"]],
    [
      "ec2",
      { instancesSet: { items: [{ instanceId: "i-1" }, { instanceId: "i-2" }, { instanceId: "i-1" }] } },
      ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:ec2:eu-west-1:111122223333:instance/i-2"],
    ],
    ["ec2", { snapshotId: "snap-1" }, ["arn:aws:ec2:eu-west-1::snapshot/snap-1"]],
    ["ec2", { DeleteFlowLogsRequest: { FlowLogId: { content: "fl-1", tag: 1 } } }, ["arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/fl-1"]],
    [
      "ec2",
      { resourcesSet: { items: [{ resourceId: "vol-1" }, { resourceId: "snap-2" }, { resourceId: "odd-3" }] } },
      ["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", "arn:aws:ec2:eu-west-1::snapshot/snap-2"],
    ],
    [
      "iam",
      { roleName: "web", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      ["arn:aws:iam::111122223333:role/web", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
    ],
    ["kms", { keyId: "alias/shop" }, ["arn:aws:kms:eu-west-1:111122223333:alias/shop"]],
    ["kms", { keyId: "11111111-2222" }, ["arn:aws:kms:eu-west-1:111122223333:key/11111111-2222"]],
    ["sqs", { queueUrl: "https://sqs.eu-west-1.amazonaws.com/444455556666/orders" }, ["arn:aws:sqs:eu-west-1:444455556666:orders"]],
    ["sqs", { queueUrl: "orders" }, []],
    ["lambda", { functionName: "arn:aws:lambda:eu-west-1:1:function:a" }, ["arn:aws:lambda:eu-west-1:1:function:a"]],
    ["ssm", { name: "/shop/token" }, ["arn:aws:ssm:eu-west-1:111122223333:parameter/shop/token"]],
    ["ssm", { name: "plain" }, ["arn:aws:ssm:eu-west-1:111122223333:parameter/plain"]],
    ["secretsmanager", { secretId: "shop/db" }, ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db"]],
    [
      "ecs",
      { cluster: "arn:aws:ecs:eu-west-1:111122223333:cluster/prod", service: "web" },
      ["arn:aws:ecs:eu-west-1:111122223333:cluster/prod", "arn:aws:ecs:eu-west-1:111122223333:service/prod/web"],
    ],
    ["route53", { hostedZoneId: "/hostedzone/Z123" }, ["arn:aws:route53:::hostedzone/Z123"]],
    ["novel", { resourceArn: "arn:aws:novel:eu-west-1:1:thing/a" }, ["arn:aws:novel:eu-west-1:1:thing/a"]],
    ["novel", { resourceArn: "thing" }, []],
  ])("%s %j", (service, request, expected) => expect(fromRequest(service, request)).toEqual(expected));

  test("partition and region are the record's", () => {
    const action = resourcesOf("iam", { requestParameters: { userName: "a" } }, { region: "us-gov-west-1" });
    expect(action.resource_uids).toEqual(["arn:aws-us-gov:iam::111122223333:user/a"]);
  });

  test("what a call created is taken from its answer, only if it succeeded", () => {
    const record: JsonObject = {
      requestParameters: { instancesSet: { items: [{ imageId: "ami-1" }] } },
      responseElements: { instancesSet: { items: [{ instanceId: "i-9" }] } },
    };
    expect(resourcesOf("ec2", record, { action: "RunInstances" }).resource_uids).toEqual(["arn:aws:ec2:eu-west-1:111122223333:instance/i-9"]);
    expect(resourcesOf("ec2", record, { action: "RunInstances", outcome: "denied" }).resource_uids).toEqual([]);
    expect(resourcesOf("ec2", record, { action: "StopInstances" }).resource_uids).toEqual([]);
  });
});

describe("what the record itself lists comes first", () => {
  test("ARN, arn and ARNPrefix; type and account from the ARN where the record gives none", () => {
    const action = resourcesOf("ecr", {
      resources: [
        { ARN: "arn:aws:ecr:eu-west-1:111122223333:repository/app", accountId: "111122223333" },
        { arn: "arn:aws:kms:eu-west-1:444455556666:key/k", type: "AWS::KMS::Key" },
        { ARNPrefix: "arn:aws:s3:::data/", type: "AWS::S3::Object" },
        "garbage",
        { ARN: 7 },
      ],
      requestParameters: { repositoryName: "ignored" },
    });
    expect(action.resource_uids).toEqual([
      "arn:aws:ecr:eu-west-1:111122223333:repository/app",
      "arn:aws:kms:eu-west-1:444455556666:key/k",
      "arn:aws:s3:::data/*",
    ]);
    expect(action.resource_types).toEqual(["AWS::ECR::Repository", "AWS::KMS::Key", "AWS::S3::Object"]);
    expect(action.resource_accounts).toEqual(["111122223333", "444455556666", ""]);
  });

  test("a refusal without a request names its resource in the message; a success does not", () => {
    const error_message =
      "User: arn:aws:iam::1:user/a is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::2:role/b because no policy";
    expect(resourcesOf("sts", { requestParameters: null }, { outcome: "denied", error_message }).resource_uids).toEqual(["arn:aws:iam::2:role/b"]);
    expect(resourcesOf("sts", { requestParameters: null }, { error_message }).resource_uids).toEqual([]);
  });
});

describe("whatever a request holds", () => {
  test("the three lists stay in step, short and without duplicates", () => {
    const services = [...new Set(resourceTable.map(({ service }) => service)), "novel"];
    const names = [...new Set(resourceTable.map(({ parameter }) => parameter.split(".")[0] ?? "")), "DeleteThingRequest", "__proto__", "constructor"];
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom("arn:", "arn:aws:s3:::x", "alias/", "/", "{value}", "i-1"),
    ) as fc.Arbitrary<JsonValue>;
    const parameters = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(fc.constantFrom(...services), parameters, fc.array(value, { maxLength: 100 }), (service, requestParameters, resources) => {
        const action = resourcesOf(service, { requestParameters, responseElements: requestParameters, resources }, { action: "CreateThing" });
        expect(action.resource_types).toHaveLength(action.resource_uids.length);
        expect(action.resource_accounts).toHaveLength(action.resource_uids.length);
        expect(action.resource_uids.length).toBeLessThanOrEqual(64);
        expect(new Set(action.resource_uids).size).toBe(action.resource_uids.length);
        for (const uid of action.resource_uids) expect(uid.length).toBeLessThanOrEqual(8192);
      }),
    );
  });

  test("a million instances in one call are the first 64, and a name of a megabyte is none", () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ instanceId: `i-${index}` }));
    expect(fromRequest("ec2", { instancesSet: { items } })).toHaveLength(64);
    expect(fromRequest("s3", { bucketName: "x".repeat(1_000_000) })).toEqual([]);
  });
});

describe("the table", () => {
  test("covers at least fifty services", () => expect(new Set(resourceTable.map(({ service }) => service)).size).toBeGreaterThanOrEqual(50));

  test.each([...resourceTable, ...anyServiceTable].map((row) => [`${row.service} ${row.parameter} ${row.type}`, row] as const))(
    "%s makes an ARN of six parts or takes one",
    (_name, row) => {
      expect(row.arn === "{value}" || row.arn.split(":").length >= 6).toBe(true);
      expect(row.arn).toMatch(/\{value\}|\{1\}|:root$/);
      const placeholders = [...row.arn.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      if (placeholders.some((name) => /^\d$/.test(name ?? ""))) expect(row.pattern).toBeDefined();
    },
  );
});
