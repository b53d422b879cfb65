// How a reader shows a Kafka broker who it is, and the broker it: settings of TLS and SASL, and from them what kafkajs takes. Read anew
// for every connection that is built, so that a rotated secret counts.

import type { ConnectionOptions } from "node:tls";
import type { SASLOptions } from "kafkajs";
import { z } from "zod";
import { PermanentError, TransientError } from "../../model/errors.ts";
import { parsedJson } from "../../model/json.ts";
import { type SecretReference, secretReferenceSchema } from "../secret-reference.ts";

type ReadSecret = (reference: SecretReference) => string;

const nonEmpty = z.string().min(1, "must not be empty");

export const kafkaTlsSchema = z
  .strictObject({
    ca: secretReferenceSchema("Certificates (PEM) of who signed the brokers'; without it those of the system.").optional(),
    certificate: secretReferenceSchema("Certificate (PEM) of this reader, where brokers ask for one.").optional(),
    key: secretReferenceSchema("Private key (PEM) of that certificate.").optional(),
  })
  .describe("Encrypts the connections and checks the brokers' certificates; an empty object is enough for certificates that the system trusts.");

const passwordMechanism = (mechanism: "plain" | "scram-sha-256" | "scram-sha-512") =>
  z.strictObject({
    mechanism: z.literal(mechanism),
    username: nonEmpty,
    password: secretReferenceSchema("Password of the user."),
  });

export const kafkaSaslSchema = z
  .discriminatedUnion("mechanism", [
    passwordMechanism("plain"),
    passwordMechanism("scram-sha-256"),
    passwordMechanism("scram-sha-512"),
    z.strictObject({
      mechanism: z.literal("oauthbearer"),
      token_endpoint: z
        .url({ protocol: /^https?$/ })
        .refine(isEncryptedOrLocal, "must be https, but on this machine")
        .describe("Asked for a token by client credentials (RFC 6749, 4.4)."),
      client_id: nonEmpty,
      client_secret: secretReferenceSchema("Secret of the client."),
      scope: nonEmpty.optional(),
      audience: nonEmpty.optional().describe("Sent as `audience`, where the server wants it."),
    }),
    z.strictObject({
      mechanism: z.literal("aws-msk-iam"),
      region: nonEmpty,
      role_arn: nonEmpty.optional().describe("Role to assume; without it the credentials that the AWS SDK finds."),
    }),
  ])
  .describe("How the reader logs in.");

export type KafkaTls = z.output<typeof kafkaTlsSchema>;
export type KafkaSasl = z.output<typeof kafkaSaslSchema>;

export function tlsOptions(tls: KafkaTls, secret: ReadSecret): ConnectionOptions {
  return {
    ...(tls.ca === undefined ? {} : { ca: secret(tls.ca) }),
    ...(tls.certificate === undefined ? {} : { cert: secret(tls.certificate) }),
    ...(tls.key === undefined ? {} : { key: secret(tls.key) }),
  };
}

/** A new object at each call: kafkajs writes into it, and would log in with the old password again. */
export function saslOptions(sasl: KafkaSasl, secret: ReadSecret): SASLOptions {
  switch (sasl.mechanism) {
    case "oauthbearer":
      return { mechanism: "oauthbearer", oauthBearerProvider: reused(() => clientCredentialsToken(sasl, secret)) };
    case "aws-msk-iam":
      return { mechanism: "oauthbearer", oauthBearerProvider: reused(() => mskToken(sasl)) };
    default:
      return { mechanism: sasl.mechanism, username: sasl.username, password: secret(sasl.password) };
  }
}

interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** Each connection asks; a token is used for the first four fifths of its life. */
function reused(ask: () => Promise<Token>): () => Promise<{ value: string }> {
  let token: { readonly value: string; readonly useUntilMs: number } | undefined;
  return async () => {
    if (token === undefined || performance.now() >= token.useUntilMs) {
      const { value, lifetimeMs } = await ask();
      token = { value, useUntilMs: performance.now() + lifetimeMs * 0.8 };
    }
    return { value: token.value };
  };
}

const tokenTimeoutMs = 10_000;
const tokenAnswerLimitBytes = 65_536;

const tokenAnswer = z.object({ access_token: nonEmpty, expires_in: z.number().positive().default(300) });

async function clientCredentialsToken(sasl: Extract<KafkaSasl, { mechanism: "oauthbearer" }>, secret: ReadSecret): Promise<Token> {
  const { request } = await import("undici");
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: sasl.client_id,
    client_secret: secret(sasl.client_secret),
    ...(sasl.scope === undefined ? {} : { scope: sasl.scope }),
    ...(sasl.audience === undefined ? {} : { audience: sasl.audience }),
  });
  const { statusCode, body } = await request(sasl.token_endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: form.toString(),
    headersTimeout: tokenTimeoutMs,
    bodyTimeout: tokenTimeoutMs,
    signal: AbortSignal.timeout(2 * tokenTimeoutMs),
  });
  if (statusCode !== 200) {
    await body.dump({ limit: tokenAnswerLimitBytes });
    throw statusCode >= 500 || statusCode === 429
      ? new TransientError(`the token endpoint answered with status ${statusCode}`)
      : new PermanentError(`the token endpoint refused the client: status ${statusCode}`);
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes > tokenAnswerLimitBytes) throw new PermanentError("the token endpoint's answer is too large");
    chunks.push(chunk);
  }
  const answer = tokenAnswer.safeParse(parsedJson(Buffer.concat(chunks).toString("utf8")));
  // Neither the answer nor what is wrong with it: it may hold a token.
  if (!answer.success) throw new PermanentError("the token endpoint's answer holds no access_token");
  return { value: answer.data.access_token, lifetimeMs: answer.data.expires_in * 1000 };
}

async function mskToken({ region, role_arn: awsRoleArn }: Extract<KafkaSasl, { mechanism: "aws-msk-iam" }>): Promise<Token> {
  const { generateAuthToken, generateAuthTokenFromRole } = await import("aws-msk-iam-sasl-signer-js");
  const { token, expiryTime } = await (awsRoleArn === undefined
    ? generateAuthToken({ region })
    : generateAuthTokenFromRole({ region, awsRoleArn, awsRoleSessionName: "machinetrail" }));
  return { value: token, lifetimeMs: Math.max(0, expiryTime - Date.now()) };
}

function isEncryptedOrLocal(url: string): boolean {
  // What is no URL at all was said before.
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";
}
