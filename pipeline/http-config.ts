// The section `http` of the configuration: where the server listens, with which certificate, and how much it takes at once.
import { isIP } from "node:net";
import { z } from "zod";
import { type SecretReference, secretReferenceSchema } from "../ingest/secret-reference.ts";
import { tokenSchema } from "../ingest/sources/http-push.ts";

const mebibyte = 1024 * 1024;

const tlsSchema = z.strictObject({
  certificate: secretReferenceSchema("Certificate chain of the server, PEM."),
  key: secretReferenceSchema("Its private key, PEM."),
  client_ca: secretReferenceSchema("Authority of the clients' certificates, PEM: with it, every push needs one beside its token.").optional(),
});

export const httpSchema = z.strictObject({
  listen: z
    .string()
    .refine((text) => parseListen(text) !== undefined, "must be an address and a port, such as 127.0.0.1:8787 or [::]:8787")
    .optional()
    .describe("Address and port of the server. Default: 127.0.0.1:8787, once a source needs it."),
  tls: tlsSchema.optional().describe("With it the server speaks HTTPS only."),
  decision_tokens: z
    .array(tokenSchema)
    .default([])
    .describe("Who may decide about findings, by POST /findings/ID/decision. Decisions bear the name; detection learns from them."),
  max_connections: z.int().min(1).max(10_000).default(200).describe("Connections at once; further ones are closed."),
  max_body_bytes: z
    .int()
    .min(1024)
    .max(256 * mebibyte)
    .default(32 * mebibyte)
    .describe("Most that a body may have as it is sent; above it 413."),
  max_inflated_bytes: z
    .int()
    .min(1024)
    .max(512 * mebibyte)
    .default(64 * mebibyte)
    .describe("Most that a body may inflate to; above it 413."),
  max_pending_bytes: z
    .int()
    .min(1024)
    .max(4096 * mebibyte)
    .default(192 * mebibyte)
    .describe("Bodies in memory at once, not on disk yet; above it 429. Of several sources none has more than half of it, but for a single body."),
  headers_timeout_seconds: z.number().positive().max(600).default(10).describe("Time for the headers of a request."),
  request_timeout_seconds: z.number().positive().max(3600).default(60).describe("Time for a whole request, its body included."),
  keep_alive_seconds: z.number().positive().max(3600).default(75).describe("How long a connection may wait for its next request."),
});

type HttpFile = z.output<typeof httpSchema>;

export interface HttpConfig {
  /** False where nobody asked for a server: then one runs only for a source that needs it. */
  readonly isWanted: boolean;
  readonly host: string;
  readonly port: number;
  /** PEM texts. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly clientCa: string | undefined } | undefined;
  readonly decisionTokens: readonly { readonly name: string; readonly digest: Buffer }[];
  readonly maxConnections: number;
  readonly maxBodyBytes: number;
  readonly maxInflatedBytes: number;
  readonly maxPendingBytes: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
}

const defaultListen = "127.0.0.1:8787";

/** `secretOf`: the text behind a reference. */
export function httpConfig(file: HttpFile | undefined, secretOf: (key: string, reference: SecretReference) => string): HttpConfig {
  const values = file ?? httpSchema.parse({});
  const { host, port } = parseListen(values.listen ?? defaultListen) ?? { host: "127.0.0.1", port: 8787 };
  const { tls } = values;
  return {
    isWanted: values.listen !== undefined,
    host,
    port,
    tls: tls && {
      certificate: secretOf("certificate", tls.certificate),
      key: secretOf("key", tls.key),
      clientCa: tls.client_ca && secretOf("client_ca", tls.client_ca),
    },
    decisionTokens: values.decision_tokens.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, "hex") })),
    maxConnections: values.max_connections,
    maxBodyBytes: values.max_body_bytes,
    maxInflatedBytes: values.max_inflated_bytes,
    maxPendingBytes: values.max_pending_bytes,
    headersTimeoutMs: values.headers_timeout_seconds * 1000,
    requestTimeoutMs: values.request_timeout_seconds * 1000,
    keepAliveMs: values.keep_alive_seconds * 1000,
  };
}

function parseListen(text: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined;
  return { host: bracketed ?? plain ?? "", port };
}
