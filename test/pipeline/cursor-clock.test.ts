// Of two cursors of one partition the one written later is where reading resumes, however close they are.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextCursorTime } from "../../pipeline/cursor-clock.ts";
import { readCursors } from "../../queries/cursor-read.ts";
import { describeStores } from "../storage/store-profiles.ts";

test("each time is later than the one before, within a millisecond and with a clock that is set back", () => {
  const clocks = fc.array(fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 1) + 5 }), { minLength: 2, maxLength: 2000 });
  fc.assert(
    fc.property(clocks, (nows) => {
      const times = nows.map(nextCursorTime);
      expect(new Set(times).size).toBe(times.length);
      expect(times.toSorted()).toEqual(times);
    }),
  );
});

describeStores("cursors written in one millisecond", (profile) => {
  test("the last one counts, in one write and in several, though its text sorts first", async () => {
    const store = await profile.fresh();
    const nowMs = Date.UTC(2027, 0, 1);
    const cursor = (offset: number) => ({ source_id: "scan", partition: "p", position: `{"offset":${offset}}`, updated_at: nextCursorTime(nowMs) });
    const position = async () => (await store.query(readCursors, { source_id: "scan", partitions: ["p"] }))[0]?.position;
    await store.insertRows("cursors", [cursor(99), cursor(998), cursor(1000)]);
    expect(await position()).toBe('{"offset":1000}');
    await store.insertRows("cursors", [cursor(10_000)]);
    expect(await position()).toBe('{"offset":10000}');
    await store.compact();
    expect(await position()).toBe('{"offset":10000}');
    await store.close();
  });
});
