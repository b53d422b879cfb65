// Tokens by which a sender writes as one source. The configuration holds their digests: it is what every process has, also while the store is
// away, and a reload changes it. 256 random bits need no slow hash; what is guessable does, so short ones of one's own are refused.
import { createHash, randomBytes } from "node:crypto";

const randomBytesOfToken = 32;
/** 32 hexadecimal digits are 128 bits. */
export const shortestToken = 32;

export function createIngestToken(): string {
  return `mt_${randomBytes(randomBytesOfToken).toString("base64url")}`;
}

/** 64 hexadecimal digits, as the configuration holds them. */
export function digestOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
