// The newest rows of an identity as they lie, an event once for each version that is not merged away yet.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { period, rowLimit } from "./fields.ts";
import { timelineRowSchema } from "./identity-timeline.ts";

export const identityPage = defineQuery("identity-page", z.strictObject({ identity_uid: z.string(), ...period, limit: rowLimit }), timelineRowSchema);
