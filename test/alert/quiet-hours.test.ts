// The last time that a clock showed a time: the same whoever asks until it shows it again, also where clocks are changed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { lastAt, localTime } from "../../alert/quiet-hours.ts";

const hourMs = 3_600_000;
const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];

test("it lies at most 25 hours back, shows that time unless it was skipped, and whoever asks in between finds the same", () => {
  const around = (atMs: number) => fc.integer({ min: atMs - 30 * hourMs, max: atMs + 30 * hourMs });
  const nows = fc.oneof(...[Date.UTC(2026, 9, 25), Date.UTC(2026, 2, 29), Date.UTC(2026, 10, 1), Date.UTC(2026, 3, 5)].map(around));
  fc.assert(
    fc.property(nows, fc.integer({ min: 0, max: 1439 }), fc.constantFrom(...zones), (nowMs, minute, zone) => {
      const atMs = lastAt(nowMs, minute, zone);
      expect([atMs <= nowMs, nowMs - atMs < 25.5 * hourMs]).toEqual([true, true]);
      const shown = localTime(atMs, zone).minute;
      if (shown !== minute) expect(localTime(atMs - 3 * hourMs, zone).minute).not.toBe((minute + 1440 - 180) % 1440);
      expect(lastAt(Math.floor((atMs + nowMs) / 2), minute, zone)).toBe(atMs);
    }),
    { numRuns: 500 },
  );
});

test("on the days on which clocks are changed it is the first of two, and as far behind the start of the hour that was left out", () => {
  const berlin = (nowMs: number, minute: number) => new Date(lastAt(nowMs, minute, "Europe/Berlin")).toISOString();
  expect(berlin(Date.UTC(2026, 9, 25, 12), 150)).toBe("2026-10-25T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 9, 25, 1), 150)).toBe("2026-10-25T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 12), 150)).toBe("2026-03-29T00:30:00.000Z");
  expect(berlin(Date.UTC(2026, 2, 29, 12), 480)).toBe("2026-03-29T06:00:00.000Z");
});
