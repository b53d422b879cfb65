// How many identities of each kind are there, and what runs behind them? Every identity counts once.
import { z } from "zod";
import { principalTypes, providers } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";

export const identitiesByType = defineQuery(
  "identities-by-type",
  z.strictObject({}),
  z.strictObject({
    provider: z.enum(providers),
    principal_type: z.enum(principalTypes),
    /** Without unknown. */
    workload_types: z.array(z.string()),
    identities: z.number(),
    machines: z.number(),
  }),
);
