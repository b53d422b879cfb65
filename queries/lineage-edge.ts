// One step of lineage, as the questions about it answer: an issuer, whom it handed something to, and what that rests on.
import { z } from "zod";
import { timeMs } from "./fields.ts";

/** issued: a recorded event issued a credential. stated: the subject's own record names its issuer. delegated: a record states the chain. */
export const lineageRelations = ["issued", "stated", "delegated"] as const;

export const lineageEdgeSchema = z.strictObject({
  subject_uid: z.string(),
  issuer_uid: z.string(),
  relation: z.enum(lineageRelations),
  first_at_ms: timeMs,
  last_at_ms: timeMs,
  /** Distinct credentials that were handed over; 0 where the records name none. */
  credentials: z.number(),
  /** One event that shows it. */
  event_uid: z.string(),
});

export type LineageEdge = z.infer<typeof lineageEdgeSchema>;
