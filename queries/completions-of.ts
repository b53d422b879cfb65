// How did these long-running operations end? One row each, the latest; none for what has not ended.
import { z } from "zod";
import { outcomes } from "../model/identity-action.ts";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

export const completionsOf = defineQuery(
  "completions-of",
  z.strictObject({ event_uids: z.array(z.string()) }),
  z.strictObject({ event_uid: z.string(), outcome: z.enum(outcomes), error_code: z.string(), completed_at_ms: timeMs }),
);
