// What did detection know of the identities of a bucket at a checkpoint?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const checkpointIdentities = defineQuery(
  "checkpoint-identities",
  z.strictObject({ version: z.string(), bucket: z.number().int().positive(), numbers: z.array(z.number().int().positive()).max(100) }),
  z.strictObject({ key: z.string(), slot: z.number().int(), state: z.string(), number: z.number().int() }),
);
