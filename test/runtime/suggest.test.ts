// Suggestions for typos: near words are found, far ones are not guessed.
import fc from "fast-check";
import { expect, test } from "vitest";
import { suggest } from "../../runtime/suggest.ts";

const commands = ["scan", "identities", "identity", "who", "query", "explain", "config", "doctor"];

test.each([
  ["scna", "scan"],
  ["SCAN", "scan"],
  ["identites", "identities"],
  ["identiy", "identity"],
  ["hwo", "who"],
  ["doktor", "doctor"],
  ["explian", "explain"],
])("%s was meant as %s", (typed, meant) => {
  expect(suggest(typed, commands)).toBe(meant);
});

test.each(["frobnicate", "x", "", "zzzz"])("%j is no typo of anything", (typed) => {
  expect(suggest(typed, commands)).toBeUndefined();
});

test("a word with two letters swapped is always found again", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 5, maxLength: 12 }), fc.nat(), (word, seed) => {
      const at = seed % (word.length - 1);
      const swapped = word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
      expect(suggest(swapped, [word])).toBe(word);
    }),
  );
});
