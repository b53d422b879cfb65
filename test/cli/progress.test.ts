// The progress line: what it says at the start, in the middle and with rejects.
import { expect, test } from "vitest";
import { formatAge, formatBytes, formatDuration, formatTime } from "../../cli/output/time-text.ts";
import { describeProgress } from "../../cli/progress.ts";

const half = {
  filesTotal: 20,
  filesDone: 9,
  bytesTotal: 2_000_000_000,
  bytesRead: 1_000_000_000,
  records: 1_200_000,
  stored: 1_199_000,
  ignored: 990,
  rejected: 10,
  elapsedMs: 20_000,
};

test("in the middle: share, files, bytes, records, rate, time left, unreadable", () => {
  expect(describeProgress(half)).toBe("50 %  9/20 files  1.0 GB of 2.0 GB  1,200,000 records  60,000/s  20 s left  10 unreadable");
});

test("at the start it promises no time, and divides by nothing", () => {
  const start = { ...half, filesDone: 0, bytesTotal: 0, bytesRead: 0, records: 0, rejected: 0, elapsedMs: 0 };
  expect(describeProgress(start)).toBe("0 %  0/20 files  0 B of 0 B  0 records  0/s");
});

test("more bytes than were listed (a file grew) are not more than all", () => {
  expect(describeProgress({ ...half, bytesRead: 3_000_000_000 })).toMatch(/^100 % .*0 s left/);
});

test("times, sizes and durations are written as people read them", () => {
  expect(formatTime(Date.UTC(2026, 10, 12, 8, 17, 3, 250))).toBe("2026-11-12 08:17:03Z");
  expect([formatTime(0), formatTime(Number.NaN), formatTime(9e15)]).toEqual(["", "", ""]);
  expect(formatAge(Date.UTC(2026, 10, 12), Date.UTC(2026, 10, 24))).toBe("2026-11-12 (12 days ago)");
  expect([0, 999, 1000, 123_456, 999_999_999].map(formatBytes)).toEqual(["0 B", "999 B", "1.0 kB", "123 kB", "1.0 GB"]);
  expect([900, 61_000, 4_800_000].map(formatDuration)).toEqual(["1 s", "2 min", "1 h 20 min"]);
});
