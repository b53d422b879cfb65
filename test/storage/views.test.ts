// What views make of rows is what their SQL says, not what the engine's optimiser happens to do first: it is another one with the next release.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { openStore } from "../../pipeline/build.ts";
import { blockOf, received } from "./action-rows.ts";
import { keepForEver, runInFolder } from "./keep-for-ever.ts";

test("every view gives the same rows without the optimiser of plans", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-views-"));
  const store = await openStore({ kind: "embedded", folder });
  await keepForEver((sql) => runInFolder(store.location, sql));
  try {
    const rows = [
      received({ event_uid: "1", identity_uid: "caller" }),
      received({ event_uid: "2", identity_uid: "caller", delegation: ["nearest", "first"] }),
    ];
    await store.insertActions(await blockOf(rows));
    const views = await store.query(
      {
        name: "views",
        sql: "SELECT name, as_select FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView' ORDER BY name",
        parameters: z.strictObject({}),
        row: z.strictObject({ name: z.string(), as_select: z.string() }),
      },
      {},
    );
    expect(views.map(({ name }) => name)).toContain("lineage_delegated_from_actions");
    for (const { name, as_select } of views) {
      const rowsOf = (settings: string) => {
        const sql = `SELECT hex(formatRow('RowBinary', *)) AS bytes FROM (${as_select}) ORDER BY bytes ${settings}`;
        return store.query({ name, sql, parameters: z.strictObject({}), row: z.strictObject({ bytes: z.string() }) }, {});
      };
      expect(await rowsOf("SETTINGS query_plan_enable_optimizations = 0"), name).toEqual(await rowsOf(""));
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
