// How the questions about a resource answer: one row an identity that touched it.
import { z } from "zod";
import { identityFields, timeMs } from "./fields.ts";

export const resourceUserSchema = z.strictObject({
  ...identityFields,
  /** The resources that matched; at most 20. */
  resource_uids: z.array(z.string()),
  /** service:action; at most 100. */
  actions: z.array(z.string()),
  activities: z.array(z.string()),
  events: z.number(),
  denied: z.number(),
  first_at_ms: timeMs,
  last_at_ms: timeMs,
});
