// Rows on their way into ClickHouse and out of it: whatever texts hold, each is one line of JSON, and says what the row said.
import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf, rowLines } from "../../storage/row-lines.ts";

const half = fc.constantFrom("\ud83d", "\udc00", "🦀", "\\ud83d", "\\", "\n", '"', "a");
const text = fc.array(half, { maxLength: 8 }).map((parts) => parts.join(""));

test("half a surrogate pair is replaced, a 64-bit integer is written as text, and all else stays as it is", () => {
  fc.assert(
    fc.property(text, fc.array(text), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (name, list, version) => {
      const [line, rest] = rowLines([{ name, version, list, inner: [[name, 1]] }])
        .toString("utf8")
        .split("\n");
      expect(rest).toBe("");
      expect(JSON.parse(line ?? "")).toEqual({
        ...{ name: name.toWellFormed(), version: String(version), list: list.map((each) => each.toWellFormed()) },
        inner: [[name.toWellFormed(), 1]],
      });
      expect(line?.replaceAll("\\\\", "")).not.toMatch(/\\ud/i);
    }),
  );
});

test("what is parted line by line is what a text is parted into", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "é", "🦀", "\n", "\r")), (parts) => {
      const all = parts.join("");
      expect([...linesOf(Buffer.from(`x${all}`).subarray(1))]).toEqual(all.split("\n").filter((line) => line !== ""));
    }),
  );
});
