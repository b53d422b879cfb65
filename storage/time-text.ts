// Times as both engines read them in rows of text: UTC, milliseconds, no zone (every column states its own, UTC).

/** `timeMs`: Unix epoch, milliseconds; years 0000 to 9999. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace("T", " ").slice(0, -1);
}
