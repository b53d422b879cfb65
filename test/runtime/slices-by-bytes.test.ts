// Slices keep every text in its order, and none is larger than asked but for a text that is so by itself.
import fc from "fast-check";
import { expect, test } from "vitest";
import { slicesByBytes } from "../../runtime/slices-by-bytes.ts";

test("nothing is lost, nothing changes its place, and each part fits or holds one text", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 40 })), fc.integer({ min: 1, max: 100 }), (texts, most) => {
      const slices = slicesByBytes(texts, most, 4);
      expect(slices.flat()).toEqual(texts);
      for (const slice of slices) {
        expect(slice.length).toBeGreaterThan(0);
        const size = slice.reduce((sum, text) => sum + Buffer.byteLength(text) + 4, 0);
        if (slice.length > 1) expect(size).toBeLessThanOrEqual(most);
      }
    }),
  );
});
