// An embedded store lives in the process that opened it: the process ends when the store is closed, whatever somebody asked of it. And it is
// brought from an older schema to this one with all that it holds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import { blockOf, received, recordsOf } from "./action-rows.ts";
import { keepForEver, runInFolder } from "./keep-for-ever.ts";
import { tableRows } from "./table-digest.ts";

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

test("small parts of actions and of records are merged behind the scenes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-embedded-"));
  try {
    const store = await openEmbeddedStore(folder);
    await store.migrate();
    const parts = async (table: string) =>
      Number(await runInFolder(folder, `SELECT count() FROM system.parts WHERE active AND database = currentDatabase() AND table = '${table}'`));
    for (let index = 0; index < 40; index++) {
      const rows = [received({ event_uid: `e${index}` })];
      await store.insertRecords(await recordsOf(rows));
      await store.insertActions(await blockOf(rows));
    }
    await expect.poll(() => parts("actions"), { timeout: 60_000, interval: 100 }).toBeLessThan(17);
    await expect.poll(() => parts("records"), { timeout: 60_000, interval: 100 }).toBeLessThan(33);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a store of before the table of records keeps those that it has where they are, and takes new ones", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-embedded-"));
  try {
    const store = await openEmbeddedStore(folder);
    await store.migrate();
    const [before, after] = [received({ event_uid: "before" }), received({ event_uid: "later" })];
    await store.insertActions(await blockOf([before]));
    // As it was: a column of actions, and none of the migrations since its first noted, so that each is done with the column there.
    for (const sql of [
      "ALTER TABLE actions ADD COLUMN raw String",
      `ALTER TABLE actions UPDATE raw = '${before.raw}' WHERE true SETTINGS mutations_sync = 2`,
      "DROP TABLE records",
      "TRUNCATE TABLE schema_migrations",
    ])
      await runInFolder(folder, sql);
    await store.migrate();
    await keepForEver((sql) => runInFolder(folder, sql));
    await store.insertRecords(await recordsOf([after]));
    await store.insertActions(await blockOf([after]));
    expect((await tableRows(store, "actions")).map(({ event_uid, raw }) => [event_uid, raw])).toEqual([
      ["before", before.raw],
      ["later", ""],
    ]);
    expect(await tableRows(store, "records")).toMatchObject([{ event_uid: "later", raw: after.raw }]);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
