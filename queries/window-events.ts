// Which events do these windows hold? For the evidence of findings, through an as-of view.
import { z } from "zod";
import { outcomes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

/** Window n is `identity_uids[n]` in the step of `step_ms` that ends at `moments_ms[n]`. At most `limit` events of each. */
export const windowEvents = defineQuery(
  "window-events",
  z.strictObject({
    identity_uids: z.array(z.string()),
    moments_ms: z.array(timeMs),
    step_ms: z.number().int().positive(),
    /** Values of any dimension: actions, networks, agents, patterns of resources, ids. */
    telling: z.array(z.string()),
    limit: pageLimit(20),
  }),
  z.strictObject({
    identity_uid: z.string(),
    moment_ms: timeMs,
    /** How many of the telling values it shows. */
    shows: z.number().int().nonnegative(),
    event_uid: z.string(),
    time_ms: timeMs,
    identity_name: z.string(),
    call: z.string(),
    outcome: z.enum(outcomes),
    resource_uids: z.array(z.string()),
    src_ip: z.string(),
    agent_family: z.string(),
    region: z.string(),
    credential_uid: z.string(),
  }),
);
