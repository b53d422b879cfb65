// One digest of CloudTrail: what it says, and whether its signature holds. As AWS describes it ("CloudTrail digest file structure", "Custom
// implementations of CloudTrail log file integrity validation"). It stands apart because it decides on bytes alone.
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "../model/errors.ts";

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const digestSchema = z.object({
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: z.string(),
  digestS3Object: z.string(),
  digestPublicKeyFingerprint: z.string(),
  digestSignatureAlgorithm: z.literal("SHA256withRSA"),
  previousDigestS3Bucket: z.string().nullish(),
  previousDigestS3Object: z.string().nullish(),
  previousDigestHashValue: z.string().nullish(),
  previousDigestSignature: z.string().nullish(),
  logFiles: z.array(z.object({ s3Bucket: z.string(), s3Object: z.string(), hashValue: z.string(), hashAlgorithm: z.literal("SHA-256") })),
});

export interface Digest extends z.output<typeof digestSchema> {
  /** Of the inflated file: what the next digest says of it, and what is signed. Hexadecimal. */
  readonly sha256: string;
}

/** `bytes`: inflated. Undefined where it is no digest. */
export function parseDigest(bytes: Buffer): Digest | undefined {
  try {
    const digest = digestSchema.safeParse(JSON.parse(bytes.toString("utf8"))).data;
    return digest === undefined ? undefined : { ...digest, sha256: createHash("sha256").update(bytes).digest("hex") };
  } catch {
    return undefined;
  }
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
