// Where does a source resume? One row for each partition that has a cursor.
import { z } from "zod";
import { defineQuery } from "./define-query.ts";

export const readCursors = defineQuery(
  "cursor-read",
  z.strictObject({ source_id: z.string(), partitions: z.array(z.string()).max(256) }),
  z.strictObject({ partition: z.string(), position: z.string() }),
);
