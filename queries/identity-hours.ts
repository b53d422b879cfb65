// What did each identity do, hour by hour, as it was received? For detectors, through an as-of view.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();
const texts = z.array(z.string());

/** From `from_ms` (without) to `to_ms` (with), by reception, in steps of `step_ms`. */
export const identityHours = defineQuery(
  "identity-hours",
  z.strictObject({ from_ms: timeMs, to_ms: timeMs, step_ms: z.number().int().positive() }),
  z.strictObject({
    identity_uid: z.string(),
    /** End of the step of reception. */
    moment_ms: timeMs,
    /** Hours since the epoch, by the provider's clock. */
    hour: z.number().int(),
    provider: z.string(),
    principal_type: z.string(),
    workload_types: texts,
    events: count,
    denied: count,
    reads: count,
    writes: count,
    admin: count,
    secret_reads: count,
    issued: count,
    /** service:action, activity, outcome. */
    deeds: z.array(z.tuple([z.string(), z.string(), z.string()])),
    /** Credential, its lifetime, network, agent. */
    uses: z.array(z.tuple([z.string(), z.string(), z.string(), z.string()])),
    /** Pattern of the resource, what it stands in. */
    things: z.array(z.tuple([z.string(), z.string()])),
    /** Account, region. */
    places: z.array(z.tuple([z.string(), z.string()])),
    issuers: texts,
    targets: texts,
  }),
);
