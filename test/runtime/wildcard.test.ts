// Patterns of stars: what fits, and that no pattern made of others' names takes forever.
import fc from "fast-check";
import { expect, test } from "vitest";
import { fitsWildcard } from "../../runtime/wildcard.ts";

test.each([
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["a*c", "ac", true],
  ["a*c", "abcabc", true],
  ["a*c", "abcd", false],
  ["s3:*", "s3:GetObject", true],
  ["s3:*", "sqs:SendMessage", false],
  ["*ab*ab", "abab", true],
  ["*ab*ab", "ab", false],
  ["a.c", "abc", false],
  ["A", "a", false],
])("%j and %j: %j", (pattern, text, fits) => {
  expect(fitsWildcard(pattern, text)).toBe(fits);
});

test("every text fits itself, stars in it included, and whatever its stars are filled with", () => {
  const parts = fc.array(fc.string(), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(parts, fc.string(), (texts, filling) => {
      const pattern = texts.join("*");
      expect(fitsWildcard(pattern, pattern)).toBe(true);
      expect(fitsWildcard(pattern, texts.join(filling))).toBe(true);
    }),
  );
});

test("a pattern of a thousand stars over a long text that does not fit ends", () => {
  expect(fitsWildcard(`${"*a".repeat(1000)}b`, "a".repeat(50_000))).toBe(false);
});
