// How many identities of each kind are there? One with two kinds of workload counts in both rows.
import { z } from "zod";
import { principalTypes, providers, workloadTypes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";

export const identitiesByType = defineQuery(
  "identities-by-type",
  z.strictObject({}),
  z.strictObject({
    provider: z.enum(providers),
    principal_type: z.enum(principalTypes),
    workload_type: z.enum(workloadTypes),
    identities: z.number(),
    machines: z.number(),
  }),
);
