// Local time as people and schedulers have it: zones with daylight saving, weekends, holidays, the quiet days around New Year;
// and the daily and weekly rhythms that follow from them. It stands alone because every persona lives by it.

export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** A whole hour of UTC as a zone's wall clock shows it. */
export interface LocalHour {
  /** 0 to 23, of the hour's first moment. */
  readonly hour: number;
  readonly minute: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
  /** 1 Monday to 7 Sunday. */
  readonly weekday: number;
  /** A weekday that is no holiday. */
  readonly isWorkday: boolean;
  /** December 24 to January 1: few people, year-end jobs. */
  readonly isYearEnd: boolean;
  /** Local minus UTC. */
  readonly offsetMs: number;
  /** The local day, for what is the same all day long: 2026-11-09. */
  readonly date: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const kept = new Map<string, LocalHour>();
const mostKept = 256;

/** `atMs` is taken as it is, to the minute; memoised, since all machines of a zone ask for the same hours. */
export function localHour(timeZone: string, atMs: number): LocalHour {
  const key = `${timeZone} ${Math.floor(atMs / minuteMs)}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= mostKept) kept.clear();
  const local = readLocalHour(timeZone, atMs);
  kept.set(key, local);
  return local;
}

function readLocalHour(timeZone: string, atMs: number): LocalHour {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...parts });
    formats.set(timeZone, format);
  }
  const values: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(atMs)) values[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = values;
  const localMs = Date.UTC(year, month - 1, day, hour, minute);
  const date = new Date(localMs).toISOString().slice(0, 10);
  const weekday = new Date(localMs).getUTCDay() || 7;
  const offsetMs = localMs - Math.floor(atMs / minuteMs) * minuteMs;
  const isHoliday = holidays.has(date.slice(5)) || easterDays(year).has(date);
  const isYearEnd = (month === 12 && day >= 24) || (month === 1 && day === 1);
  return { hour, minute, day, month, year, weekday, isWorkday: weekday <= 5 && !isHoliday, isYearEnd, offsetMs, date };
}

/** Days off of the whole organisation, month and day. */
const holidays: ReadonlySet<string> = new Set(["01-01", "05-01", "12-24", "12-25", "12-26", "12-31"]);

const easterByYear = new Map<number, ReadonlySet<string>>();

/** Good Friday and Easter Monday (Gauss's rule, as Meeus gives it for the Gregorian calendar). */
function easterDays(year: number): ReadonlySet<string> {
  const known = easterByYear.get(year);
  if (known !== undefined) return known;
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  const sunday = Date.UTC(year, month - 1, day);
  const days = new Set([-2, 1].map((offset) => new Date(sunday + offset * dayMs).toISOString().slice(0, 10)));
  easterByYear.set(year, days);
  return days;
}

/** How much of an average day's hour falls into this hour: 1 is the average over a whole week. */
export type Rhythm = (local: LocalHour) => number;

/** All hours alike. */
export const steady: Rhythm = () => 1;

/** People at work: mornings and afternoons of workdays, a little around them, next to nothing on holidays. */
export const officeHours: Rhythm = ({ hour, isWorkday, isYearEnd }) => {
  const share = hour < 7 || hour > 19 ? 0.02 : hour < 9 || hour > 17 ? 0.8 : hour === 12 ? 2.2 : 4;
  return (isWorkday ? share : share * 0.04) * (isYearEnd ? 0.3 : 1);
};

/** Customers of a shop: evenings and weekends above the rest, nights low. */
export const customers: Rhythm = ({ hour, weekday }) => (1 + 0.75 * Math.sin(((hour - 9) / 24) * 2 * Math.PI)) * (weekday >= 6 ? 1.15 : 0.94);

/** Customers that are businesses. */
export const businessCustomers: Rhythm = (local) => 0.25 + 0.75 * officeHours(local) * 0.75;
