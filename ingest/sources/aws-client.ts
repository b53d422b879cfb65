// What the AWS sources share: how the configuration names region, endpoint and credentials, what an SDK client is made with, and what its errors
// mean for whoever waits. No SDK is loaded here before a client is.
import { z } from "zod";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import { secretReferenceSchema } from "../secret-reference.ts";
import type { SourceContext } from "../source-type.ts";

const nonEmpty = z.string().min(1, "must not be empty");
const url = z.url({ protocol: /^https?$/, error: "must be an address such as https://s3.eu-west-1.amazonaws.com" });

/** Members of each AWS source's settings. */
export const awsSettings = {
  region: nonEmpty.describe("Region, such as eu-west-1; of other stores that speak S3 what they ask for, such as auto."),
  endpoint: url.optional().describe("Address of the service, where it is not AWS's own: a VPC endpoint, or another store that speaks S3."),
  credentials: z
    .strictObject({
      access_key_id: secretReferenceSchema("Access key id, or the access id of an HMAC key."),
      secret_access_key: secretReferenceSchema("Its secret."),
      session_token: secretReferenceSchema("Session token of temporary credentials.").optional(),
    })
    .optional()
    .describe("Credentials. Default: what the SDK finds by itself (environment, shared files, web identity, container, instance)."),
  assume_role: z
    .strictObject({
      arn: z.string().regex(/^arn:[^:]+:iam::\d{12}:role\/.+$/, "must be the ARN of a role: arn:aws:iam::111122223333:role/NAME"),
      external_id: nonEmpty.optional().describe("External id that the role's trust policy asks for."),
      session_name: z
        .string()
        .regex(/^[\w+=,.@-]{2,64}$/, "must be 2 to 64 letters, digits and _+=,.@-")
        .default("machinetrail")
        .describe("Name of the session, as it stands in CloudTrail. Default: machinetrail."),
      endpoint: url.optional().describe("Address of STS, where it is not AWS's own."),
    })
    .optional()
    .describe("Role to assume with these credentials, in this account or another."),
};

export type AwsSettings = z.output<z.ZodObject<typeof awsSettings>>;

/** Connection and first byte of an answer; and how long a connection may say nothing while a body comes. */
const connectTimeoutMs = 10_000;
const answerTimeoutMs = 60_000;
/** How long a secret that was read counts. The SDK asks again five minutes before the end. */
const secretLifetimeMs = 10 * 60_000;

/** What each client of the SDK is made with. Loads what assumes a role only where one is to be assumed. */
export async function awsClientConfig({ region, endpoint, credentials, assume_role: role }: AwsSettings, context: SourceContext) {
  const given = credentials === undefined ? undefined : givenCredentials(credentials, context);
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(role === undefined ? {} : { credentials: await roleCredentials(role, region, given) }),
    ...(role === undefined && given !== undefined ? { credentials: given } : {}),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: answerTimeoutMs,
    },
  };
}

type GivenCredentials = ReturnType<typeof givenCredentials>;

function givenCredentials(references: NonNullable<AwsSettings["credentials"]>, { secret }: SourceContext) {
  return async () => ({
    accessKeyId: secret(references.access_key_id).trim(),
    secretAccessKey: secret(references.secret_access_key).trim(),
    ...(references.session_token === undefined ? {} : { sessionToken: secret(references.session_token).trim() }),
    // Not theirs: so that a file that was rotated is read again.
    expiration: new Date(Date.now() + secretLifetimeMs),
  });
}

async function roleCredentials(role: NonNullable<AwsSettings["assume_role"]>, region: string, given: GivenCredentials | undefined) {
  const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  return fromTemporaryCredentials({
    ...(given === undefined ? {} : { masterCredentials: given }),
    params: { RoleArn: role.arn, RoleSessionName: role.session_name, ...(role.external_id === undefined ? {} : { ExternalId: role.external_id }) },
    clientConfig: { region, ...(role.endpoint === undefined ? {} : { endpoint: role.endpoint }) },
  });
}

/** The members of an SDK's error that are looked at; of a connection's error, its code. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
}

export function sdkError(error: unknown): SdkError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), code: undefined, status: undefined };
  const { name, message, code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  return { name, message, code: typeof code === "string" ? code : undefined, status: $metadata?.httpStatusCode };
}

/** It is not this request that is refused but whoever asks. As S3, SQS, STS and CloudTrail name it. */
const refusedCredentials = new Set([
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidToken",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "OptInRequired",
  "RequestTimeTooSkewed",
  "AccountProblem",
  "CredentialsProviderError",
]);

export function areCredentialsRefused(error: unknown): boolean {
  return refusedCredentials.has(sdkError(error).name);
}

/** Throttling that comes with a status of the caller's own fault. */
const passing = /throttl|toomanyrequests|requestlimit|slowdown|overlimit|requesttimeout|provisionedthroughput|priorrequestnotcomplete/i;

/** Whether the same request may succeed later: no answer, an answer that the service is busy, or that it is broken. */
export function isPassing(error: unknown): boolean {
  const { name, status, code } = sdkError(error);
  if (error instanceof ConfigError || error instanceof TypeError || areCredentialsRefused(error)) return false;
  if (status === undefined) return code !== undefined || name === "TimeoutError";
  return status >= 500 || status === 408 || status === 429 || passing.test(name);
}

/** `what`: what was tried, and on what, as the beginning of a sentence: "reading the queue URL". */
export function awsError(error: unknown, what: string): Error {
  if (error instanceof ConfigError || error instanceof TransientError || error instanceof PermanentError) return error;
  const text = `${what}: ${describeSdkError(error)}`;
  return isPassing(error) ? new TransientError(text, { cause: error }) : new PermanentError(text, { cause: error });
}

export function describeSdkError(error: unknown): string {
  const { name, message, code } = sdkError(error);
  return `${code ?? name}${message === "" ? "" : ` (${message})`}`;
}
