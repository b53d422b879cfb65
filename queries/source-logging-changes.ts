// Who switched logging off or changed it?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, timeMs } from "./fields.ts";

/** Received from `from_ms` (without) to `now_ms` (with). `calls`: a regular expression over `service:action` in small letters. */
export const sourceLoggingChanges = defineQuery(
  "source-logging-changes",
  z.strictObject({ from_ms: timeMs, now_ms: timeMs, calls: z.string().min(1), limit: pageLimit(100) }),
  z.strictObject({
    log: z.string(),
    call: z.string(),
    account: z.string(),
    records: z.number().int(),
    identities: z.number().int(),
    first_identity_uid: z.string(),
    first_event_uid: z.string(),
    first_ms: z.number().int(),
  }),
);
