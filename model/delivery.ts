// One message to one sink on its way: a row of `deliveries`. Names are the columns', times are epoch milliseconds (`_ms`).
import { z } from "zod";
import { severities } from "./finding.ts";

/** raised, continued, decided: of a finding. The others are of the program itself; parked: another sink takes nothing, or did not take all. */
const deliveryKinds = ["raised", "continued", "decided", "flood", "digest", "parked"] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/**
 * pending: waits for `next_ms`. leased: somebody sends it. delivered: the receiver took it. failed: given up; `deliveries retry` tries again. folded:
 * not sent by itself, but counted in the message `folded_into`, or in the digest.
 */
export const deliveryStates = ["pending", "leased", "delivered", "failed", "folded"] as const;

const time = z.number().int();

export const deliverySchema = z.strictObject({
  /** 32 hexadecimal digits, made of sink and subject: the same over all attempts, processes and plannings. */
  delivery_id: z.string(),
  sink_id: z.string(),
  kind: z.enum(deliveryKinds),
  /** What it tells: a finding's revision, a decision, a flood. */
  subject: z.string(),
  /** Empty where it is about no finding. */
  finding_uid: z.string(),
  incident_uid: z.string(),
  severity: z.enum(severities),
  created_ms: time,
  state: z.enum(deliveryStates),
  attempts: z.number().int().nonnegative(),
  /** Not sent before. */
  next_ms: time,
  /** Of who leased it; a greater one is a later process. */
  fence: z.number().int().nonnegative(),
  lease_until_ms: time,
  /** Which row stays. 0 as planned: planning again changes nothing of what became of it. */
  version: z.bigint(),
  /** Of the last failure, or why it was folded. */
  reason: z.string(),
  /** What the sink needs to answer in the same thread. */
  receipt: z.string(),
  folded_into: z.string(),
  /** When it was delivered, given up or folded; 0 before. */
  ended_ms: time,
});
export type Delivery = z.infer<typeof deliverySchema>;

/**
 * active: takes what it is sent. failing: since `since_ms`. parked: has failed for so long that others were told; tried once an hour. disabled: said
 * that it wants no more.
 */
const sinkStates = ["active", "failing", "parked", "disabled"] as const;

export const sinkHealthSchema = z.strictObject({
  sink_id: z.string(),
  /** Digest of its settings: what was found out of another one does not count. */
  configuration: z.string(),
  state: z.enum(sinkStates),
  since_ms: time,
  reason: z.string(),
  version: z.bigint(),
});
export type SinkHealth = z.infer<typeof sinkHealthSchema>;
