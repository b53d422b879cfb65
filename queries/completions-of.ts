// How did the long-running operations of this identity end? One row each, the latest; none for what has not ended.
import { z } from "zod";
import { outcomes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { period, timeMs } from "./fields.ts";

export const completionsOf = defineQuery(
  "completions-of",
  z.strictObject({ identity_uid: z.string(), ...period }),
  z.strictObject({ event_uid: z.string(), outcome: z.enum(outcomes), error_code: z.string(), completed_at_ms: timeMs }),
);
