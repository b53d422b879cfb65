// Of several processes over one server one detects: at any moment at most one holds the lease, and who slept through its end writes nothing.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TransientError } from "../../model/errors.ts";
import { Lease, underLease } from "../../pipeline/lease.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import type { Store } from "../../storage/store.ts";
import { type ClickHouseServer, missingForClickHouseServer, startClickHouseServer } from "../stand-ins/clickhouse-server.ts";

const missing = missingForClickHouseServer();
const isSkipped = missing !== undefined && process.env.CI === undefined;
/** Holders say each third of it that they are there: a busy machine may hold one up for seconds. */
const leaseMs = 6000;

describe.skipIf(isSkipped)(`a lease${missing === undefined ? "" : ` (${missing})`}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-lease-"));
  let server: ClickHouseServer;
  let store: Store;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startClickHouseServer(folder);
    store = await openServerStore(`${server.url}/leases`);
    await store.migrate();
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("of any number that want it at once one gets it at last, and the others are told who", async () => {
    const leases = Array.from({ length: 5 }, () => new Lease({ store, name: "contended" }));
    const holding = async () => {
      const checks = await Promise.allSettled(leases.map((lease) => lease.check()));
      return leases.filter((_, index) => checks[index]?.status === "fulfilled");
    };
    for (let round = 0; round < 20 && (await holding()).length === 0; round++) {
      // As different processes would come: not all in one moment for ever.
      const claims = leases.map((lease, index) => new Promise((resolve) => setTimeout(resolve, round * index * 20)).then(() => lease.claim()));
      await Promise.all(claims);
      expect((await holding()).length).toBeLessThanOrEqual(1);
    }
    const [winner, ...none] = await holding();
    expect([winner === undefined, none]).toEqual([false, []]);
    for (const lease of leases.filter((each) => each !== winner)) expect(await lease.claim()).not.toBe("");
    expect(await holding()).toEqual([winner]);
    await winner?.release();
    const next = new Lease({ store, name: "contended" });
    expect(await next.claim()).toBe("");
    expect(next.fence).toBeGreaterThan(0);
    await expect(winner?.check()).rejects.toThrow("not held any more");
  });

  test("two that claim the same fence at once both hold nothing", async () => {
    const one = new Lease({ store, name: "split" });
    expect(await one.claim()).toBe("");
    await one.check();
    // What a second one writes that looked before the first one wrote.
    await store.insertRows("leases", [{ name: "split", fence: one.fence, holder: "another" }]);
    await expect(one.check()).rejects.toThrow("not held any more");
    const next = new Lease({ store, name: "split" });
    expect(await next.claim()).toBe("");
    expect(next.fence).toBe(2);
  });

  test("who claims again since the store did not answer after its claim takes what it has, and does not wait for itself", async () => {
    let isLost = true;
    const forgetful: Store = {
      ...store,
      insertRows: async (table, rows) => {
        await store.insertRows(table, rows);
        if (isLost) throw new TransientError("the answer is lost");
      },
      query: (query, parameters) => store.query(query, parameters),
    };
    const lease = new Lease({ store: forgetful, name: "retried" });
    await expect(lease.claim()).rejects.toThrow(TransientError);
    isLost = false;
    expect(await lease.claim()).toBe("");
    await lease.check();
    expect(lease.fence).toBe(1);
  });

  test("what fails under a lease is told, and the lease is given back at once", async () => {
    const signal = new AbortController().signal;
    const failing = underLease({ store, name: "failing" }, signal, async () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
    expect(await new Lease({ store, name: "failing" }).claim()).toBe("");
  });

  test("a process that is stopped for longer than its lease loses it, and when it wakes it writes nothing before it holds another", async () => {
    const { one, two, written } = await stoppedAndReplaced("stopped", "between");
    one.child.kill("SIGCONT");
    await one.untilSaid(/ended\n(?:.*\n)*waiting/);
    expect(await rowsOf("stopped", "fence 1")).toBe(written);
    expect(written).toBeGreaterThan(0);
    // The one that holds it ends in order: the other one has it without waiting for its end.
    two.child.kill("SIGTERM");
    await one.untilSaid(/ended\n(?:.*\n)*waiting\n(?:.*\n)*holds \d+\nwrote/);
    one.child.kill("SIGTERM");
  });

  test("a process that is stopped in the very act of a write does this one when it wakes, and no more", async () => {
    const { one, two, written } = await stoppedAndReplaced("within", "within");
    one.child.kill("SIGCONT");
    await one.untilSaid(/ended\n(?:.*\n)*waiting/);
    expect(await rowsOf("within", "fence 1")).toBe(written + 1);
    for (const { child } of [one, two]) child.kill("SIGTERM");
  });

  /** `written`: by the first one, once the second one holds the lease and writes. */
  async function stoppedAndReplaced(name: string, stopsAt: "between" | "within") {
    const one = holder(name, stopsAt);
    await one.untilSaid(/wrote/);
    const two = holder(name);
    await two.untilSaid(/waiting/);
    one.child.kill("SIGUSR2");
    await one.untilSaid(/stops/);
    await two.untilSaid(/holds \d+\nwrote/);
    return { one, two, written: await rowsOf(name, "fence 1") };
  }

  function holder(name: string, stopsAt = ""): { child: ChildProcess; untilSaid: (words: RegExp) => Promise<void> } {
    const child = spawn(process.execPath, [
      path.join(import.meta.dirname, "lease-holder.ts"),
      `${server.url}/leases`,
      String(leaseMs),
      name,
      stopsAt,
    ]);
    children.push(child);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    return { child, untilSaid: (words) => expect.poll(() => said, { timeout: 90_000, interval: 20 }).toMatch(words) };
  }

  async function rowsOf(name: string, version: string): Promise<number> {
    const sql = `SELECT toUInt32(count()) AS rows FROM detection_checkpoints WHERE version = '${name} ${version}'`;
    const text = Buffer.from(await store.queryText(sql, "JSONEachRow")).toString();
    return (JSON.parse(text) as { rows: number }).rows;
  }
});
