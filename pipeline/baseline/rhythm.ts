// When an identity is active: its hours of working days and of weekends, and the words for them. It stands alone because the strip, the purpose
// and the contract speak of the same hours.
import { isWeekend } from "../../detect/memory/volume-memory.ts";

/** By hour of the day (UTC): on how many days it was active in it. */
export interface Rhythm {
  readonly workingDays: HoursOfDay;
  readonly weekends: HoursOfDay;
}

export interface HoursOfDay {
  /** Active days of the kind. */
  readonly days: number;
  /** 24 numbers. */
  readonly daysByHour: readonly number[];
}

interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

const dayMs = 86_400_000;
const hoursADay = 24;
/** An hour is regular that so many of the active days touch. */
const regularShare = 0.5;
/** Of the days of a kind, those that make it "every" one, and those that are exceptions. */
const mostDaysShare = 0.8;
const fewDaysShare = 0.2;
const clockRoundHours = 20;
const shownRanges = 3;

/** `slots`: 0 to 23 hours of working days, 24 to 47 of weekends. */
export function rhythmOf(slots: readonly { readonly value: string; readonly days: number }[], workingDays: number, weekendDays: number): Rhythm {
  const bySlot = new Map(slots.map(({ value, days }) => [Number(value), days]));
  const hours = (first: number) => Array.from({ length: hoursADay }, (_, hour) => bySlot.get(first + hour) ?? 0);
  return { workingDays: { days: workingDays, daysByHour: hours(0) }, weekends: { days: weekendDays, daysByHour: hours(hoursADay) } };
}

const levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** An hour a character: the higher, the larger the share of the active days that touch it; a dot where none does. */
export function heatStrip({ days, daysByHour }: HoursOfDay): string {
  return daysByHour
    .map((each) => (each === 0 ? "·" : (levels[Math.min(levels.length - 1, Math.ceil((each / Math.max(days, each)) * levels.length) - 1)] ?? "")))
    .join("");
}

/** "on working days, at 02:00 to 04:00 UTC" */
export function rhythmWords(rhythm: Rhythm, span: Span): string {
  const { workingDays, weekends } = rhythm;
  if (workingDays.days + weekends.days === 1) return "on one day so far";
  return `${dayWords(rhythm, span)}, ${hourWords(regularHours(rhythm))}`;
}

function dayWords({ workingDays, weekends }: Rhythm, { firstMs, lastMs }: Span): string {
  const firstDay = Math.floor(firstMs / dayMs);
  const days = Math.floor(lastMs / dayMs) - firstDay + 1;
  const weekendDays = countWeekendDays(firstDay, days);
  const workingShare = workingDays.days / Math.max(1, days - weekendDays);
  const weekendShare = weekendDays === 0 ? workingShare : weekends.days / weekendDays;
  if (workingShare >= mostDaysShare && weekendShare >= mostDaysShare) return "every day";
  if (workingShare >= mostDaysShare && weekendShare <= fewDaysShare) return "on working days";
  if (weekendShare >= mostDaysShare && workingShare <= fewDaysShare) return "on weekends";
  const active = workingDays.days + weekends.days;
  const aWeek = (active / days) * 7;
  return aWeek >= 1 ? `on about ${Math.round(aWeek)} days a week`.replace("1 days", "1 day") : `on ${active} days in ${days}`;
}

function countWeekendDays(firstDay: number, days: number): number {
  let count = Math.floor(days / 7) * 2;
  for (let day = firstDay + days - (days % 7); day < firstDay + days; day++) if (isWeekend(day)) count++;
  return count;
}

function regularHours({ workingDays, weekends }: Rhythm): number[] {
  const active = workingDays.days + weekends.days;
  return Array.from({ length: hoursADay }, (_, hour) => hour).filter(
    (hour) => (workingDays.daysByHour[hour] ?? 0) + (weekends.daysByHour[hour] ?? 0) >= regularShare * active,
  );
}

function hourWords(hours: readonly number[]): string {
  if (hours.length === 0) return "at no fixed hour";
  if (hours.length >= clockRoundHours) return "around the clock";
  const ranges = hourRanges(hours);
  if (ranges.length > shownRanges) return `in ${hours.length} hours of the day`;
  return `${ranges.map(({ from, to }) => `${clock(from)} to ${clock(to + 1)}`).join(" and ")} UTC`;
}

/** Hours of a day as ranges, `to` included; one over midnight is one range. */
export function hourRanges(hours: readonly number[]): { readonly from: number; readonly to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  for (const hour of [...hours].sort((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === hour - 1) last.to = hour;
    else ranges.push({ from: hour, to: hour });
  }
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined || first === last || first.from !== 0 || last.to !== hoursADay - 1) return ranges;
  return [...ranges.slice(1, -1), { from: last.from, to: first.to }];
}

/** Of a slot: "working day 02:00". */
export function hourName(slot: number): string {
  return `${slot < hoursADay ? "working day" : "weekend"} ${clock(slot)}`;
}

export function clock(hour: number): string {
  return `${String(hour % hoursADay).padStart(2, "0")}:00`;
}
