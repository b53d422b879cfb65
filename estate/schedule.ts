// When a job runs: the schedules that schedulers know, in the wall-clock time of a zone. A time that daylight saving skips runs when
// the clock has jumped; one that comes twice runs once, as cron does it.
import { dayMs, hourMs, localHour, minuteMs } from "./calendar.ts";

export interface Schedule {
  /** For estate.json: "daily 02:10 Europe/Berlin". */
  readonly text: string;
  /** Starts within the hour that begins at `startMs`, in order. */
  startsIn(startMs: number): number[];
}

/** Of a machine's schedule in words: it works all day long, and does not wait for its hour. */
export function worksAllDay(text: string): boolean {
  return !/\b(?:daily|workdays|weekly|monthly|quarterly|on demand|times a year)\b/.test(text);
}

type Days = (local: { year: number; month: number; day: number; weekday: number }) => boolean;

export const daily = (time: string, timeZone: string): Schedule => atLocalTime("daily", time, timeZone, () => true);

export const workdays = (time: string, timeZone: string): Schedule => atLocalTime("workdays", time, timeZone, ({ weekday }) => weekday <= 5);

/** `weekday`: 1 Monday to 7 Sunday. */
export const weekly = (weekday: number, time: string, timeZone: string): Schedule =>
  atLocalTime(`weekly on day ${weekday}`, time, timeZone, (local) => local.weekday === weekday);

export const monthly = (day: number, time: string, timeZone: string): Schedule =>
  atLocalTime(`monthly on day ${day}`, time, timeZone, (local) => local.day === day);

/** In January, April, July and October. */
export const quarterly = (day: number, time: string, timeZone: string): Schedule =>
  atLocalTime(`quarterly on day ${day}`, time, timeZone, (local) => local.day === day && local.month % 3 === 1);

/** Every so many minutes, counted from `offsetMinutes` past midnight UTC. */
export function every(minutes: number, offsetMinutes = 0): Schedule {
  const periodMs = minutes * minuteMs;
  return {
    text: `every ${minutes} minutes`,
    startsIn: (startMs) => {
      const first = Math.ceil((startMs - offsetMinutes * minuteMs) / periodMs) * periodMs + offsetMinutes * minuteMs;
      const starts: number[] = [];
      for (let at = first; at < startMs + hourMs; at += periodMs) starts.push(at);
      return starts;
    },
  };
}

function atLocalTime(word: string, time: string, timeZone: string, isDay: Days): Schedule {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return {
    text: `${word} ${time} ${timeZone}`,
    startsIn: (startMs) => {
      const local = localHour(timeZone, startMs);
      const apart = (hours - local.hour + 24) % 24;
      if (apart > 2 && apart < 22) return [];
      const midnight = Date.UTC(local.year, local.month - 1, local.day);
      // The hour may hold the end of one local day and the start of the next.
      const candidates = [midnight, midnight + dayMs].map((day) => utcOf(day, hours, minutes, timeZone));
      return candidates.filter((at) => at >= startMs && at < startMs + hourMs).filter((at) => isDay(localHour(timeZone, at)));
    },
  };
}

/** The moment at which the wall clock shows the time on that day; where it never does, the same distance behind the jump. */
function utcOf(localMidnightMs: number, hours: number, minutes: number, timeZone: string): number {
  const wallMs = localMidnightMs + hours * hourMs + minutes * minuteMs;
  const before = localHour(timeZone, wallMs - dayMs).offsetMs;
  const after = localHour(timeZone, wallMs + dayMs).offsetMs;
  const early = wallMs - before;
  return localHour(timeZone, early).offsetMs === before ? early : localHour(timeZone, wallMs - after).offsetMs === after ? wallMs - after : early;
}
