// AWS calls that many machines make, with requests, resources and answers as CloudTrail shows them. What only one persona does, it
// writes with `awsCall`.

import type { JsonObject } from "../../model/json.ts";
import type { Way } from "../credentials/way.ts";
import type { Hour } from "../hour.ts";
import type { AwsAccess, AwsCall } from "../identity.ts";

type Rest = Partial<Omit<AwsCall, "provider" | "service" | "name">>;

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** A management call: awsCall("ec2", "DescribeInstances"). Read-only by the verb that it starts with. */
export function awsCall(service: string, name: string, rest: Rest = {}): AwsCall {
  return {
    provider: "aws",
    service,
    name,
    isReadOnly: /^(?:Get|List|Describe|Head|Lookup|Assume|Decrypt|GenerateDataKey|BatchGet|Query|Scan)/.test(name),
    ...rest,
  };
}

/** Refused by the policies of the caller, in the words of the service. */
export function denied(call: AwsCall, callerArn: string): AwsCall {
  const action = `${call.service}:${call.name}`;
  const arn = call.resources?.[0]?.arn;
  const resource = arn === undefined ? "" : ` on resource: ${arn}`;
  const message = `User: ${callerArn} is not authorized to perform: ${action}${resource} because no identity-based policy allows the ${action} action`;
  if (call.service !== "ec2") return { ...call, failure: { code: "AccessDenied", message } };
  return { ...call, failure: { code: "Client.UnauthorizedOperation", message: `You are not authorized to perform this operation. ${message}` } };
}

/** GetObject, PutObject, DeleteObject: data events. */
export function s3Object(name: string, bucket: Bucket, key: string): AwsCall {
  return awsCall("s3", name, {
    isData: true,
    request: { bucketName: bucket.name, Host: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, key },
    response: name === "PutObject" ? { "x-amz-server-side-encryption": "AES256" } : null,
    resources: [
      { type: "AWS::S3::Object", arn: `arn:aws:s3:::${bucket.name}/${key}` },
      { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${bucket.name}`, account: bucket.account },
    ],
  });
}

export const listObjects = (bucket: Bucket, prefix = ""): AwsCall =>
  awsCall("s3", "ListObjects", {
    isData: true,
    request: { "list-type": "2", "encoding-type": "url", bucketName: bucket.name, prefix, Host: `${bucket.name}.s3.${bucket.region}.amazonaws.com` },
    resources: [
      { type: "AWS::S3::Object", arn: `arn:aws:s3:::${bucket.name}/${prefix}` },
      { type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${bucket.name}`, account: bucket.account },
    ],
  });

export const decrypt = (account: string, region: string, keyId: string): AwsCall =>
  awsCall("kms", "Decrypt", {
    request: { encryptionAlgorithm: "SYMMETRIC_DEFAULT", encryptionContext: { application: keyId.slice(0, 8) } },
    resources: [{ type: "AWS::KMS::Key", arn: `arn:aws:kms:${region}:${account}:key/${keyId}`, account }],
  });

export const getSecretValue = (account: string, region: string, name: string): AwsCall =>
  awsCall("secretsmanager", "GetSecretValue", { request: { secretId: `arn:aws:secretsmanager:${region}:${account}:secret:${name}` } });

/** Where something is: a table, a queue, a function. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * Calls one after another, with gaps of about `gapMs`: a run of a job. Now and then the service is too busy and the client tries
 * again, as every SDK does. Returns the moment of the last.
 */
export function inTurn(hour: Hour, way: Way<AwsAccess>, startMs: number, gapMs: number, calls: readonly AwsCall[]): number {
  let at = startMs;
  for (const call of calls) {
    if (hour.random.chance(0.004)) {
      hour.aws(Math.floor(at), way.at(Math.floor(at), hour), throttled(call));
      at += hour.random.between(200, 2_500);
    }
    hour.aws(Math.floor(at), way.at(Math.floor(at), hour), call);
    at += 20 + hour.random.exponential(gapMs);
  }
  return Math.floor(at);
}

/** Too many calls at once, of this caller or of the whole account. */
export function throttled(call: AwsCall): AwsCall {
  if (call.service === "ec2") return { ...call, failure: { code: "Client.RequestLimitExceeded", message: "Request limit exceeded." } };
  if (call.service === "s3") return { ...call, failure: { code: "SlowDown", message: "Please reduce your request rate." } };
  return { ...call, failure: { code: "ThrottlingException", message: "Rate exceeded" } };
}

/** What is asked for is not there. */
export function missing(call: AwsCall, code: string, message: string): AwsCall {
  return { ...call, failure: { code, message } };
}

/** GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan: data events. */
export const dynamoDb = (name: string, { account, region }: Place, tableName: string, request: JsonObject = {}): AwsCall =>
  awsCall("dynamodb", name, {
    isData: true,
    isReadOnly: /^(?:Get|Query|Scan|BatchGet)/.test(name),
    request: { tableName, ...request },
    resources: [{ type: "AWS::DynamoDB::Table", arn: `arn:aws:dynamodb:${region}:${account}:table/${tableName}`, account }],
  });

/** SendMessage, ReceiveMessage, DeleteMessage: data events. */
export const sqsMessage = (name: string, { account, region }: Place, queue: string): AwsCall =>
  awsCall("sqs", name, {
    isData: true,
    isReadOnly: name === "ReceiveMessage",
    request: {
      queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
      ...(name === "ReceiveMessage" ? { maxNumberOfMessages: 10, waitTimeSeconds: 20 } : {}),
    },
    resources: [{ type: "AWS::SQS::Queue", arn: `arn:aws:sqs:${region}:${account}:${queue}`, account }],
  });

export const publish = ({ account, region }: Place, topic: string): AwsCall =>
  awsCall("sns", "Publish", {
    isData: true,
    isReadOnly: false,
    request: { topicArn: `arn:aws:sns:${region}:${account}:${topic}`, message: "HIDDEN_DUE_TO_SECURITY_REASONS" },
    resources: [{ type: "AWS::SNS::Topic", arn: `arn:aws:sns:${region}:${account}:${topic}`, account }],
  });

export const generateDataKey = ({ account, region }: Place, keyId: string): AwsCall =>
  awsCall("kms", "GenerateDataKey", {
    request: { keyId: `arn:aws:kms:${region}:${account}:key/${keyId}`, keySpec: "AES_256" },
    resources: [{ type: "AWS::KMS::Key", arn: `arn:aws:kms:${region}:${account}:key/${keyId}`, account }],
  });

export const getParameters = (path: string): AwsCall =>
  awsCall("ssm", "GetParametersByPath", { request: { path, recursive: true, withDecryption: true } });

/** The first that a function's or a task's runtime does where it has not run before. */
export const createLogStream = (logGroupName: string, logStreamName: string): AwsCall =>
  awsCall("logs", "CreateLogStream", { request: { logGroupName, logStreamName } });

/** Invocation of a function: a data event of whoever invokes it. */
export const invokeFunction = ({ account, region }: Place, functionName: string): AwsCall => {
  const arn = `arn:aws:lambda:${region}:${account}:function:${functionName}`;
  return awsCall("lambda", "Invoke", {
    isData: true,
    isReadOnly: false,
    request: { functionName: arn, invocationType: "Event" },
    resources: [{ type: "AWS::Lambda::Function", arn, account }],
    more: { apiVersion: "2015-03-31" },
  });
};

/** Configuration of many resources: what scanners, planners and people look through, service by service. */
export const inventoryCalls: readonly (readonly [service: string, name: string])[] = [
  ["ec2", "DescribeInstances"],
  ["ec2", "DescribeSecurityGroups"],
  ["ec2", "DescribeVpcs"],
  ["ec2", "DescribeSubnets"],
  ["ec2", "DescribeVolumes"],
  ["ec2", "DescribeSnapshots"],
  ["ec2", "DescribeRouteTables"],
  ["ec2", "DescribeNetworkInterfaces"],
  ["ec2", "DescribeAddresses"],
  ["s3", "ListBuckets"],
  ["rds", "DescribeDBInstances"],
  ["rds", "DescribeDBClusters"],
  ["rds", "DescribeDBSnapshots"],
  ["lambda", "ListFunctions20150331"],
  ["dynamodb", "ListTables"],
  ["sqs", "ListQueues"],
  ["sns", "ListTopics"],
  ["kms", "ListKeys"],
  ["kms", "ListAliases"],
  ["secretsmanager", "ListSecrets"],
  ["ecs", "ListClusters"],
  ["ecr", "DescribeRepositories"],
  ["eks", "ListClusters"],
  ["elasticloadbalancing", "DescribeLoadBalancers"],
  ["elasticloadbalancing", "DescribeTargetGroups"],
  ["autoscaling", "DescribeAutoScalingGroups"],
  ["cloudtrail", "DescribeTrails"],
  ["config", "DescribeConfigurationRecorders"],
  ["guardduty", "ListDetectors"],
  ["logs", "DescribeLogGroups"],
  ["monitoring", "DescribeAlarms"],
  ["iam", "ListUsers"],
  ["iam", "ListRoles"],
  ["iam", "ListPolicies"],
  ["iam", "GetAccountSummary"],
  ["iam", "GetAccountPasswordPolicy"],
  ["acm", "ListCertificates"],
  ["cloudfront", "ListDistributions2020_05_31"],
  ["route53", "ListHostedZones"],
  ["elasticache", "DescribeCacheClusters"],
  ["es", "ListDomainNames"],
  ["glue", "GetDatabases"],
];

export const inventoryCall = ([service, name]: readonly [string, string]): AwsCall =>
  awsCall(service, name, globalServices.has(service) ? { region: "us-east-1" } : service === "s3" ? { request: { Host: "s3.amazonaws.com" } } : {});

/** Their calls stand in the log of us-east-1, whichever region the caller is in. */
const globalServices: ReadonlySet<string> = new Set(["iam", "cloudfront", "route53", "organizations"]);

/** What a scanner asks of each bucket. */
export const bucketConfiguration: readonly (readonly [name: string, member: string])[] = [
  ["GetBucketAcl", "acl"],
  ["GetBucketPolicy", "policy"],
  ["GetBucketEncryption", "encryption"],
  ["GetBucketPublicAccessBlock", "publicAccessBlock"],
  ["GetBucketVersioning", "versioning"],
  ["GetBucketLogging", "logging"],
  ["GetBucketLifecycle", "lifecycle"],
  ["GetBucketTagging", "tagging"],
];

export const bucketCall = (name: string, member: string, bucket: Bucket): AwsCall =>
  awsCall("s3", name, {
    request: { bucketName: bucket.name, Host: `${bucket.name}.s3.${bucket.region}.amazonaws.com`, [member]: "" },
    resources: [{ type: "AWS::S3::Bucket", arn: `arn:aws:s3:::${bucket.name}`, account: bucket.account }],
  });
