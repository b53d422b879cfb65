// Where can detection go on from? The last two checkpoints of a version, the latest first.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const checkpointHeads = defineQuery(
  "checkpoint-heads",
  z.strictObject({ version: z.string() }),
  z.strictObject({ number: z.number().int().positive(), slot: z.number().int(), state: z.string() }),
);
