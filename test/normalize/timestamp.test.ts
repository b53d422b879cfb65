// Times decide order, partition and window: what is a time is read to the millisecond, what is none is never guessed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTimestampMs } from "../../normalize/timestamp.ts";

describe("what is a time is read to the millisecond", () => {
  test("every instant that a Date writes reads back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2262, 11, 31) }), (ms) => {
        expect(parseTimestampMs(new Date(ms).toISOString())).toBe(ms);
        const seconds = ms - (ms % 1000);
        expect(parseTimestampMs(new Date(seconds).toISOString().replace(".000Z", "Z"))).toBe(seconds);
      }),
    );
  });

  test("an offset is subtracted and 1 to 9 digits of a fraction are cut to milliseconds", () => {
    const fractions = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }).map((digits) => digits.join(""));
    fc.assert(
      fc.property(
        fractions,
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom("+", "-"),
        (fraction, hours, minutes, sign) => {
          const offset = `${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
          const expected =
            Date.UTC(2026, 1, 28, 23, 59, 58) +
            Number(fraction.padEnd(3, "0").slice(0, 3)) -
            (sign === "+" ? 1 : -1) * (hours * 60 + minutes) * 60_000;
          expect(parseTimestampMs(`2026-02-28T23:59:58.${fraction}${offset}`)).toBe(expected);
        },
      ),
    );
  });

  test.each([
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2000-02-29T00:00:00Z", Date.UTC(2000, 1, 29)],
    ["2026-11-24t12:00:00z", Date.UTC(2026, 10, 24, 12)],
    ["1970-01-01T01:00:00+01:00", 0],
  ])("%s", (text, ms) => expect(parseTimestampMs(text)).toBe(ms));
});

describe("what is no time is never guessed", () => {
  test.each([
    "",
    "1",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-13-10T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00.1234567890Z",
    "2026-01-01T00:00:00+0100",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00Z ",
    " 2026-01-01T00:00:00Z",
    "2026-01-01 00:00:00Z",
    "2026-1-1T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+00:01",
    "2263-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "+02026-01-01T00:00:00Z",
    "２０２６-01-01T00:00:00Z",
    "2026-01-01T00:00:0\u0000Z",
    "Tue, 24 Nov 2026 12:00:00 GMT",
  ])("%j", (text) => expect(parseTimestampMs(text)).toBeUndefined());

  test("any text gives a time within 1970 to 2262, or none", () => {
    const nearly = fc.tuple(fc.constant("2026-01-01T00:00:00.123+01:00"), fc.nat(28), fc.string({ maxLength: 2 }));
    const mutated = nearly.map(([text, index, piece]) => text.slice(0, index) + piece + text.slice(index + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), mutated), (text) => {
        const ms = parseTimestampMs(text);
        if (ms === undefined) return;
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThan(Date.UTC(2263, 0, 2));
        expect(Math.floor(Date.parse(text))).toBe(ms);
      }),
    );
  });
});
