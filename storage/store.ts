// The port of the store: ClickHouse, embedded or as a server, behind one set of calls. engines/ holds the two implementations.
import type { Query } from "../model/query.ts";

/** Tables that are written row by row (small). `actions` and `records` are written in Arrow blocks only. */
export type RowTable =
  | "cursors"
  | "quarantine"
  | "completions"
  | "findings"
  | "finding_states"
  | "detection_checkpoints"
  | "leases"
  | "source_activity"
  | "deliveries"
  | "alert_sinks";

/** One Arrow IPC stream of rows of one table, in pieces that follow each other. */
export interface ArrowBlock {
  readonly rows: number;
  readonly chunks: readonly Uint8Array[];
}

export type OutputFormat = "JSONEachRow" | "JSON" | "CSVWithNames" | "ArrowStream";

export interface Store {
  /** For messages: the folder or the URL, without secrets. */
  readonly location: string;
  /**
   * Brings the schema to this program's version. Idempotent.
   * @throws ConfigError when the store was written by a newer version.
   */
  migrate(): Promise<void>;
  /**
   * Returns once the rows are durable. Writing the same block twice, in any order, leaves the same state.
   * @throws TransientError where the same call may succeed later (disk full, too many parts, connection lost).
   */
  insertActions(block: ArrowBlock): Promise<void>;
  /** As insertActions, for the records that the actions were made of. */
  insertRecords(block: ArrowBlock): Promise<void>;
  /** As insertActions, for the small tables: objects keyed by column. */
  insertRows(table: RowTable, rows: readonly object[]): Promise<void>;
  /** Runs a named question; parameters and rows are checked against its schemas. */
  query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
  /**
   * Runs an analyst's own SQL: reading statements over machinetrail's tables only, by allow-list; rows and time are capped.
   * @throws ConfigError naming what is not allowed.
   */
  queryText(sql: string, format: OutputFormat): Promise<Uint8Array>;
  /** Folds replaceable rows now (OPTIMIZE FINAL): for benchmarks and tests; nothing depends on it. */
  compact(): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
