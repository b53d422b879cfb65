// How an AWS call ended: success, failure or denied, from its error code and from what sign-ins write instead of one.

import type { Outcome } from "../../model/identity-action.ts";
import { asObject, type JsonObject, textOf } from "../../model/json.ts";
import { memoize } from "../memoize.ts";

/** Codes that mean: this caller, or this credential, may not. Services spell them with prefixes and suffixes of their own. */
const refusals = new RegExp(
  [
    "AccessDenied",
    "UnauthorizedOperation",
    "^Unauthorized",
    "NotAuthorized",
    "^Forbidden",
    "AuthFailure",
    "^AuthorizationError",
    "^InvalidClientTokenId$",
    "^InvalidAccessKeyId$",
    "^InvalidIdentityToken",
    "^InvalidToken$",
    "^ExpiredToken",
    "^SignatureDoesNotMatch$",
    "^InvalidSignature",
    "^IncompleteSignature",
    "^UnrecognizedClient",
    "^MissingAuthenticationToken",
    "^IDPRejectedClaim",
    "^IDPCommunicationError",
    "^NotSignedUp$",
    "^AllAccessDisabled$",
    "^40[13]$",
  ].join("|"),
);

const outcomeOfCode: (errorCode: string) => Outcome = memoize((errorCode: string) => (refusals.test(errorCode) ? "denied" : "failure"));

export function outcomeOf(record: JsonObject, eventName: string, errorCode: string): Outcome {
  if (errorCode !== "") return outcomeOfCode(errorCode);
  // A refused sign-in has no code: responseElements {"ConsoleLogin": "Failure"}, or the same in serviceEventDetails.
  if (isFailure(asObject(record.responseElements), eventName) || isFailure(asObject(record.serviceEventDetails), eventName)) return "denied";
  return "success";
}

const longestBasis = 256;

/** The ground that newer messages name: "... because no identity-based policy allows the s3:GetObject action". */
export function refusalBasis(errorMessage: string): string {
  const ground = /(?:because|with an) ((?:no|an|the|explicit) [^.\n]{1,300})/.exec(errorMessage)?.[1] ?? "";
  return ground.slice(0, longestBasis);
}

function isFailure(details: JsonObject | undefined, eventName: string): boolean {
  return details !== undefined && textOf(details, eventName) === "Failure";
}
