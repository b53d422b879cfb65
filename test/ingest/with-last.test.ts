// What a source says of its last batch holds for all of them: so none may be taken for the last that is not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withLast } from "../../ingest/with-last.ts";

async function* given(items: readonly number[], failure?: Error): AsyncGenerator<number> {
  yield* items;
  if (failure !== undefined) throw failure;
}

test("each item comes once and in order, and the last alone is told as such; where there is a failure all before it come, and none is the last", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer(), { maxLength: 5 }), fc.boolean(), async (items, fails) => {
      const seen: (readonly [number, boolean])[] = [];
      const reading = (async () => {
        for await (const pair of withLast(given(items, fails ? new Error("cut off") : undefined))) seen.push(pair);
      })();
      if (fails) await expect(reading).rejects.toThrow("cut off");
      else await reading;
      expect(seen).toEqual(items.map((item, index) => [item, !fails && index === items.length - 1]));
    }),
    { numRuns: 50 },
  );
});
