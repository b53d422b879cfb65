// One step of lineage: who handed what to whom, and what that rests on. Questions about the chain answer with it, and findings keep it.
import { z } from "zod";

/** issued: a recorded event issued a credential. stated: the subject's own record names its issuer. delegated: a record states the chain. */
export const lineageRelations = ["issued", "stated", "delegated"] as const;

export const lineageEdgeSchema = z.strictObject({
  subject_uid: z.string(),
  issuer_uid: z.string(),
  relation: z.enum(lineageRelations),
  /** Unix epoch, milliseconds, UTC. */
  first_at_ms: z.number().int(),
  last_at_ms: z.number().int(),
  /** Distinct credentials that were handed over; 0 where the records name none. */
  credentials: z.number(),
  /** One event that shows it. */
  event_uid: z.string(),
});
export type LineageEdge = z.infer<typeof lineageEdgeSchema>;

export const lineageStepSchema = lineageEdgeSchema.extend({
  /** 1 for the identity's own neighbours. */
  hop: z.number().int().positive(),
});
export type LineageStep = z.infer<typeof lineageStepSchema>;
