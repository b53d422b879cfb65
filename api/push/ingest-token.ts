// Who may write as which source. Tokens are random, so their plain SHA-256 is as good at rest as a slow hash, and costs a request nothing.
import { timingSafeEqual } from "node:crypto";
import { digestOfToken } from "../../pipeline/ingest-token.ts";
import type { PushSource } from "../../pipeline/push-intake.ts";
import { Refusal } from "../refusal.ts";

/**
 * Refuses a token that nobody was given with 401, and one of another source with 403. Every known digest is compared, in constant time
 * each, so that how long it takes says nothing. A source that does not exist is not told from one that does.
 */
export function checkIngestToken(token: string, sourceId: string, sources: readonly PushSource[]): void {
  const digest = Buffer.from(digestOfToken(token), "hex");
  let isKnown = false;
  let isOfSource = false;
  for (const { id, tokens } of sources) {
    for (const candidate of tokens) {
      const isEqual = timingSafeEqual(candidate.digest, digest);
      isKnown = isKnown || isEqual;
      isOfSource = isOfSource || (isEqual && id === sourceId);
    }
  }
  if (isOfSource) return;
  if (isKnown) throw new Refusal(403, "this token is of another source", { endsConnection: true });
  throw new Refusal(401, token === "" ? "a token of this source is needed" : "the token is not known", { endsConnection: true });
}

/** Of `Authorization: Bearer TOKEN`; empty where there is none. */
export function bearerToken(header: string | undefined): string {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1] ?? "";
}
