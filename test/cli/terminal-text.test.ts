// Text of attackers on an analyst's terminal: nothing in a name may act on it, and no name may break the table.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { padEnd, shortenEnd, shortenMiddle, widthOf } from "../../cli/output/terminal-text.ts";
import { visibleText } from "../../runtime/visible-text.ts";

describe("visibleText", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\u001b]0;title\u0007", "\\x1b]0;title\\x07"],
    ["\u001b]8;;https://evil.example\u001b\\link", "\\x1b]8;;https://evil.example\\x1b\\link"],
    ["\u009b31m", "\\x9b31m"],
    ["a\r\nb\tc\u0000d\u007f", "a\\r\\nb\\tc\\x00d\\x7f"],
    ["deploy\u202egnp.exe", "deploy\\u202egnp.exe"],
    ["\u2066hidden\u2069", "\\u2066hidden\\u2069"],
    ["zero\u200bwidth\ufeff\u00ad", "zero\\u200bwidth\\ufeff\\xad"],
    ["line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"],
    ["lone\ud800surrogate", "lone\\ud800surrogate"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["private\ue000", "private\\ue000"],
  ])("%j is written out", (hostile, shown) => {
    expect(visibleText(hostile)).toBe(shown);
  });

  test("letters of every script stay as they are", () => {
    for (const text of ["Zürich", "部署机器人", "сервис", "خدمة", "🚀 deploy", "naïve"]) expect(visibleText(text)).toBe(text);
  });

  test("marks piled on one letter are cut, so that they do not run over other lines", () => {
    expect(visibleText(`a${"\u0301".repeat(50)}b`)).toBe(`a${"\u0301".repeat(3)}b`);
  });

  test("whatever the text, nothing that a terminal acts on is left", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe("widths", () => {
  test("wide characters take two columns, marks none", () => {
    expect(widthOf("abc")).toBe(3);
    expect(widthOf("部署")).toBe(4);
    expect(widthOf("🚀")).toBe(2);
    expect(widthOf("e\u0301")).toBe(1);
    expect(widthOf("ﾊﾟ")).toBe(1);
  });

  test("a text is shortened in its middle, keeping more of its end", () => {
    expect(shortenMiddle("arn:aws:iam::111122223333:role/prod-deploy", 21)).toBe("arn:aws:…/prod-deploy");
    expect(shortenMiddle("short", 21)).toBe("short");
    expect(shortenEnd("a longer sentence", 8)).toBe("a longe…");
  });

  test("shortened texts never exceed the width, and padded ones meet it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (raw, width) => {
        const text = visibleText(raw);
        expect(widthOf(shortenMiddle(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(shortenEnd(text, width))).toBeLessThanOrEqual(width);
        expect(widthOf(padEnd(shortenEnd(text, width), width))).toBe(width);
      }),
    );
  });
});
