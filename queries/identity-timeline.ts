// What did this identity do, newest first? As their starts say; how long-running operations ended is completions-of.ts.
import { z } from "zod";
import { outcomes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit, period, timeMs } from "./fields.ts";

/** Rows of a page, unless said otherwise. */
export const timelineLimit = 100;

export const timelineRowSchema = z.strictObject({
  time_ms: timeMs,
  event_uid: z.string(),
  provider: z.string(),
  source: z.string(),
  account_uid: z.string(),
  region: z.string(),
  session_name: z.string(),
  workload_uid: z.string(),
  credential_uid: z.string(),
  issuer_uid: z.string(),
  issued_credential_uid: z.string(),
  target_identity_uid: z.string(),
  service: z.string(),
  action: z.string(),
  activity: z.string(),
  resource_uids: z.array(z.string()),
  src_ip: z.string(),
  src_kind: z.string(),
  agent_family: z.string(),
  outcome: z.enum(outcomes),
  error_code: z.string(),
  request_uid: z.string(),
});

export const identityTimeline = defineQuery(
  "identity-timeline",
  z.strictObject({
    identity_uid: z.string(),
    ...period,
    service: z.string().default(""),
    action: z.string().default(""),
    outcome: z.enum([...outcomes, ""]).default(""),
    limit: pageLimit(timelineLimit),
  }),
  timelineRowSchema,
);
