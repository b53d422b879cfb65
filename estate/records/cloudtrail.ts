// CloudTrail records (event version 1.11) as a trail writes them: members, their order and their presence by kind of event follow
// real records. The store knows them by eventID.
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { awsTime } from "../credentials/aws.ts";
import type { AwsAccess, AwsCall, AwsResource } from "../identity.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import type { NativeRecord, Stream } from "./native-record.ts";
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
  const { failure } = call;
  const isService = access.userIdentity.type === "AWSService";
  const record: JsonObject = {
    eventVersion: "1.11",
    userIdentity: access.userIdentity,
    eventTime: awsTime(atMs),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: access.address,
    userAgent: call.service === "s3" && !isService ? `[${access.userAgent}]` : access.userAgent,
  };
  if (failure !== undefined) {
    record.errorCode = failure.code;
    record.errorMessage = failure.message;
  }
  record.requestParameters = call.request ?? null;
  record.responseElements = failure === undefined ? (call.response ?? null) : null;
  if (call.service === "s3") record.additionalEventData = s3Facts(call, random);
  record.requestID = call.service === "s3" ? random.key(16) : random.uuid();
  record.eventID = uid;
  record.readOnly = call.isReadOnly;
  if (call.resources !== undefined) record.resources = call.resources.map(resourceOf);
  record.eventType = "AwsApiCall";
  record.managementEvent = call.isData !== true;
  record.recipientAccountId = account;
  Object.assign(record, call.more);
  record.eventCategory = call.isData === true ? "Data" : "Management";
  if (!isService && !access.address.endsWith(".amazonaws.com")) {
    record.tlsDetails = { tlsVersion: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256", clientProvidedHostHeader: hostOf(call, region) };
  }
  return { uid, text: JSON.stringify(record), stream: streamOf(world, account, region, call.isData === true) };
}

function resourceOf({ arn, type, account }: AwsResource): JsonValue {
  return account === undefined ? { type, ARN: arn } : { accountId: account, type, ARN: arn };
}

function s3Facts(call: AwsCall, random: Random): JsonObject {
  const isUpload = call.name.startsWith("Put") || call.name.startsWith("Upload");
  const isDownload = call.name === "GetObject" && call.failure === undefined;
  return {
    SignatureVersion: "SigV4",
    CipherSuite: "TLS_AES_128_GCM_SHA256",
    bytesTransferredIn: isUpload ? Math.round(random.logNormal(200_000, 1.5)) : 0,
    AuthenticationMethod: "AuthHeader",
    "x-amz-id-2": `${random.base64(75)}=`,
    bytesTransferredOut: isDownload ? Math.round(random.logNormal(150_000, 1.8)) : random.integer(200, 900),
  };
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
