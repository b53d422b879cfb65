// A question about a list of texts that may be longer than an engine takes as one parameter: asked for as many at a time as fit.
import { slicesByBytes } from "../runtime/slices-by-bytes.ts";

/** Half of what ClickHouse takes as one field of a request (http_max_field_value_size, 128 KiB), as characters may be escaped. */
const mostParameterBytes = 64 * 1024;
/** Quotes and comma. */
const bytesBesideText = 3;

export async function askInSlices<Row>(texts: readonly string[], question: (slice: string[]) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const slice of slicesByBytes(texts, mostParameterBytes, bytesBesideText)) for (const row of await question(slice)) rows.push(row);
  return rows;
}
