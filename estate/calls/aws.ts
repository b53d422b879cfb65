// AWS calls that many machines make, with requests, resources and answers as CloudTrail shows them. What only one persona does, it
// writes with `awsCall`.
import type { AwsCall } from "../identity.ts";

type Rest = Partial<Omit<AwsCall, "provider" | "service" | "name">>;

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
export function s3Object(name: string, bucket: { readonly name: string; readonly account: string; readonly region: string }, key: string): AwsCall {
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

export const listObjects = (bucket: { readonly name: string; readonly account: string; readonly region: string }, prefix = ""): AwsCall =>
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
