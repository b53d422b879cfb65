// What did each identity do, hour by hour, as it was received? For detectors, through an as-of view.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();
const texts = z.array(z.string());
const pairs = z.array(z.tuple([z.string(), z.string()]));

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
    /** Credential, its lifetime, network, agent, and the bucket in `busy` that the use falls into. */
    uses: z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.number().int()])),
    /** Bucket of uses, and the two-minute slots of the hour that saw one of them: bit 0 is its first two minutes. */
    busy: z.array(z.tuple([z.number().int(), z.number().int()])),
    /** Credential, and the instance, function, pod or run that held it. */
    holders: pairs,
    /** Credential, network, agent, where the raw agent tells a machine on somebody's desk. */
    desks: z.array(z.tuple([z.string(), z.string(), z.string()])),
    /** Seconds of the hour in which a command line, a browser or a console called; at most 200. */
    typed: z.array(z.number().int()),
    /** Credential that was issued, for whom, of which kind. */
    handed_out: z.array(z.tuple([z.string(), z.string(), z.string()])),
    /** Static credential, and when it was issued, where a record of its use says so. */
    issue_dates: z.array(z.tuple([z.string(), timeMs])),
    /** Credential of a pod, and its private address. */
    pod_addresses: pairs,
    /** Pattern of the resource, what it stands in. */
    things: z.array(z.tuple([z.string(), z.string()])),
    /** Account, region. */
    places: z.array(z.tuple([z.string(), z.string()])),
    issuers: texts,
    targets: texts,
  }),
);
