// One digest of CloudTrail: what it says, and whether its signature holds. As AWS describes it ("CloudTrail digest file structure", "Custom
// implementations of CloudTrail log file integrity validation"). It stands apart because it decides on bytes alone.
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "../model/errors.ts";
import { parsedJson } from "../model/json.ts";

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .refine((text) => Number.isFinite(Date.parse(text)));
/** Longer than S3's names, fingerprints and signatures are: whoever may write to the bucket could have them repeated in a report without end. */
const text = z.string().max(2048);

const digestSchema = z.object({
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: text,
  digestS3Object: text,
  digestPublicKeyFingerprint: text,
  digestSignatureAlgorithm: z.literal("SHA256withRSA"),
  previousDigestS3Bucket: text.nullish(),
  previousDigestS3Object: text.nullish(),
  previousDigestHashValue: text.nullish(),
  previousDigestSignature: text.nullish(),
  logFiles: z.array(z.object({ s3Bucket: text, s3Object: text, hashValue: text, hashAlgorithm: z.literal("SHA-256") })),
});

export interface Digest extends z.output<typeof digestSchema> {
  /** Of the inflated file: what the next digest says of it, and what is signed. Hexadecimal. */
  readonly sha256: string;
}

/** `bytes`: inflated. Undefined where it is no digest. */
export function parseDigest(bytes: Buffer): Digest | undefined {
  const digest = digestSchema.safeParse(parsedJson(bytes.toString("utf8"))).data;
  return digest === undefined ? undefined : { ...digest, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Keys by fingerprint; under the empty one those of which none is known, to be tried one by one. */
export type DigestKeys = ReadonlyMap<string, readonly KeyObject[]>;

/** `signature`: hexadecimal. */
export function checkSignature(digest: Digest, signature: string, keys: DigestKeys): "valid" | "invalid" | "no key" {
  const candidates = [...(keys.get(digest.digestPublicKeyFingerprint) ?? []), ...(keys.get("") ?? [])];
  const signed = [
    digest.digestEndTime,
    `${digest.digestS3Bucket}/${digest.digestS3Object}`,
    digest.sha256,
    // So the first of a chain is signed.
    digest.previousDigestSignature ?? "null",
  ].join("\n");
  if (candidates.length === 0) return "no key";
  const bytes = Buffer.from(signature, "hex");
  return candidates.some((key) => verify("RSA-SHA256", Buffer.from(signed), key, bytes)) ? "valid" : "invalid";
}

const listedKeys = z.object({ PublicKeyList: z.array(z.object({ Value: z.string(), Fingerprint: z.string() })) });

/** `value`: PKCS #1, DER, as ListPublicKeys gives it. */
export function keyOf(value: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(value), format: "der", type: "pkcs1" });
}

/**
 * What `aws cloudtrail list-public-keys` printed, or keys in PEM.
 * @throws ConfigError where it holds no key.
 */
export function parseKeys(text: string, name: string): DigestKeys {
  try {
    const pem = text.match(/-----BEGIN (?:RSA )?PUBLIC KEY-----[\s\S]+?-----END (?:RSA )?PUBLIC KEY-----/g);
    if (pem !== null) return new Map([["", pem.map((key) => createPublicKey(key))]]);
    const { PublicKeyList } = listedKeys.parse(JSON.parse(text));
    return new Map(PublicKeyList.map(({ Value, Fingerprint }) => [Fingerprint, [keyOf(Buffer.from(Value, "base64"))]]));
  } catch (cause) {
    throw new ConfigError(`${name}: holds no public key; give what \`aws cloudtrail list-public-keys\` prints, or RSA keys in PEM`, { cause });
  }
}
