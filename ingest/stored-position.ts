// The position of a cursor as it was stored, back as what a source keeps in it.
import type { z } from "zod";
import { parsedJson } from "../model/json.ts";

/** Undefined where none was stored, and for one that cannot be read: reading again loses nothing. */
export function storedPosition<Schema extends z.ZodType>(schema: Schema, stored: string | undefined): z.output<Schema> | undefined {
  return stored === undefined ? undefined : schema.safeParse(parsedJson(stored)).data;
}
