// The store as of a moment, for detectors: two tables, bounded by reception, put in front of whatever they ask. It stands alone because
// that no detector sees the future rests on it.
import { z } from "zod";
import { PermanentError } from "../model/errors.ts";
import type { Query } from "../model/query.ts";
import { boundHeap } from "../runtime/collector.ts";
import type { AsOfView } from "./alert-source.ts";

/** What a view needs of a store. */
export interface QueryableStore {
  query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
}

/** Where the rows come from; `raw` is there in stores that were made before migration 16. Another source must have the same columns, one row an event: the benchmark makes one that is read faster. */
export const actionsOnce = "SELECT * EXCEPT raw FROM actions FINAL";

const storeTables =
  /\b(?:FROM|JOIN)\s+(?:\w+\s*\.\s*)?`?(?:actions|records|identities|credentials|lineage|behaviour|activity_hourly|completions|quarantine|cursors|detection_checkpoints|findings|finding_states|schema_migrations)\b/i;

const range = z.looseObject({ from_ms: z.number(), to_ms: z.number() });
const inRange =
  "received_at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Milli(least({to_ms:Int64}, {as_of_ms:Int64}), 'UTC')";

/** Rows with the identity and time of one of the range's rows, of those that happened when `when` says. Times are held against each other first: it is the cheapest. */
const alike = (when: string, part: string) => `
    SELECT identity_uid, time, event_uid, version FROM actions
    PREWHERE ${when}${part} AND time IN (SELECT time FROM actions WHERE ${inRange}${part} AND ${when})
    WHERE (identity_uid, time) IN (SELECT identity_uid, time FROM actions WHERE ${inRange}${part} AND ${when})`;

const lately = "fromUnixTimestamp64Milli({from_ms:Int64} - 3600000, 'UTC')";

/**
 * The same rows as those of `actionsOnce` in the range, found the other way round: rows that were received then, and of the rows with their
 * identities and times whether one has the same event and stays in their place. What came late is looked for by itself: of the many that did not,
 * the parts of before hold nothing, and of the few that did, a granule each; together every granule of those days would seem to hold something.
 * The keys of the range's rows are held in memory.
 */
const byKeys = (part: string) => `
  SELECT * EXCEPT raw FROM actions
  WHERE ${inRange}${part} AND (identity_uid, time, event_uid, version) IN (
    SELECT identity_uid, time, event_uid, max(version) FROM (${alike(`time >= ${lately}`, part)}
    UNION ALL ${alike(`time < ${lately}`, part)})
    GROUP BY identity_uid, time, event_uid)
  LIMIT 1 BY identity_uid, time, event_uid`;

/**
 * What lies in the range, in parts of about that weight; an identity's rows are not divided. A row weighs 1 (half a kilobyte while its key is
 * held), and each minute of reception and hour of the event of an identity 9 more, as it may be a row of the answer with lists of its own (4.5 kB).
 * Not among the questions: repeats that are not merged yet count, so that it has no answer but for the way of reading.
 */
const receivedParts: Query<
  { from_ms: number; to_ms: number; as_of_ms: number; weight_a_part: number },
  { first_uid: string; rows: number; rows_in_table: number }
> = {
  name: "received-parts",
  sql: `
    SELECT min(uid) AS first_uid, sum(rows) AS rows, (SELECT count() FROM actions) AS rows_in_table FROM (
      SELECT uid, rows, intDiv(sum(weight) OVER (ORDER BY uid) - weight, {weight_a_part:UInt64}) AS part FROM (
        SELECT toString(identity_uid) AS uid, count() AS rows, rows + 9 * uniq(toStartOfMinute(received_at), intDiv(toUnixTimestamp64Milli(time), 3600000)) AS weight
        FROM actions WHERE ${inRange} GROUP BY uid))
    GROUP BY part ORDER BY part`,
  parameters: z.strictObject({ from_ms: z.number(), to_ms: z.number(), as_of_ms: z.number(), weight_a_part: z.number() }),
  row: z.strictObject({ first_uid: z.string(), rows: z.number(), rows_in_table: z.number() }),
};

/** Of a question about what was received: some 60 MB and half a second, beside what one identity weighs. Much smaller parts read the same granules too often. */
const usualWeightAPart = 125_000;
/** A row of the range takes as long by its keys as so many rows of the table read whole (18 and 1.5 us of CPU, docs/performance.md). */
const rowsAKey = 12;

interface Asked {
  /** What stands in front of the question. */
  readonly tables: string;
  /** The parameters that it brings. */
  readonly bounds: object;
}

export function asOfView(store: QueryableStore, asOfMs: number, source: string = actionsOnce, weightAPart: number = usualWeightAPart): AsOfView {
  const seen = `seen_actions AS (SELECT * FROM (${source}) WHERE received_at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC'))`;
  const whole = (part: string) => `SELECT * FROM (${source}) WHERE ${inRange}${part}`;
  /** In the order of identities. */
  const received = async (parameters: object): Promise<Asked[]> => {
    const { from_ms, to_ms } = range.parse(parameters);
    const askedWith = (rows: string, bounds: object): Asked => ({ tables: `${seen}, received_actions AS (${rows})`, bounds });
    if (source !== actionsOnce) return [askedWith(whole(""), {})];
    const parts = await store.query(receivedParts, { from_ms, to_ms, as_of_ms: asOfMs, weight_a_part: weightAPart });
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    return parts.map(({ first_uid, rows_in_table }, place) => {
      const next = parts[place + 1]?.first_uid;
      const from = place === 0 ? "" : " AND identity_uid >= {part_from_uid:String}";
      const part = next === undefined ? from : `${from} AND identity_uid < {part_to_uid:String}`;
      return askedWith(rows * rowsAKey <= rows_in_table ? byKeys(part) : whole(part), { part_from_uid: first_uid, part_to_uid: next ?? "" });
    });
  };
  return {
    asOfMs,
    query: async <Parameters, Row>({ name, sql, parameters, row }: Query<Parameters, Row>, given: Parameters): Promise<Row[]> => {
      const bare = sql.replace(/--[^\n]*/g, "").trim();
      if (storeTables.test(bare)) throw new PermanentError(`query ${name}: a detector reads seen_actions or received_actions, no table of the store`);
      const checked = parameters.parse(given) as Record<string, unknown>;
      const answer: Row[] = [];
      for (const { tables, bounds } of /\breceived_actions\b/.test(bare) ? await received(checked) : [{ tables: seen, bounds: {} }]) {
        const bounded = /^WITH\s/i.test(bare) ? `WITH ${tables}, ${bare.slice(5)}` : `WITH ${tables} ${bare}`;
        const asked = { ...checked, ...bounds, as_of_ms: asOfMs };
        for (const each of await store.query({ name, sql: bounded, parameters: z.record(z.string(), z.unknown()), row }, asked)) answer.push(each);
        boundHeap();
      }
      return answer;
    },
  };
}
