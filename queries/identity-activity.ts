// In which hours was this identity active, and how much did it do? Through an as-of view.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { period } from "./fields.ts";

export const identityActivity = defineQuery(
  "identity-activity",
  z.strictObject({ identity_uid: z.string(), ...period }),
  z.strictObject({
    /** Hours since the epoch, by the provider's clock; those without events are left out. */
    hour: z.number().int(),
    events: z.number().int().positive(),
  }),
);
