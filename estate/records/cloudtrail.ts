// CloudTrail records (event version 1.11) as a trail writes them: members, their order and their presence by kind of event follow
// real records. The store knows them by eventID.
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { awsTime } from "../credentials/aws.ts";
import type { AwsAccess, AwsCall, AwsResource } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { type NativeRecord, type Stream, soleRecord } from "./native-record.ts";
import { streamNamed } from "./streams.ts";

interface AwsAct {
  readonly atMs: number;
  readonly access: AwsAccess;
  readonly call: AwsCall;
}

export function cloudTrailRecord({ atMs, access, call }: AwsAct, random: Random, world: World): NativeRecord {
  const account = call.account ?? access.account;
  const region = call.region ?? access.region;
  const uid = random.uuid();
  const requestID = requestIdOf(call, random);
  const { failure } = call;
  const isService = access.userIdentity.type === "AWSService";
  const isS3 = call.service === "s3";
  const record: JsonObject = {
    eventVersion: "1.11",
    userIdentity: access.userIdentity,
    eventTime: awsTime(atMs),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: access.address,
    userAgent: isS3 && !isService ? `[${access.userAgent}]` : access.userAgent,
  };
  if (failure !== undefined) {
    record.errorCode = failure.code;
    record.errorMessage = failure.message;
  }
  record.requestParameters = isS3 ? s3Request(call, region) : (call.request ?? null);
  record.responseElements = failure === undefined ? responseOf(call, requestID) : null;
  if (isS3) record.additionalEventData = s3Facts(call, random);
  record.requestID = requestID;
  record.eventID = uid;
  record.readOnly = call.isReadOnly;
  const resources = call.resources ?? usualResources(call, account);
  if (resources !== undefined) record.resources = resources.map((resource) => resourceOf(resource, call));
  record.eventType = "AwsApiCall";
  const apiVersion = apiVersions[call.service];
  if (apiVersion !== undefined) record.apiVersion = apiVersion;
  record.managementEvent = call.isData !== true;
  record.recipientAccountId = account;
  Object.assign(record, call.more);
  record.eventCategory = call.isData === true ? "Data" : "Management";
  if (!isService && !access.address.endsWith(".amazonaws.com") && access.address !== "AWS Internal") {
    record.tlsDetails = { tlsVersion: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256", clientProvidedHostHeader: hostOf(call, region) };
    if (access.userAgent.startsWith("Mozilla/") && access.userIdentity.type !== "WebIdentityUser") record.sessionCredentialFromConsole = "true";
  }
  return soleRecord(uid, record, streamOf(world, account, region, call.isData === true));
}

/** A UUID, but for the oldest services (published records). */
function requestIdOf({ service }: AwsCall, random: Random): string {
  if (service === "s3") return random.key(16);
  return service === "dynamodb" ? `${random.key(27)}VV4KQNSO5AEMVJF66Q9ASUAAJG` : random.uuid();
}

/** Services that name the version of their protocol, as it stands in their records. */
const apiVersions: Readonly<Record<string, string>> = {
  logs: "20140328",
  elasticloadbalancing: "2015-12-01",
  dynamodb: "2012-08-10",
  cloudfront: "2020_05_31",
};

/** EC2's answers begin with the id of their request, and say of most changes only that they were made. */
function responseOf({ service, response = null, isReadOnly }: AwsCall, requestId: string): JsonValue {
  if (service !== "ec2" || (response === null && isReadOnly)) return response;
  return response === null ? { requestId, _return: true } : { requestId, ...response };
}

/** S3's requests always name the host, in whichever form the client asked for the bucket. */
function s3Request({ request = null, name }: AwsCall, region: string): JsonValue {
  const bucket = request?.bucketName;
  if (typeof bucket !== "string") return request ?? (name === "ListBuckets" ? { Host: `s3.${region}.amazonaws.com` } : null);
  return "Host" in (request ?? {}) ? request : { ...request, Host: `${bucket}.s3.${region}.amazonaws.com` };
}

/** What S3 and KMS say of the thing that was used, where the call does not. */
function usualResources({ service, request = null }: AwsCall, account: string): readonly AwsResource[] | undefined {
  const { bucketName, keyId } = request ?? {};
  if (service === "s3" && typeof bucketName === "string") return [{ arn: `arn:aws:s3:::${bucketName}`, type: "AWS::S3::Bucket", account }];
  if (service === "kms" && typeof keyId === "string" && keyId.startsWith("arn:")) return [{ arn: keyId, type: "AWS::KMS::Key", account }];
  return undefined;
}

function resourceOf({ arn, type, account }: AwsResource, { name }: AwsCall): JsonValue {
  // A list of objects is about whatever begins so.
  if (type === "AWS::S3::Object" && name.startsWith("List")) return { type, ARNPrefix: arn };
  return account === undefined ? { type, ARN: arn } : { accountId: account, type, ARN: arn };
}

function s3Facts(call: AwsCall, random: Random): JsonObject {
  const isUpload = (call.name.startsWith("Put") || call.name.startsWith("Upload")) && call.failure === undefined;
  const isDownload = call.name === "GetObject" && call.failure === undefined;
  const facts: JsonObject = {
    SignatureVersion: "SigV4",
    CipherSuite: "TLS_AES_128_GCM_SHA256",
    bytesTransferredIn: isUpload ? Math.round(random.logNormal(200_000, 1.5)) : 0,
  };
  if (isUpload && call.isData === true) facts.SSEApplied = "Default_SSE_S3";
  facts.AuthenticationMethod = "AuthHeader";
  facts["x-amz-id-2"] = `${random.base64(75)}=`;
  facts.bytesTransferredOut = isDownload ? Math.round(random.logNormal(150_000, 1.8)) : random.integer(100, 900);
  return facts;
}

const globalServices = new Set(["iam", "organizations", "route53", "cloudfront"]);

function hostOf(call: AwsCall, region: string): string {
  const bucket = call.service === "s3" ? call.request?.bucketName : undefined;
  if (typeof bucket === "string") return `${bucket}.s3.${region}.amazonaws.com`;
  return globalServices.has(call.service) ? `${call.service}.amazonaws.com` : `${call.service}.${region}.amazonaws.com`;
}

function streamOf(world: World, account: string, region: string, isData: boolean): Stream {
  const place = world.aws.accounts.find(({ id }) => id === account);
  const dataLayout = isData ? place?.dataLayout : undefined;
  return streamNamed(world, `aws/${account}/${region}${dataLayout === undefined ? "" : "/data"}`, () => ({
    layout: dataLayout ?? place?.layout ?? "cloudtrail-s3",
    place: { account, region },
    delayMs: 270_000,
  }));
}
