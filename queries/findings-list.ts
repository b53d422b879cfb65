// What was raised, what became of it, and what of it is to be looked at first?
import { z } from "zod";
import { findingEventSchema, findingLineageSchema, findingMemberSchema, findingReasonSchema, findingSchema } from "../model/finding.ts";
import { findingStates } from "../model/finding-state.ts";
import { defineQuery } from "./define-query.ts";
import { endOfTimeMs, pageLimit, timeMs } from "./fields.ts";

/** With what was decided about it. */
export const findingToTell = findingSchema.extend({
  reasons: json(z.array(findingReasonSchema)),
  members: json(z.array(findingMemberSchema)),
  events: json(z.array(findingEventSchema)),
  lineage: json(findingLineageSchema),
  state: z.enum(findingStates),
  state_reason: z.string(),
  state_by: z.string(),
  /** 0 where nobody decided. */
  state_at_ms: timeMs,
  /** 0 but for a mute. */
  muted_until_ms: timeMs,
});

/** Lists that are empty, texts that are, and a budget of 0 leave nothing out. */
export const findingsList = defineQuery(
  "findings-list",
  z.strictObject({
    /** Whose decisions count: those made by then. */
    now_ms: timeMs,
    finding_uids: z.array(z.string()).default([]),
    uid_prefix: z.string().default(""),
    configuration: z.string().default(""),
    budget: z.number().nonnegative().default(0),
    /** Raised after (without), up to (with). */
    since_ms: timeMs.default(0),
    until_ms: timeMs.default(endOfTimeMs),
    states: z.array(z.enum(findingStates)).default([]),
    severities: z.array(z.string()).default([]),
    provider: z.string().default(""),
    detector: z.string().default(""),
    /** In the name or uid of an identity. */
    search: z.string().default(""),
    min_risk: z.number().int().min(0).max(100).default(0),
    limit: pageLimit(50),
  }),
  findingToTell.extend({
    /** Of all that fit, with those beyond the limit. */
    total: z.number().int(),
  }),
);

export type ListedFinding = z.output<(typeof findingsList)["row"]>;

function json<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}
