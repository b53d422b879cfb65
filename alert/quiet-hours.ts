// Hours in which people are told of the gravest only, by the clock of where they live.

export interface QuietHours {
  /** Minutes of the day; where the end is not behind the start it lies on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA name: Europe/Berlin. */
  readonly timeZone: string;
}

const minuteMs = 60_000;
const minutesADay = 24 * 60;
/** The earliest moment first. */
const clockChangesMinutes = [-60, -30, 0, 30, 60];

export interface LocalTime {
  /** 2026-11-27 */
  readonly day: string;
  readonly minute: number;
}

export function localTime(nowMs: number, timeZone: string): LocalTime {
  const form = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" });
  const parts = Object.fromEntries(form.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/**
 * The last moment, by then, at which a clock there showed this minute of the day: of an hour that came twice the first, of one that did not come the moment
 * as far behind its start.
 */
export function lastAt(nowMs: number, wantedMinute: number, timeZone: string): number {
  const { minute } = localTime(nowMs, timeZone);
  const agoMinutes = (minute - wantedMinute + minutesADay) % minutesADay;
  const guessMs = (Math.floor(nowMs / minuteMs) - agoMinutes) * minuteMs;
  // Clocks are put forward and back in between: then it is another moment, or has come already where it seems to be ahead.
  for (const dayMinutes of [minutesADay, 0]) {
    const moments = clockChangesMinutes.map((change) => guessMs + (dayMinutes + change) * minuteMs).filter((atMs) => atMs <= nowMs);
    const shown = moments.find((atMs) => localTime(atMs, timeZone).minute === wantedMinute);
    if (shown !== undefined) return shown;
  }
  return guessMs;
}

export function isQuiet({ fromMinute, toMinute, timeZone }: QuietHours, nowMs: number): boolean {
  const { minute } = localTime(nowMs, timeZone);
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}
