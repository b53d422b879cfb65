// When people do something: in the hours of a working day.
import { hourMs, localHour } from "../calendar.ts";
import type { World } from "../world.ts";

/** The first moment from then on at which people work, the last one before where the period ends first, else the moment itself. */
export function officeMoment({ startMs, endMs }: World, fromMs: number, timeZone: string): number {
  const isWorked = (atMs: number): boolean => {
    const { hour, isWorkday } = localHour(timeZone, atMs);
    return isWorkday && hour >= 9 && hour < 16;
  };
  const latest = endMs - hourMs;
  for (let atMs = fromMs; atMs < latest; atMs += hourMs) if (isWorked(atMs)) return atMs;
  for (let atMs = fromMs; atMs >= startMs; atMs -= hourMs) if (isWorked(atMs)) return atMs;
  return fromMs;
}
