// Which identities are there? Filters are left open by an empty text.
import { z } from "zod";
import { principalTypes, providers, workloadTypes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { identityFields, pageLimit, timeMs } from "./fields.ts";

export const identitiesList = defineQuery(
  "identities-list",
  z.strictObject({
    provider: z.enum([...providers, ""]).default(""),
    principal_type: z.enum([...principalTypes, ""]).default(""),
    workload_type: z.enum([...workloadTypes, ""]).default(""),
    machines_only: z.boolean().default(false),
    search: z.string().max(512).default(""),
    order: z.enum(["last_seen", "name"]).default("last_seen"),
    limit: pageLimit(100),
    offset: z.number().int().min(0).default(0),
  }),
  z.strictObject({
    ...identityFields,
    identity_alias: z.string(),
    account_uid: z.string(),
    workload_types: z.array(z.string()),
    is_machine: z.boolean(),
    first_seen_ms: timeMs,
    last_seen_ms: timeMs,
    actions: z.number(),
    denied: z.number(),
    /** Identities that match, on all pages. */
    total: z.number(),
  }),
);
