// Rows of the table quarantine from what a worker could not read. Apart from the worker, since what tells the parts of one envelope
// from each other shows only beside each other.
import { timeText } from "../storage/time-text.ts";
import type { QuarantineRow } from "./ingest-messages.ts";

/** Times before the year 2527. */
const versionRange = 2 ** 44;

/**
 * All parts of one envelope come in one write, in the order in which they stand in it: so a part has the same number each time that
 * the envelope is read.
 */
export function quarantineRows(rows: readonly QuarantineRow[]): object[] {
  const parts = new Map<string, number>();
  return rows.map((row) => {
    const key = JSON.stringify([row.origin, row.position, row.reason]);
    const part = parts.get(key) ?? 0;
    parts.set(key, part + 1);
    return { ...row, part, received_at: timeText(row.received_at), version: versionRange - 1 - row.received_at };
  });
}
