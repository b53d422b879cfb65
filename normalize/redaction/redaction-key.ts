// The key of the digests that stand in for secrets: 32 bytes, written as 64 hexadecimal digits.
import { randomBytes } from "node:crypto";
import { ConfigError } from "../../model/errors.ts";

export function createRedactionKey(): string {
  return randomBytes(32).toString("hex");
}

/** @throws ConfigError that says what a key looks like, never what was given. */
export function parseRedactionKey(text: string): Buffer {
  const key = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(key)) {
    throw new ConfigError("redaction.key: a key is 64 hexadecimal digits (32 bytes), for example from: openssl rand -hex 32");
  }
  return Buffer.from(key, "hex");
}
