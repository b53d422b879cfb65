// Clocks that change and days on which nobody works: what is benign and looks odd needs no disturbance, it is in the calendar.
import { describe, expect, test } from "vitest";
import { dayMs, hourMs, localHour, officeHours } from "../../estate/calendar.ts";
import { daily, monthly, type Schedule, weekly } from "../../estate/schedule.ts";

/** The period of `machinetrail estate` where nothing else is asked for: both clocks go back in it. */
const startMs = Date.UTC(2026, 9, 12);
const days = 45;

function startsOf(schedule: Schedule, fromMs: number, count: number): number[] {
  return Array.from({ length: count * 24 }, (_, hour) => schedule.startsIn(fromMs + hour * hourMs)).flat();
}

function wallClock(timeZone: string, atMs: number): string {
  const { date, hour, minute } = localHour(timeZone, atMs);
  return `${date} ${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

describe("daylight saving", () => {
  test.each([
    ["Europe/Berlin", "2026-10-25"],
    ["America/New_York", "2026-11-01"],
  ])("in %s a job keeps its wall-clock time over the change on %s, and comes an hour later by UTC", (timeZone, changeDay) => {
    const starts = startsOf(daily("05:20", timeZone), startMs, days);
    expect(new Set(starts.map((at) => wallClock(timeZone, at).slice(11)))).toEqual(new Set(["05:20"]));
    const hoursOfDay = new Set(starts.map((at) => at % dayMs));
    const [before, after] = [Date.parse(changeDay) - dayMs, Date.parse(changeDay) + dayMs].map(
      (day) => starts.find((at) => at >= day && at < day + dayMs) ?? 0,
    );
    expect(hoursOfDay.size).toBe(2);
    expect((after ?? 0) - (before ?? 0)).toBe(2 * dayMs + hourMs);
  });

  test("a time that comes twice runs once, a time that is skipped runs after the jump: one run on each day of the year", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York"]) {
      for (const time of ["01:30", "02:30"]) {
        const starts = startsOf(daily(time, timeZone), Date.UTC(2026, 0, 2), 365).map((at) => wallClock(timeZone, at));
        expect(new Set(starts.map((at) => at.slice(0, 10))).size).toBe(starts.length);
        expect(Math.abs(starts.length - 365)).toBeLessThanOrEqual(1);
        expect(starts.filter((at) => !at.endsWith(time)).length).toBeLessThanOrEqual(1);
      }
    }
    const jumped = startsOf(daily("02:30", "Europe/Berlin"), Date.UTC(2026, 2, 28), 3).map((at) => wallClock("Europe/Berlin", at));
    expect(jumped).toContain("2026-03-29 03:30");
  });

  test("a weekly job keeps its day and hour", () => {
    const starts = startsOf(weekly(7, "02:30", "Europe/Berlin"), startMs, days);
    expect(starts.map((at) => localHour("Europe/Berlin", at).weekday)).toEqual(starts.map(() => 7));
    expect(new Set(starts.map((at) => wallClock("Europe/Berlin", at).slice(11)))).toEqual(new Set(["02:30"]));
  });
});

describe("holidays and the year's end", () => {
  const at = (date: string) => localHour("Europe/Berlin", Date.parse(`${date}T10:00:00Z`));

  test.each([
    ["2026-12-24", false, true],
    ["2026-12-25", false, true],
    ["2026-12-28", true, true],
    ["2027-01-01", false, true],
    ["2027-01-04", true, false],
    ["2027-03-26", false, false],
    ["2027-03-29", false, false],
    ["2027-03-30", true, false],
    ["2026-05-01", false, false],
    ["2026-11-09", true, false],
    ["2026-11-08", false, false],
  ])("%s: worked %j, year's end %j", (date, isWorkday, isYearEnd) => {
    expect(at(date)).toMatchObject({ isWorkday, isYearEnd });
  });

  test("on a holiday people do next to nothing, between the years little", () => {
    expect(officeHours(at("2026-12-25"))).toBeLessThan(officeHours(at("2026-11-09")) / 50);
    expect(officeHours(at("2026-12-28"))).toBeLessThan(officeHours(at("2026-11-09")) / 3);
  });

  test("what runs by the calendar runs on the year's last and first day as on any other", () => {
    const newYear = startsOf(monthly(1, "03:00", "Europe/Berlin"), Date.UTC(2026, 11, 31), 3);
    expect(newYear.map((each) => wallClock("Europe/Berlin", each))).toEqual(["2027-01-01 03:00"]);
    const nightly = startsOf(daily("02:10", "Europe/Berlin"), Date.UTC(2026, 11, 23), 12);
    expect(nightly.length).toBe(12);
  });
});
