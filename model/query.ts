// The form of a question to the store: a named SQL file with typed parameters and typed rows. The files are in queries/.
import type { z } from "zod";

export interface Query<Parameters, Row> {
  /** The file's name without ".sql"; names the operation in logs. */
  readonly name: string;
  readonly sql: string;
  readonly parameters: z.ZodType<Parameters>;
  readonly row: z.ZodType<Row>;
}
