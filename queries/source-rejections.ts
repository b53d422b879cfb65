// Which share of each live source's records could not be read lately, and before?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

const count = z.number().int().nonnegative();

/** Lately: from `from_ms` to `now_ms` (without); before: from `since_ms` to `from_ms`. */
export const sourceRejections = defineQuery(
  "source-rejections",
  z.strictObject({ since_ms: timeMs, from_ms: timeMs, now_ms: timeMs }),
  z.strictObject({ source_id: z.string(), records: count, rejected: count, records_before: count, rejected_before: count }),
);
