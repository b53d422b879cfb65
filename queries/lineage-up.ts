// Who handed these identities their sessions and credentials? One hop.
import { z } from "zod";
import { lineageEdgeSchema } from "../model/lineage-step.ts";
import { defineQuery } from "./define-query.ts";
import { pageLimit } from "./fields.ts";

export const lineageUp = defineQuery(
  "lineage-up",
  z.strictObject({ identity_uids: z.array(z.string()).min(1), limit: pageLimit(1000) }),
  lineageEdgeSchema,
);
