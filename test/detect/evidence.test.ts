// Windows that wait: what they show is the same after they were kept as text.
import { expect, test } from "vitest";
import { mergedWindow, packed, unpacked, type Window, windowsOf } from "../../detect/evidence.ts";
import { hourMs } from "../../detect/shown-hour.ts";
import { smallEstate } from "./small-estate.ts";

const hostile = ["__proto__", '"\\', "\u0000\u2028", "\ud800", "é€𝄞"];

function plain({ hours, values, ...rest }: Window) {
  return { ...rest, hours, values };
}

test("a packed window, and one that was unpacked again, show the hours and values that they had, whatever texts records brought", () => {
  const estate = windowsOf(smallEstate(1)).slice(0, 200);
  const forged = windowsOf(
    smallEstate(2)
      .slice(0, 20)
      .map((row) => ({ ...row, things: hostile.map((text): [string, string] => [text, text]), issuers: hostile, targets: [...hostile] })),
  );
  expect(forged.flatMap(({ values }) => [...values.resource.keys()])).toContain("__proto__");
  const long = mergedWindow([{ identityUid: "long", hours: forged.flatMap(({ hours }) => hours).map((row, hour) => ({ ...row, hour })) }], hourMs);
  expect(JSON.stringify(long.hours).length).toBeGreaterThan(8192);
  for (const window of [...estate, ...forged, long]) {
    const kept = packed(window);
    expect(plain(kept)).toEqual(plain(window));
    expect(plain(unpacked(kept))).toEqual(plain(window));
    expect(packed(kept).hours).toEqual(window.hours);
  }
});

test("a window whose hours are longer than any text is kept as it is", () => {
  const [row] = smallEstate(1);
  if (row === undefined) throw new RangeError("an estate without rows");
  const target = "x".repeat(1024 * 1024);
  const [window] = windowsOf([{ ...row, targets: new Array<string>(600).fill(target) }]);
  if (window === undefined) throw new RangeError("rows without a window");
  expect(packed(window)).toBe(window);
});
