// Signatures of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): over id, time and body, by
// HMAC-SHA256 (v1) or ed25519 (v1a). With two secrets both sign, so that a receiver may change from one to the other at its own time.
import { createHmac, createPrivateKey, createSecretKey, type KeyObject, sign } from "node:crypto";
import { ConfigError } from "../model/errors.ts";

/** Made once: from bytes, a key is made anew for each signature, which takes three times as long as signing. */
export interface SigningKey {
  readonly kind: "hmac" | "ed25519";
  readonly key: KeyObject;
}

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410). */
const ed25519Pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** `secret`: whsec_ and 24 to 64 bytes in base64 (HMAC), or whsk_ and the 32 bytes of an ed25519 seed (64 with the public key behind it).
 * @throws ConfigError that does not repeat it. */
export function signingKey(secret: string): SigningKey {
  const text = secret.trim();
  const bytes = Buffer.from(text.replace(/^[^_]*_/, ""), "base64");
  if (text.startsWith("whsec_") && bytes.length >= 24 && bytes.length <= 64) return { kind: "hmac", key: createSecretKey(bytes) };
  if (text.startsWith("whsk_") && (bytes.length === 32 || bytes.length === 64)) {
    const der = Buffer.concat([ed25519Pkcs8, bytes.subarray(0, 32)]);
    return { kind: "ed25519", key: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
  }
  throw new ConfigError(
    'must be whsec_ and 24 to 64 bytes in base64, or whsk_ and a 32-byte ed25519 seed; make one with `echo "whsec_$(openssl rand -base64 32)"`',
  );
}

export function signedHeaders(id: string, body: string, keys: readonly SigningKey[], nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const content = `${id}.${timestamp}.${body}`;
  const signatures = keys.map((each) =>
    each.kind === "hmac"
      ? `v1,${createHmac("sha256", each.key).update(content).digest("base64")}`
      : `v1a,${sign(null, Buffer.from(content), each.key).toString("base64")}`,
  );
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
