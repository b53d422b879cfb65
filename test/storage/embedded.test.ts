// An embedded store lives in the process that opened it: the process ends when the store is closed, whatever somebody asked of it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";

test("a store that is closed waits for no query that runs, nor for those behind it", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-embedded-"));
  try {
    const store = await openEmbeddedStore(folder);
    const endless = "SELECT sum(sipHash64(a.number, b.number)) AS sum FROM numbers(1000000) AS a CROSS JOIN numbers(1000000) AS b";
    const answers = Promise.allSettled([store.queryText(endless, "JSONEachRow"), store.queryText(endless, "JSONEachRow")]);
    const running = { name: "running", sql: "SELECT query FROM system.processes", parameters: z.object({}), row: z.object({ query: z.string() }) };
    await expect
      .poll(() => store.query(running, {}), { timeout: 30_000, interval: 20 })
      .toContainEqual({ query: expect.stringMatching(/^SELECT sum/) });
    await store.close();
    expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
