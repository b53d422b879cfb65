// What is to be told of these findings, and what was decided about them by then?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { timeMs } from "./fields.ts";
import { findingToTell } from "./findings-list.ts";

export const findingsToTell = defineQuery("findings-to-tell", z.strictObject({ now_ms: timeMs, finding_uids: z.array(z.string()) }), findingToTell);

export type FindingToTell = z.output<typeof findingToTell>;
