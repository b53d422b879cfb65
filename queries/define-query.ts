// A question is a .sql file and its typed face beside it. This reads the SQL once and ties the two together.
import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { Query } from "../model/query.ts";

/** `name`: the file's name without ".sql". Parameters with a default may be left out by the caller. */
export function defineQuery<Parameters extends z.ZodType, Row extends z.ZodType>(
  name: string,
  parameters: Parameters,
  row: Row,
): Query<z.input<Parameters>, z.output<Row>> {
  return {
    name,
    sql: readFileSync(new URL(`./${name}.sql`, import.meta.url), "utf8"),
    // The store parses what it is given, so that the type a caller meets is the schema's input.
    parameters: parameters as unknown as z.ZodType<z.input<Parameters>>,
    row: row as unknown as z.ZodType<z.output<Row>>,
  };
}
