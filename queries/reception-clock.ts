// Does reception tell what was known when, or was everything read in one go?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();

/** Times are 0 where there is no event. */
export const receptionClock = defineQuery(
  "reception-clock",
  z.strictObject({}),
  z.strictObject({
    events: count,
    /** Received more than three days after they happened. */
    late: count,
    /** Days (UTC) on which something was received, and on which something happened. */
    reception_days: count,
    first_received_ms: timeMs,
    last_received_ms: timeMs,
    event_days: count,
    first_event_ms: timeMs,
    last_event_ms: timeMs,
  }),
);
