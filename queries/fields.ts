// Pieces that the questions' schemas share: what a page is, how a time is written, what every answer says about an identity.
import { z } from "zod";
import { principalTypes, providers } from "../model/identity-action.ts";

/** Unix epoch, milliseconds, UTC; 0 where no record says. */
export const timeMs = z.number().int();

const mostRows = 100_000;
export const pageLimit = (rows: number) => z.number().int().min(1).max(mostRows).default(rows);
/** A page, and the row behind it. */
export const rowLimit = z
  .number()
  .int()
  .min(1)
  .max(mostRows + 1);

/** The last instant that a DateTime64 holds: no end. */
export const endOfTimeMs = 10_413_791_999_999;

/** From `from_ms` up to and without `to_ms`, by the provider's clock. */
export const period = {
  from_ms: timeMs.default(0),
  to_ms: timeMs.default(endOfTimeMs),
};

export const identityFields = {
  identity_uid: z.string(),
  /** Empty where the store has met the identity only as an issuer or target, never as a caller. */
  identity_name: z.string(),
  provider: z.enum([...providers, ""]),
  principal_type: z.enum([...principalTypes, ""]),
};
