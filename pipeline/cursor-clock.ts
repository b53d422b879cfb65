// When a cursor was written, so that the latest one stays. Its own clock, because two writes of one partition within a millisecond,
// or beside a system clock that was set back, must not tie: the tie would be decided by the text of the position.
import { timeText } from "../storage/time-text.ts";

let lastMicroseconds = 0;

/** Later than every one before it in this process. */
export function nextCursorTime(nowMs = Date.now()): string {
  lastMicroseconds = Math.max(lastMicroseconds + 1, nowMs * 1000);
  const microseconds = String(lastMicroseconds % 1000).padStart(3, "0");
  return `${timeText(Math.floor(lastMicroseconds / 1000))}${microseconds}`;
}
