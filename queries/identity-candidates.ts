// Which identities may have been meant by a partial or mistyped name?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { identityFields, pageLimit } from "./fields.ts";

export const identityCandidates = defineQuery(
  "identity-candidates",
  z.strictObject({ text: z.string().min(1).max(512), limit: pageLimit(5) }),
  z.strictObject({ ...identityFields, contains: z.union([z.literal(0), z.literal(1)]), distance: z.number() }),
);
