// What a CloudTrail record says of the credential that was presented: its id, kind, lifetime and age.
import type { CredentialLifetime, CredentialType } from "../../model/identity-action.ts";
import type { AwsCaller } from "./caller.ts";
import { parseAwsTimeMs } from "./time.ts";

export interface PresentedCredential {
  readonly credential_uid: string;
  readonly credential_type: CredentialType;
  readonly credential_lifetime: CredentialLifetime;
  readonly credential_issued_at: number;
}

/**
 * IAM's prefixes of unique ids: AKIA long-term key, ASIA temporary key, ABIA service bearer token, ACCA context-specific credential.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function presentedCredential(caller: AwsCaller): PresentedCredential {
  const issuedAt = parseAwsTimeMs(caller.sessionCreatedAt) ?? 0;
  if (caller.credentialId !== "") return credential(caller.credentialId, "access-token", "short-lived", issuedAt);
  const keyId = caller.accessKeyId;
  if (keyId.startsWith("AKIA")) return credential(keyId, "access-key", "static", issuedAt);
  if (keyId.startsWith("ABIA")) return credential(keyId, "access-token", "short-lived", issuedAt);
  if (keyId.startsWith("ACCA")) return credential(keyId, "access-token", "unknown", issuedAt);
  if (keyId.startsWith("ASIA") || issuedAt > 0) return sessionCredential(caller);
  if (keyId === "" && caller.isSignIn !== "") return credential("", "password", "static", 0);
  if (keyId === "" && caller.isConsole !== "") return sessionCredential(caller);
  return credential(keyId, "unknown", "unknown", 0);
}

/** For callers whose credentials are sessions by their nature, whatever the key looks like (redacted, or absent). */
export function sessionCredential(caller: AwsCaller): PresentedCredential {
  const uid = caller.credentialId === "" ? caller.accessKeyId : caller.credentialId;
  const issuedAt = parseAwsTimeMs(caller.sessionCreatedAt) ?? 0;
  return credential(uid, caller.isConsole === "" ? "sts-session" : "console-session", "short-lived", issuedAt);
}

function credential(uid: string, type: CredentialType, lifetime: CredentialLifetime, issuedAt: number): PresentedCredential {
  return { credential_uid: uid, credential_type: type, credential_lifetime: lifetime, credential_issued_at: issuedAt };
}
