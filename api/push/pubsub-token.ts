// The signed token (OpenID Connect) by which Google's Pub/Sub says which subscription pushes. The one place that connects to anybody: to the
// configured URL of the issuer's public keys.
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { PubsubSignIn } from "../../pipeline/push-intake.ts";
import { Refusal } from "../refusal.ts";

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** Keys are kept for ten minutes; a token that names an unknown one makes them be asked for again at most twice a minute. */
const keySetOptions = { timeoutDuration: 5000, cooldownDuration: 30_000, cacheMaxAge: 600_000 };
/** Neither `none` nor a shared secret: a public key is no secret to sign with. */
const algorithms = ["RS256", "ES256"];
const clockToleranceSeconds = 30;

export class PubsubTokens {
  readonly #keySets = new Map<string, KeySet>();

  /**
   * Refuses with 401 what is not signed, expired or of an unknown key, with 403 what was signed for another, and with 503 where the keys cannot
   * be had. `signIn`: undefined where the source takes no such messages, or does not exist: no answer tells which.
   */
  async check(token: string, signIn: PubsubSignIn | undefined): Promise<void> {
    if (token === "" || signIn === undefined) throw notSigned();
    const claims = await this.#verified(token, signIn);
    if (claims.email !== signIn.serviceAccount || claims.email_verified !== true)
      throw new Refusal(403, "the token is of another service account", { endsConnection: true });
  }

  async #verified(token: string, { issuer, audience, jwksUrl }: PubsubSignIn): Promise<JWTPayload> {
    try {
      const options = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ["exp", "iat", "email"] };
      const { payload } = await jwtVerify(token, this.#keySetOf(jwksUrl), options);
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  #keySetOf(url: string): KeySet {
    const known = this.#keySets.get(url) ?? createRemoteJWKSet(new URL(url), keySetOptions);
    this.#keySets.set(url, known);
    return known;
  }
}

function notSigned(): Refusal {
  return new Refusal(401, "a token is needed that is signed for a subscription of this source", { endsConnection: true });
}

function refusalOf(error: unknown): Refusal {
  const ends = { endsConnection: true };
  if (error instanceof errors.JWTExpired) return new Refusal(401, "the token has expired", ends);
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isForAnother = error.claim === "aud" || error.claim === "iss";
    return new Refusal(isForAnother ? 403 : 401, `the token's claim ${error.claim} is not the one that is configured`, ends);
  }
  const isOfToken =
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  if (isOfToken) return notSigned();
  // What is left is the key set's: it was not reachable, or is no key set.
  return new Refusal(503, "the issuer's keys cannot be had at present", { retryAfterSeconds: 10, endsConnection: true });
}
