// Brings a store's schema to this program's version: numbered .sql files, each idempotent, each applied once and noted.
import { readdirSync, readFileSync } from "node:fs";
import { ConfigError } from "../model/errors.ts";
import { type Cluster, clusterStatement, distributedTable, localTable, madeTables } from "./cluster-ddl.ts";

const folder = new URL("./migrations/", import.meta.url);

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** How an engine runs one statement, and reads the highest applied version (0 for an empty store). */
export interface MigrationTarget {
  readonly location: string;
  readonly cluster?: Cluster | undefined;
  command(sql: string): Promise<void>;
  appliedVersion(table: string): Promise<number>;
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS schema_migrations
(
    version    UInt32,
    name       String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree
ORDER BY version`;

export function readMigrations(): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => ({
    version: Number.parseInt(name, 10),
    name,
    statements: splitStatements(readFileSync(new URL(name, folder), "utf8")),
  }));
}

/** Version of the schema that this program brings. */
export function newestMigration(): number {
  return readMigrations().at(-1)?.version ?? 0;
}

/** A statement ends at a semicolon that ends its line; comment lines are left out, so that none starts with one. */
function splitStatements(sql: string): string[] {
  const withoutComments = sql
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n");
  return withoutComments
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** @throws ConfigError when a newer program has written this store. */
export async function migrate(target: MigrationTarget): Promise<void> {
  const { cluster } = target;
  const run = (statement: string) => target.command(cluster === undefined ? statement : clusterStatement(statement, cluster));
  await run(migrationsTable);
  // Where each server is migrated by itself, each notes it by itself.
  const noted = cluster?.ddl === "each-node" ? localTable("schema_migrations") : "schema_migrations";
  if (cluster?.ddl === "on-cluster") await target.command(distributedTable("schema_migrations", cluster));
  const applied = await target.appliedVersion(noted);
  const migrations = readMigrations();
  const newest = migrations.at(-1)?.version ?? 0;
  if (applied > newest) {
    throw new ConfigError(
      `the store ${target.location} has schema version ${applied}, this machinetrail knows ${newest}: upgrade machinetrail, or name another store with --store`,
    );
  }
  for (const { version, name, statements } of migrations) {
    if (version <= applied) continue;
    for (const statement of statements) await run(statement);
    await target.command(`INSERT INTO ${noted} (version, name) SELECT ${version}, '${name}'`);
  }
  if (cluster === undefined || applied === newest) return;
  const tables = madeTables([migrationsTable, ...migrations.flatMap(({ statements }) => statements)]);
  for (const table of tables) await target.command(distributedTable(table, cluster));
}
