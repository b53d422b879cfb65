// How many rows were received in this time? For an as-of view.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";

/** From `from_ms` (without) to `to_ms` (with). */
export const receivedRows = defineQuery(
  "received-rows",
  z.strictObject({ from_ms: timeMs, to_ms: timeMs }),
  z.strictObject({ rows: z.number().int().nonnegative() }),
);
