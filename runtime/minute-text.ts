// A moment to the minute, as messages and stories say it: UTC, which whoever writes it names behind it.

/** 2026-11-13 23:48 */
export function minuteText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace("T", " ");
}
