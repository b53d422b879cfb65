// The last time that a clock showed a time: the same whoever asks until it shows it again, also where clocks are changed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { lastAt, localTime } from "../../alert/quiet-hours.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];

/** Whether a clock there went on in between as time did. */
function isUnchanged(fromMs: number, toMs: number, zone: string): boolean {
  const shown = localTime(toMs, zone).minute - localTime(fromMs, zone).minute;
  const gone = Math.floor(toMs / minuteMs) - Math.floor(fromMs / minuteMs);
  return (shown - gone) % 1440 === 0;
}

test("it lies at most 25 hours back, shows that time unless it was skipped, and whoever asks in between finds the same", () => {
  const around = (atMs: number) => fc.integer({ min: atMs - 30 * hourMs, max: atMs + 30 * hourMs });
  const nows = fc.oneof(...[Date.UTC(2026, 9, 25), Date.UTC(2026, 2, 29), Date.UTC(2026, 10, 1), Date.UTC(2026, 3, 5)].map(around));
  fc.assert(
    fc.property(nows, fc.integer({ min: 0, max: 1439 }), fc.constantFrom(...zones), (nowMs, minute, zone) => {
      const atMs = lastAt(nowMs, minute, zone);
      expect([atMs <= nowMs, nowMs - atMs < 25.5 * hourMs]).toEqual([true, true]);
      const shown = localTime(atMs, zone).minute;
      if (shown !== minute) expect(localTime(atMs - 3 * hourMs, zone).minute).not.toBe((minute + 1440 - 180) % 1440);
      const betweenMs = Math.floor((atMs + nowMs) / 2);
      // Of a minute that is left out, only once the clock has been changed: until then the day before was the last to show it.
      if (shown === minute || !isUnchanged(atMs, betweenMs, zone)) expect(lastAt(betweenMs, minute, zone)).toBe(atMs);
    }),
    { numRuns: 500 },
  );
});

test("on the days on which clocks are changed it is the first of two, and as far behind the start of the hour that was left out", () => {
  const berlin = (nowMs: number, minute: number) => new Date(lastAt(nowMs, minute, "Europe/Berlin")).toISOString();
  expect(berlin(Date.UTC(2026, 9, 25, 12), 150)).toBe("2026-10-25T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 9, 25, 1), 150)).toBe("2026-10-25T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 12), 150)).toBe("2026-03-29T00:30:00.000Z");
  // At one by UTC two o'clock became three: whoever asks before that finds the day before, which was the last to show the minute.
  expect(berlin(Date.UTC(2026, 2, 29, 1), 150)).toBe("2026-03-29T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 0, 59), 150)).toBe("2026-03-28T01:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 0, 30), 150)).toBe("2026-03-28T01:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 12), 480)).toBe("2026-03-29T06:00:00.000Z");
});
