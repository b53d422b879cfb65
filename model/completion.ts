// How a long-running operation ended: a later record of an action that was counted at its start. It stands alone because
// such a record carries another time and often no caller, so it can replace nothing in `actions`: it joins by event_uid.
import { z } from "zod";
import { outcomes } from "./identity-action.ts";

export const completionSchema = z.strictObject({
  event_uid: z.string().describe("event_uid of the action that this record completes."),
  completed_at: z.number().int().describe("When it ended, by the provider's clock. Unix epoch, milliseconds, UTC."),
  outcome: z.enum(outcomes).describe("How it ended."),
  error_code: z.string().describe("Provider's error code; empty on success."),
  error_message: z.string().describe("Provider's error text, redacted; empty on success."),
});

export type Completion = z.infer<typeof completionSchema>;
