// The store as of a moment, for detectors: two tables, bounded by reception, put in front of whatever they ask. It stands alone because
// that no detector sees the future rests on it.
import { z } from "zod";
import { PermanentError } from "../model/errors.ts";
import type { Query } from "../model/query.ts";
import type { AsOfView } from "./alert-source.ts";

/** What a view needs of a store. */
export interface QueryableStore {
  query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

/** Where the rows come from. Another source must have the same columns, one row an event: the benchmark makes one that is read faster. */
export const actionsOnce = "SELECT * EXCEPT raw FROM actions FINAL";

const storeTables =
  /\b(?:FROM|JOIN)\s+(?:\w+\s*\.\s*)?`?(?:actions|identities|credentials|lineage|behaviour|activity_hourly|completions|quarantine|cursors|detection_checkpoints|findings|finding_states|schema_migrations)\b/i;

const range = z.looseObject({ from_ms: z.number(), to_ms: z.number() });
const inRange =
  "received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli(least({to_ms:Int64}, {as_of_ms:Int64}), 'UTC')";

/** Rows with the identity and time of one of the range's rows, of those that happened when `when` says. Times are held against each other first: it is the cheapest. */
const alike = (when: string) => `
    SELECT identity_uid, time, event_uid, version FROM actions
    PREWHERE ${when} AND time IN (SELECT time FROM actions WHERE ${inRange} AND ${when})
    WHERE (identity_uid, time) IN (SELECT identity_uid, time FROM actions WHERE ${inRange} AND ${when})`;

const lately = "fromUnixTimestamp64Milli({from_ms:Int64} - 3600000, 'UTC')";

/**
 * The same rows as those of `actionsOnce` in the range, found the other way round: rows that were received then, and of the rows with their
 * identities and times whether one has the same event and stays in their place. What came late is looked for by itself: of the many that did not,
 * the parts of before hold nothing, and of the few that did, a granule each; together every granule of those days would seem to hold something.
 * The keys of the range's rows are held in memory.
 */
const receivedOnce = `
  SELECT * EXCEPT raw FROM actions
  WHERE ${inRange} AND (identity_uid, time, event_uid, version) IN (
    SELECT identity_uid, time, event_uid, max(version) FROM (${alike(`time >= ${lately}`)}
    UNION ALL ${alike(`time < ${lately}`)})
    GROUP BY identity_uid, time, event_uid)
  LIMIT 1 BY identity_uid, time, event_uid`;

/** Not among the questions: repeats that are not merged yet count, so that it has no answer but for the way of reading. */
const receivedRows: Query<{ from_ms: number; to_ms: number; as_of_ms: number }, { rows: number }> = {
  name: "received-rows",
  sql: `SELECT toUInt64(count()) AS rows FROM actions WHERE ${inRange}`,
  parameters: z.strictObject({ from_ms: z.number(), to_ms: z.number(), as_of_ms: z.number() }),
  row: z.strictObject({ rows: z.number() }),
};

/** With more rows in the range, keys would take more than some hundred megabytes, and whoever asks for so much may wait for the whole table. */
const mostKeys = 500_000;

export function asOfView(store: QueryableStore, asOfMs: number, source: string = actionsOnce): AsOfView {
  const seen = `seen_actions AS (SELECT * FROM (${source}) WHERE received_at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC'))`;
  const received = async (parameters: object): Promise<string> => {
    const { from_ms, to_ms } = range.parse(parameters);
    const asked = source === actionsOnce ? await store.query(receivedRows, { from_ms, to_ms, as_of_ms: asOfMs }) : [];
    const isFew = asked.some(({ rows }) => rows <= mostKeys);
    return `received_actions AS (${isFew ? receivedOnce : `SELECT * FROM (${source}) WHERE ${inRange}`})`;
  };
  return {
    asOfMs,
    query: async <Parameters, Row>({ name, sql, parameters, row }: Query<Parameters, Row>, given: Parameters): Promise<Row[]> => {
      const bare = sql.replace(/--[^\n]*/g, "").trim();
      if (storeTables.test(bare)) throw new PermanentError(`query ${name}: a detector reads seen_actions or received_actions, no table of the store`);
      const checked = parameters.parse(given) as Record<string, unknown>;
      const tables = /\breceived_actions\b/.test(bare) ? `${seen}, ${await received(checked)}` : seen;
      const bounded = /^WITH\s/i.test(bare) ? `WITH ${tables}, ${bare.slice(5)}` : `WITH ${tables} ${bare}`;
      return store.query({ name, sql: bounded, parameters: z.record(z.string(), z.unknown()), row }, { ...checked, as_of_ms: asOfMs });
    },
  };
}
