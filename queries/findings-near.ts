// Which findings have an id that is nearly this one?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit } from "./fields.ts";

export const findingsNear = defineQuery(
  "findings-near",
  /** In lower case. */
  z.strictObject({ text: z.string().min(1).max(64), limit: pageLimit(5) }),
  z.strictObject({ finding_uid: z.string() }),
);
