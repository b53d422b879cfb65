// What was decided about a finding, when, by whom and why? The latest first.
import { z } from "zod";
import { findingDecisionSchema } from "../model/finding-state.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit } from "./fields.ts";

export const findingDecisions = defineQuery(
  "finding-decisions",
  z.strictObject({ finding_uid: z.string(), limit: pageLimit(100) }),
  findingDecisionSchema,
);
