// What detection raised, as it is stored in the table `findings`, and what people decided about it (`finding_states`). Names are the columns',
// times are epoch milliseconds (`_ms`); docs/findings.md says what they mean.
import { z } from "zod";
import { lineageStepSchema } from "./lineage-step.ts";

/** identity: one identity was odd. source: a source of records, or a detector, is not well; then identity_uid is
 * `source:<id>` or `detector:<id>`, and bits say nothing. */
const findingKinds = ["identity", "source"] as const;

/** What the scores rest on: nothing of its own, its kind and itself, itself. */
const maturities = ["learning", "peer", "own"] as const;

/** From the lowest. */
export const severities = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

const time = z.number().int();
const text = z.string();
const texts = z.array(text);
const percent = z.number().int().min(0).max(100);

/** How a value was known that is new or rare. */
const pastOfValueSchema = z.strictObject({
  /** Distinct days on which the identity showed it; 0: it is new to it. */
  days: z.number().int().nonnegative(),
  /** Starts of the days (UTC). Absent where there are none; the first one also where it lies more than a month before the last. */
  first_seen_ms: time.optional(),
  last_seen_ms: time.optional(),
  /** Other identities that ever showed it. */
  others: z.number().int().nonnegative(),
  /** Values of its kind that the identity is known by, and their distinct pairs of value and day. */
  known_values: z.number().int().nonnegative(),
  value_days: z.number().int().nonnegative(),
});

export const findingReasonSchema = z.strictObject({
  detector: text,
  title: text,
  /** What is odd, stable over windows: a network, an action. */
  what: text,
  observed: text,
  baseline: text,
  bits: z.number(),
  /** Share of the detector's past scores that were at least as high. */
  probability: z.number(),
  /** Told for certain, without calibration: what shows is no way in which the machine could work, or a rule is broken. */
  certainty: z.enum(["mechanism", "fact"]).optional(),
  past: pastOfValueSchema.optional(),
});
export type FindingReason = z.infer<typeof findingReasonSchema>;

/** An identity that a finding is about. */
export const findingMemberSchema = z.strictObject({
  identity_uid: text,
  /** Empty where no record of the hour names it. */
  identity_name: text,
  provider: text,
  principal_type: text,
  workload_type: text,
  bits: z.number(),
});
export type FindingMember = z.infer<typeof findingMemberSchema>;

export const findingEventSchema = z.strictObject({
  event_uid: text,
  identity_uid: text,
  time_ms: time,
  /** service:action */
  call: text,
  outcome: text,
  resource_uids: texts,
  src_ip: text,
  agent_family: text,
  region: text,
  credential_uid: text,
  /** How many of the finding's odd values it shows. */
  shows: z.number().int().nonnegative(),
});
export type FindingEvent = z.infer<typeof findingEventSchema>;

export const findingLineageSchema = z.strictObject({
  /** Who stands behind it, the nearest first. */
  up: z.array(lineageStepSchema),
  /** To whom it handed something, the nearest first. */
  down: z.array(lineageStepSchema),
  /** Distinct identities down the chain, also of steps that are not listed. */
  reach: z.number().int().nonnegative(),
  /** More steps exist than are listed. */
  is_cut: z.boolean(),
});
export type FindingLineage = z.infer<typeof findingLineageSchema>;

export const findingSchema = z.strictObject({
  /** 16 hexadecimal digits. */
  finding_uid: text,
  /** Digest of what detection was told. */
  configuration: text,
  /** How many times it was told. */
  revision: z.number().int().positive(),
  kind: z.enum(findingKinds),
  budget: z.number().positive(),
  /** Of several the oddest. */
  identity_uid: text,
  identity_name: text,
  /** All, sorted. */
  identity_uids: texts.min(1),
  provider: text,
  principal_type: text,
  workload_type: text,
  /** Start of the hour of reception that raised it, and when within it that was first known. */
  window_start_ms: time,
  raised_ms: time,
  /** When it was last told: of two states the later one replaces the other. */
  changed_ms: time,
  /** Identity and moment of each window, in order of time: what a decision is about. */
  windows: z.array(z.tuple([text, time])).min(1),
  bits: z.number(),
  probability: z.number(),
  maturity: z.enum(maturities),
  severity: z.enum(severities),
  impact: percent,
  impact_reasons: texts,
  confidence: percent,
  risk: percent,
  detectors: texts,
  techniques: texts,
  nhi_risks: texts,
  /** The rarest first. */
  reasons: z.array(findingReasonSchema),
  /** The oddest first. */
  members: z.array(findingMemberSchema).min(1),
  event_uids: texts,
  events: z.array(findingEventSchema),
  lineage: findingLineageSchema,
  checks: texts,
  false_positives: texts,
  blind_spots: texts,
});
export type Finding = z.infer<typeof findingSchema>;

/** Columns that hold JSON, since they are lists of objects. */
export const findingJsonColumns = ["reasons", "members", "events", "lineage"] as const satisfies readonly (keyof Finding)[];
