// Who touched this resource? By its exact uid.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, period } from "./fields.ts";
import { resourceUserSchema } from "./resource-user.ts";

export const whoResource = defineQuery(
  "who-resource",
  z.strictObject({ resource_uid: z.string().min(1), ...period, limit: pageLimit(100) }),
  resourceUserSchema,
);
