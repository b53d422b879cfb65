// Hours in which people are told of the gravest only, by the clock of where they live.

export interface QuietHours {
  /** Minutes of the day; where the end is not behind the start it lies on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA name: Europe/Berlin. */
  readonly timeZone: string;
}

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

export function isQuiet({ fromMinute, toMinute, timeZone }: QuietHours, nowMs: number): boolean {
  const { minute } = localTime(nowMs, timeZone);
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}
