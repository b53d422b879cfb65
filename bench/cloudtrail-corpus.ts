// The speed benchmark's corpus: CloudTrail files as S3 holds them, from a seed, written once into a folder outside the
// repository. Shapes follow real records (a management call, an S3 data event, an AssumeRole); volumes are skewed, as estates are.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { base64Text, hex, keyText, pick, type Random, seededRandom, uuid } from "./random.ts";

export interface CorpusOptions {
  readonly seed: number;
  readonly records: number;
  readonly identities: number;
  readonly days: number;
  readonly recordsPerFile: number;
}

interface Identity {
  readonly account: string;
  readonly region: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly agent: string;
  readonly address: string;
  readonly calls: readonly [Call, ...Call[]];
  session: { key: string; name: string; issuedAt: string; callsLeft: number };
}

interface Call {
  readonly source: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly host: string;
}

const calls: readonly [Call, ...Call[]] = [
  { source: "s3", name: "GetObject", isReadOnly: true, host: "s3" },
  { source: "s3", name: "PutObject", isReadOnly: false, host: "s3" },
  { source: "s3", name: "ListObjects", isReadOnly: true, host: "s3" },
  { source: "dynamodb", name: "DescribeTable", isReadOnly: true, host: "dynamodb" },
  { source: "ec2", name: "DescribeInstances", isReadOnly: true, host: "ec2" },
  { source: "ec2", name: "DescribeVolumes", isReadOnly: true, host: "ec2" },
  { source: "kms", name: "Decrypt", isReadOnly: true, host: "kms" },
  { source: "sts", name: "AssumeRole", isReadOnly: true, host: "sts" },
  { source: "logs", name: "DescribeLogStreams", isReadOnly: true, host: "logs" },
  { source: "ssm", name: "GetParameter", isReadOnly: true, host: "ssm" },
  { source: "sqs", name: "GetQueueAttributes", isReadOnly: true, host: "sqs" },
  { source: "elasticloadbalancing", name: "DescribeTargetHealth", isReadOnly: true, host: "elasticloadbalancing" },
];

const agents: readonly [string, ...string[]] = [
  "aws-sdk-java/2.20.56 Linux/5.10.186-179.751.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.8+7-LTS Java/17.0.8",
  "Boto3/1.28.57 md/Botocore#1.31.57 ua/2.0 os/linux#5.10.186-179.751.amzn2.x86_64 md/arch#x86_64 lang/python#3.11.4",
  "aws-sdk-go/1.44.299 (go1.20.6; linux; amd64) exec-env/AWS_ECS_FARGATE",
  "aws-cli/2.13.22 Python/3.11.5 Linux/5.10.186 exe/x86_64.amzn.2 prompt/off command/s3.sync",
  "APN/1.0 HashiCorp/1.0 Terraform/1.5.7 (+https://www.terraform.io) terraform-provider-aws/5.17.0",
];

const regions: readonly [string, ...string[]] = ["us-east-1", "eu-west-1", "us-west-2", "eu-central-1"];
const firstMoment = Date.UTC(2026, 9, 1);

/** The folder that holds the corpus; made on the first call (about a minute for a million records), found on later ones. */
export function cloudTrailCorpus(parent: string, options: CorpusOptions): string {
  const { seed, records, identities, days, recordsPerFile } = options;
  const folder = path.join(parent, `cloudtrail-seed${seed}-${records}x${identities}x${days}-${recordsPerFile}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  writeCorpus(unfinished, options);
  renameSync(unfinished, folder);
  return folder;
}

function writeCorpus(folder: string, { seed, records, identities, days, recordsPerFile }: CorpusOptions): void {
  const random = seededRandom(seed);
  const estate = Array.from({ length: identities }, (_, index) => makeIdentity(random, index));
  const stepMs = (days * 86_400_000) / records;
  for (let first = 0; first < records; first += recordsPerFile) {
    const count = Math.min(recordsPerFile, records - first);
    const texts: string[] = [];
    for (let index = first; index < first + count; index++) {
      // The cube skews volumes: a tenth of the identities makes half of the calls.
      const identity = estate[Math.floor(random() ** 3 * identities)];
      if (identity !== undefined) texts.push(recordText(random, identity, firstMoment + Math.floor(index * stepMs)));
    }
    writeCorpusFile(folder, first, firstMoment + Math.floor(first * stepMs), random, texts);
  }
}

function writeCorpusFile(folder: string, first: number, atMs: number, random: Random, texts: readonly string[]): void {
  const day = new Date(atMs).toISOString().slice(0, 10);
  const name = `111122223333_CloudTrail_us-east-1_${day.replaceAll("-", "")}T${String(first).padStart(8, "0")}Z_${keyText(random, 16)}.json.gz`;
  const target = path.join(folder, "AWSLogs/111122223333/CloudTrail/us-east-1", day.replaceAll("-", "/"));
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, name), gzipSync(`{"Records":[${texts.join(",")}]}`));
}

function makeIdentity(random: Random, index: number): Identity {
  const account = String(111122220000 + Math.floor(random() * 12));
  const own = Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(random, calls));
  return {
    account,
    region: pick(random, regions),
    roleName: `service-${index}-${pick(random, ["api", "worker", "etl", "backup", "deploy"])}-role`,
    roleId: `AROA${keyText(random, 17)}`,
    agent: pick(random, agents),
    address: `10.${Math.floor(random() * 200)}.${Math.floor(random() * 250)}.${Math.floor(random() * 250)}`,
    calls: [own[0] ?? calls[0], ...own.slice(1)],
    session: { key: "", name: "", issuedAt: "", callsLeft: 0 },
  };
}

function recordText(random: Random, identity: Identity, atMs: number): string {
  const time = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  if (identity.session.callsLeft-- <= 0) {
    const name = `i-0${hex(random, 16)}`;
    identity.session = { key: `ASIA${keyText(random, 16)}`, name, issuedAt: time, callsLeft: 10 + Math.floor(random() * 30) };
  }
  const call = pick(random, identity.calls);
  const { account, region, roleName, roleId, session } = identity;
  const role = `arn:aws:iam::${account}:role/service/${roleName}`;
  const caller = `{"type":"AssumedRole","principalId":"${roleId}:${session.name}","arn":"arn:aws:sts::${account}:assumed-role/${roleName}/${session.name}","accountId":"${account}","accessKeyId":"${session.key}","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${roleId}","arn":"${role}","accountId":"${account}","userName":"${roleName}"},"webIdFederationData":{},"attributes":{"creationDate":"${session.issuedAt}","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}`;
  const isDenied = random() < 0.02;
  const error = isDenied
    ? `"errorCode":"AccessDenied","errorMessage":"User: arn:aws:sts::${account}:assumed-role/${roleName}/${session.name} is not authorized to perform: ${call.source}:${call.name} because no identity-based policy allows the action",`
    : "";
  const { request, response, resources, extra } = callParts(random, identity, call);
  return `{"eventVersion":"1.09","userIdentity":${caller},"eventTime":"${time}","eventSource":"${call.source}.amazonaws.com","eventName":"${call.name}","awsRegion":"${region}","sourceIPAddress":"${identity.address}","userAgent":"[${identity.agent}]",${error}"requestParameters":${request},"responseElements":${isDenied ? "null" : response},${extra}"requestID":"${uuid(random)}","eventID":"${uuid(random)}","readOnly":${call.isReadOnly},"resources":${resources},"eventType":"AwsApiCall","managementEvent":${call.source !== "s3"},"recipientAccountId":"${account}","eventCategory":"${call.source === "s3" ? "Data" : "Management"}","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"${call.host}.${region}.amazonaws.com"}}`;
}

interface CallParts {
  readonly request: string;
  readonly response: string;
  readonly resources: string;
  readonly extra: string;
}

function callParts(random: Random, { account, region, roleName }: Identity, { source }: Call): CallParts {
  const number = Math.floor(random() * 40);
  if (source === "s3") {
    const bucket = `data-${account}-${roleName.split("-")[1]}`;
    const key = `exports/2026/10/part-${String(number).padStart(5, "0")}.parquet`;
    return {
      request: `{"bucketName":"${bucket}","Host":"${bucket}.s3.${region}.amazonaws.com","key":"${key}"}`,
      response: "null",
      resources: `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::${bucket}/${key}"},{"accountId":"${account}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::${bucket}"}]`,
      extra: `"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"${base64Text(random, 75)}=","bytesTransferredOut":${Math.floor(random() * 1e6)}},`,
    };
  }
  if (source === "sts") {
    const target = `arn:aws:iam::${account}:role/service/target-${number}`;
    return {
      request: `{"roleArn":"${target}","roleSessionName":"${roleName}-${number}","durationSeconds":3600}`,
      response: `{"credentials":{"accessKeyId":"ASIA${keyText(random, 16)}","expiration":"Oct 30, 2026, 11:11:28 PM"},"assumedRoleUser":{"assumedRoleId":"AROA${keyText(random, 17)}:${roleName}-${number}","arn":"arn:aws:sts::${account}:assumed-role/target-${number}/${roleName}-${number}"}}`,
      resources: `[{"accountId":"${account}","type":"AWS::IAM::Role","ARN":"${target}"}]`,
      extra: "",
    };
  }
  const resource = `arn:aws:${source}:${region}:${account}:resource/${roleName}-${number}`;
  return {
    request: `{"filterSet":{"items":[{"name":"tag:service","valueSet":{"items":[{"value":"${roleName}"}]}}]},"maxResults":100,"resourceName":"${roleName}-${number}","nextToken":"${base64Text(random, 96)}"}`,
    response: "null",
    resources: `[{"accountId":"${account}","type":"AWS::${source}::Resource","ARN":"${resource}"}]`,
    extra: "",
  };
}
