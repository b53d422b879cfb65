// Who touched resources whose uid starts with, ends with or contains a text? Reads every row of the period: name a uid where you can.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";
import { pageLimit, period } from "./fields.ts";
import { resourceUserSchema } from "./resource-user.ts";

export const whoResourceLike = defineQuery(
  "who-resource-like",
  z.strictObject({ pattern: z.string().min(1), ...period, limit: pageLimit(100) }),
  resourceUserSchema,
);

/** The LIKE pattern of a text that stands at the start, the end or anywhere; the text's own %, _ and \ are meant literally. */
export function likePattern(text: string, where: "start" | "end" | "anywhere"): string {
  const literal = text.replaceAll(/[\\%_]/g, "\\$&");
  return `${where === "start" ? "" : "%"}${literal}${where === "end" ? "" : "%"}`;
}
