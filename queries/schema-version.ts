// Which version of the schema does the store have?
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const schemaVersion = defineQuery("schema-version", z.strictObject({}), z.strictObject({ version: z.number() }));
