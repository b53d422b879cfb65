// Who does the same as this identity, and how similar is it?
import { z } from "zod";
import { principalTypes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

export const baselinePeers = defineQuery(
  "baseline-peers",
  z.strictObject({
    identity_uid: z.string(),
    /** Similarity at least, 0 to 1. */
    least: z.number().min(0).max(1).default(0.2),
    limit: pageLimit(5),
  }),
  z.strictObject({
    identity_uid: z.string(),
    identity_name: z.string(),
    principal_type: z.enum(principalTypes),
    /** 1: the same actions; weighted by how rare they are. */
    similarity: z.number(),
    shared_actions: z.number().int(),
    /** All of the other's. */
    actions: z.number().int(),
    first_seen_ms: timeMs,
    last_seen_ms: timeMs,
  }),
);
