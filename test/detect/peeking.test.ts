// A detector sees what was received by the moment it is asked about, and nothing else. Detectors that look ahead on purpose, each in
// another way, show that the check has teeth; the truth beside the logs is out of reach of all that are registered.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { comparatorActions } from "../../bench/detection/evidence-store.ts";
import type { Alert, AlertSource, AsOfView, Moments } from "../../detect/alert-source.ts";
import { asOfView } from "../../detect/as-of-view.ts";
import { findPeeking } from "../../detect/peeking.ts";
import { PermanentError } from "../../model/errors.ts";
import { hourMs, roleCall, storeOf, type TemporaryStore } from "../bench/evidence.ts";
import { dayMs, startMs } from "../storage/action-rows.ts";

const moments: Moments = { fromMs: startMs, toMs: startMs + 4 * dayMs, stepMs: hourMs };
const cutMs = startMs + 2 * dayMs;
/** Two roles, every hour; of each sixth hour the records come half a day late. */
const rows = ["one", "two"].flatMap((role) =>
  Array.from({ length: 80 }, (_, hour) => {
    const timeMs = startMs + hour * hourMs + 60_000;
    return roleCall(role, timeMs, { src_ip: `10.0.0.${hour}` }, hour % 6 === 0 ? timeMs + 12 * hourMs : timeMs + 60_000);
  }),
);

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await storeOf(rows);
});
afterAll(() => temporary.close());

const row = z.strictObject({ as_of_ms: z.coerce.number(), identity: z.string(), score: z.coerce.number() });

/** Alerts from a statement that gives as_of_ms, identity, score. */
function detectorOf(id: string, sql: string): AlertSource {
  return {
    id,
    title: id,
    identityKey: "identity_uid",
    evaluate: async (view, { fromMs, toMs }) =>
      (await view.query({ name: id, sql, parameters: z.strictObject({}), row }, {}))
        .filter(({ as_of_ms }) => as_of_ms > fromMs && as_of_ms <= toMs)
        .map(({ as_of_ms, identity, score }) => alertOf(id, as_of_ms, identity, score)),
  };
}

function alertOf(detectorId: string, asOfMs: number, identity: string, score: number): Alert {
  return {
    detectorId,
    asOfMs,
    identity,
    identityUids: [identity],
    windowFromMs: asOfMs - hourMs,
    windowToMs: asOfMs,
    score,
    reason: "",
    eventUids: [],
  };
}

const check = (detector: AlertSource, source = comparatorActions) => findPeeking(detector, { store: temporary.store, source, moments, cutMs });
const hourOf = (column: string) => `intDiv(toUnixTimestamp64Milli(${column}) + 3599999, 3600000) * 3600000`;

describe("a detector that", () => {
  test("counts what was received by each hour is found honest, also over the table itself", async () => {
    const honest = detectorOf(
      "honest",
      `SELECT ${hourOf("received_at")} AS as_of_ms, identity_uid AS identity, count() AS score FROM seen_actions GROUP BY ALL`,
    );
    expect((await honest.evaluate(asOfView(temporary.store, moments.toMs), moments)).length).toBeGreaterThan(100);
    expect(await check(honest)).toBeUndefined();
    expect(await check(honest, "SELECT * EXCEPT raw FROM actions FINAL")).toBeUndefined();
  });

  test("takes the event's time for the reception is caught: late records show before they came", async () => {
    const early = detectorOf(
      "early",
      `SELECT ${hourOf("time")} AS as_of_ms, identity_uid AS identity, count() AS score FROM seen_actions GROUP BY ALL`,
    );
    expect(await check(early)).toBe("the range asked for");
  });

  test("compares with the mean of the whole range is caught", async () => {
    const sql = `SELECT ${hourOf("received_at")} AS as_of_ms, identity_uid AS identity, count() / any(total) AS score
      FROM (SELECT *, count() OVER () AS total FROM seen_actions) GROUP BY ALL`;
    expect(await check(detectorOf("total", sql))).toBe("the range asked for");
  });

  test("sees past the range it was asked for, where the view lets it, is caught by another future", async () => {
    const sql = `SELECT ${hourOf("received_at")} AS as_of_ms, identity_uid AS identity, uniqExact(next_address) AS score
      FROM (SELECT *, leadInFrame(src_ip) OVER (PARTITION BY identity_uid ORDER BY received_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_address
        FROM seen_actions) WHERE next_address LIKE '10.%' GROUP BY ALL`;
    expect(await check(detectorOf("lead", sql))).toBeDefined();
  });

  test("reacts to the existence of later rows only is caught", async () => {
    const sneaky: AlertSource = {
      ...detectorOf("sneaky", ""),
      evaluate: async (view, { toMs }) => {
        const counted = await view.query(
          {
            name: "count",
            sql: "SELECT count() AS rows FROM seen_actions",
            parameters: z.strictObject({}),
            row: z.strictObject({ rows: z.coerce.number() }),
          },
          {},
        );
        const rowsSeen = toMs === cutMs ? rows.length : (counted[0]?.rows ?? 0);
        return rowsSeen === rows.length ? [alertOf("sneaky", startMs + hourMs, "one", 1)] : [];
      },
    };
    expect(await check(sneaky)).toBe("rows received later being there");
  });

  test.each(["actions", "behaviour", "machinetrail.actions", "`activity_hourly`", "quarantine"])(
    "asks the table %s itself is refused",
    async (table) => {
      const direct = detectorOf("direct", `SELECT 0 AS as_of_ms, '' AS identity, 0 AS score FROM seen_actions JOIN ${table} AS later ON true`);
      await expect(direct.evaluate(asOfView(temporary.store, cutMs), moments)).rejects.toThrow(PermanentError);
    },
  );
});

test("a view shows each event once, up to its moment, with or without clauses and comments before the statement", async () => {
  const count = async (view: AsOfView, sql: string) =>
    (await view.query({ name: "count", sql, parameters: z.strictObject({}), row: z.strictObject({ rows: z.coerce.number() }) }, {}))[0]?.rows;
  const known = rows.filter(({ receivedAtMs }) => receivedAtMs <= cutMs).length;
  const view = asOfView(temporary.store, cutMs);
  expect(known).toBeLessThan(rows.length);
  expect(await count(view, "SELECT count() AS rows FROM seen_actions")).toBe(known);
  expect(await count(view, "-- FROM actions, no\nWITH one AS (SELECT * FROM seen_actions) SELECT count() AS rows FROM one")).toBe(known);
  await expect(count(view, "SELECT raw AS rows FROM seen_actions")).rejects.toThrow();
});

describe("the truth beside the logs", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-truth-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function answersWith(detector: AlertSource, truth: string): Promise<string> {
    for (const name of ["labels.jsonl", "estate.json"]) writeFileSync(path.join(folder, name), truth);
    return JSON.stringify(await detector.evaluate(asOfView(temporary.store, moments.toMs), moments));
  }

  test.each(["labels.jsonl", "estate.json"])(
    "altered changes the answers of a detector that reads %s: that is how one would be caught",
    async (name) => {
      const reader: AlertSource = {
        ...detectorOf("reader", ""),
        evaluate: async (_, { toMs }) => [alertOf("reader", toMs, readFileSync(path.join(folder, name), "utf8"), 1)],
      };
      expect(await answersWith(reader, "a")).not.toBe(await answersWith(reader, "b"));
    },
  );

  test("is named nowhere in the files of detectors and comparators, which open no file but their own statement", () => {
    const root = path.resolve(import.meta.dirname, "../..");
    const files = ["detect", "bench/comparators"].flatMap((below) =>
      readdirSync(path.join(root, below), { recursive: true, encoding: "utf8" }).map((name) => path.join(root, below, name)),
    );
    expect(files.length).toBeGreaterThan(15);
    for (const file of files.filter((name) => /\.(ts|sql)$/.test(name))) {
      const text = readFileSync(file, "utf8");
      expect(text, file).not.toMatch(/labels\.jsonl|estate\.json|lineage\.jsonl/);
      expect(text, file).not.toMatch(/\b(file|url|s3|executable|input)\s*\(\s*'/);
      if (!file.endsWith("bench/comparators/comparator.ts")) expect(text, file).not.toMatch(/node:(fs|child_process|http|https|net)|process\./);
    }
  });
});
