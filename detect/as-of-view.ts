// The store as of a moment, for detectors: one table, bounded by reception, put in front of whatever they ask. It stands alone because
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
const actionsOnce = "SELECT * EXCEPT raw FROM actions FINAL";

const storeTables =
  /\b(?:FROM|JOIN)\s+(?:\w+\s*\.\s*)?`?(?:actions|identities|credentials|lineage|behaviour|activity_hourly|completions|quarantine|cursors|schema_migrations)\b/i;

export function asOfView(store: QueryableStore, asOfMs: number, source: string = actionsOnce): AsOfView {
  const seen = `seen_actions AS (SELECT * FROM (${source}) WHERE received_at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC'))`;
  return {
    asOfMs,
    query: <Parameters, Row>({ name, sql, parameters, row }: Query<Parameters, Row>, given: Parameters): Promise<Row[]> => {
      const bare = sql.replace(/--[^\n]*/g, "").trim();
      if (storeTables.test(bare)) throw new PermanentError(`query ${name}: a detector reads seen_actions, no table of the store`);
      const bounded = /^WITH\s/i.test(bare) ? `WITH ${seen}, ${bare.slice(5)}` : `WITH ${seen} ${bare}`;
      return store.query(
        { name, sql: bounded, parameters: z.record(z.string(), z.unknown()), row },
        { ...(parameters.parse(given) as Record<string, unknown>), as_of_ms: asOfMs },
      );
    },
  };
}
