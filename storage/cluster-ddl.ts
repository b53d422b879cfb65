// The schema on a ClickHouse cluster, made of the same migrations: each table becomes one that holds rows on each shard (`<table>_local`, replicated where
// the cluster has replicas), and a Distributed one of the old name over all of them, which questions and inserts go on to use. Views stand on the
// rows of their own shard. It stands apart from the engine because text becomes text here, which a test can read.
import { PermanentError } from "../model/errors.ts";

export interface Cluster {
  /** As in the servers' `remote_servers`. */
  readonly name: string;
  /** Engines are Replicated: the servers need Keeper, and the macros `shard` and `replica`. */
  readonly isReplicated: boolean;
  /** on-cluster: one server tells all. each-node: every server is migrated by itself, for clusters without Keeper. */
  readonly ddl: "on-cluster" | "each-node";
}

/**
 * What a row goes to a shard by: all that merges has to meet there. What an identity did lies together, and so does what views make of it. Rows of one
 * finding go out together, and a lease is one shard's to give.
 */
export const shardingColumns: Readonly<Record<string, readonly string[]>> = {
  actions: ["identity_uid"],
  records: ["identity_uid"],
  identities: ["identity_uid"],
  credentials: ["identity_uid"],
  lineage: ["subject_uid"],
  behaviour: ["identity_uid"],
  activity_hourly: ["identity_uid"],
  completions: ["event_uid"],
  quarantine: ["source_id", "origin"],
  cursors: ["source_id", "partition"],
  findings: ["finding_uid"],
  finding_states: ["finding_uid"],
  detection_checkpoints: ["version", "bucket"],
  deliveries: ["finding_uid"],
  alert_sinks: ["sink_id"],
  leases: ["name"],
  source_activity: ["source_id"],
  schema_migrations: ["version"],
};

/** The table that holds a shard's rows. */
export function localTable(table: string): string {
  return `${table}_local`;
}

/** One statement of a migration as the cluster runs it. @throws PermanentError for a form that the migrations do not use. */
export function clusterStatement(statement: string, cluster: Cluster): string {
  const everywhere = onCluster(cluster);
  const [head = "", verb = "", name = ""] = statementHead.exec(statement) ?? [];
  const rest = statement.slice(head.length);
  switch (verb) {
    case "CREATE TABLE IF NOT EXISTS":
      return `${verb} ${localTable(name)}${everywhere}${replicated(rest, name, cluster)}`;
    case "ALTER TABLE":
      return `${verb} ${localTable(name)}${everywhere}${rest}`;
    case "DROP VIEW IF EXISTS":
      return `${verb} ${name}${everywhere}${rest}`;
    case "CREATE MATERIALIZED VIEW IF NOT EXISTS":
      return `${verb} ${name}${everywhere}${ofShard(rest)}`;
    default:
      throw new PermanentError(`a cluster does not know this statement of a migration: ${statement.slice(0, 80)}`);
  }
}

/** Tables that statements make, in order. */
export function madeTables(statements: readonly string[]): string[] {
  return statements.flatMap((statement) => {
    const [, verb, name] = statementHead.exec(statement) ?? [];
    return verb === "CREATE TABLE IF NOT EXISTS" && name !== undefined ? [name] : [];
  });
}

/** The table over all shards, made anew when the columns changed: it holds nothing. */
export function distributedTable(table: string, cluster: Cluster): string {
  const columns = shardingColumns[table];
  if (columns === undefined) throw new PermanentError(`the table ${table} has no columns to be sharded by`);
  const local = localTable(table);
  return `CREATE OR REPLACE TABLE ${table}${onCluster(cluster)} AS ${local} ENGINE = Distributed('${cluster.name}', currentDatabase(), '${local}', cityHash64(${columns.join(", ")}))`;
}

export function onCluster({ name, ddl }: Cluster): string {
  return ddl === "on-cluster" ? ` ON CLUSTER '${name}'` : "";
}

const statementHead = /^(CREATE TABLE IF NOT EXISTS|ALTER TABLE|DROP VIEW IF EXISTS|CREATE MATERIALIZED VIEW IF NOT EXISTS) (\w+)/;
const engine = /^ENGINE = (\w*MergeTree)(?:\((\w+)\))?$/m;

/** Both macros are the servers' own. The path holds the database, so that two stores may share a cluster. */
function replicated(rest: string, table: string, { isReplicated }: Cluster): string {
  if (!isReplicated) return rest;
  const path = `'/clickhouse/tables/{shard}/{database}/${table}', '{replica}'`;
  return rest.replace(
    engine,
    (_, kind: string, version?: string) => `ENGINE = Replicated${kind}(${path}${version === undefined ? "" : `, ${version}`})`,
  );
}

/** A view reads what came to its own shard and writes beside it; columns are still named after `actions`. */
function ofShard(rest: string): string {
  return rest
    .replace(/^ TO (\w+) AS/, (_, table: string) => ` TO ${localTable(table)} AS`)
    .replaceAll(/\bFROM actions\b/g, `FROM ${localTable("actions")} AS actions`);
}
