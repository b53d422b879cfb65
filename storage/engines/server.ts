// ClickHouse as a server, over HTTP. The same calls, schema and questions as the embedded engine; what differs is how bytes
// travel and which failures a network adds.
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, type ClickHouseSettings, createClient } from "@clickhouse/client";
import { ConfigError, PermanentError, TransientError } from "../../model/errors.ts";
import type { Query } from "../../model/query.ts";
import { analystError, analystSettings, readingStatement } from "../analyst-sql.ts";
import { actionBlockColumns, recordBlockColumns } from "../block-columns.ts";
import { type Cluster, onCluster } from "../cluster-ddl.ts";
import { engineError } from "../engine-errors.ts";
import { insertSettings } from "../insert-settings.ts";
import { migrate } from "../migrations.ts";
import { rowLines } from "../row-lines.ts";
import type { ArrowBlock, OutputFormat, RowTable, Store } from "../store.ts";

export interface ServerStoreOptions {
  /** Replaces a password in the URL: a URL ends up in process lists and shell histories. */
  readonly password?: string;
  readonly requestTimeoutMs?: number;
  /** The server is one of a cluster, whose shards share the rows. */
  readonly cluster?: Cluster | undefined;
}

/** An insert is durable where it belongs before it is answered, on most of the replicas; what is asked of all shards is sent to all of them once. */
function clusterSettings({ cluster }: ServerStoreOptions): ClickHouseSettings {
  if (cluster === undefined) return {};
  return {
    insert_distributed_sync: 1,
    distributed_product_mode: "global",
    optimize_skip_unused_shards: 1,
    // Shards would be trusted to have answered for all rows of a key: those of an outer join have it on none, or on each.
    optimize_distributed_group_by_sharding_key: 0,

    ...(cluster.isReplicated && { insert_quorum: "auto" }),
  };
}

const defaultRequestTimeoutMs = 300_000;
const defaultDatabase = "machinetrail";

/** Nothing is answered before it is durable. */
const confirmedInsertSettings: ClickHouseSettings = { async_insert: 0, wait_end_of_query: 1, ...asTexts(insertSettings) };

const querySettings = { output_format_json_quote_64bit_integers: 0 } as const;

/**
 * `url`: http(s)://user:password@host:port/database. Makes the database where the user may.
 * @throws ConfigError when the URL, the host, the user or the password is wrong; TransientError when nothing answers.
 */
export async function openServerStore(url: string, options: ServerStoreOptions = {}): Promise<Store> {
  const target = readUrl(url);
  const store = new ServerStore(target, options);
  await store.createDatabase(target, options);
  return store;
}

interface ServerTarget {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly isLoopback: boolean;
}

function connect(target: ServerTarget, options: ServerStoreOptions, database: string): ClickHouseClient {
  return createClient({
    url: target.origin,
    database,
    username: target.username,
    password: options.password ?? target.password,
    application: "machinetrail",
    clickhouse_settings: clusterSettings(options),
    use_multipart_params_auto: true,
    // Our own signal ends a request, so that the cause is known; the client's limit must not come first.
    request_timeout: (options.requestTimeoutMs ?? defaultRequestTimeoutMs) * 2,
    compression: { request: target.isLoopback ? false : { codec: "zstd" }, response: !target.isLoopback },
    log: { level: ClickHouseLogLevel.OFF },
  });
}

class ServerStore implements Store {
  readonly location: string;
  readonly #client: ClickHouseClient;
  readonly #requestTimeoutMs: number;
  readonly #cluster: Cluster | undefined;

  constructor(target: ServerTarget, options: ServerStoreOptions) {
    this.location = `${target.origin}/${target.database}`;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? defaultRequestTimeoutMs;
    this.#cluster = options.cluster;
    this.#client = connect(target, options, target.database);
  }

  /** By a client of its own: a request that names a database is refused until that database exists. */
  async createDatabase(target: ServerTarget, options: ServerStoreOptions): Promise<void> {
    const client = connect(target, options, "default");
    try {
      const everywhere = options.cluster === undefined ? "" : onCluster(options.cluster);
      const query = `CREATE DATABASE IF NOT EXISTS {database:Identifier}${everywhere}`;
      await this.#run((abort_signal) => client.command({ query, query_params: { database: target.database }, abort_signal }));
    } catch (error) {
      // A user without the right to make databases is fine where someone else has made it: the next call finds out.
      const { code } = (error as Error).cause as { code?: string };
      if (code !== "497" && code !== "164") throw error;
    } finally {
      await client.close();
    }
  }

  async migrate(): Promise<void> {
    await migrate({
      location: this.location,
      command: (sql) => this.#command(sql),
      cluster: this.#cluster,
      appliedVersion: async (table) => Number(Buffer.from(await this.#read(`SELECT max(version) FROM ${table}`, { default_format: "TSV" }))),
    });
  }

  async insertActions(block: ArrowBlock): Promise<void> {
    await this.#insertBlock("actions", actionBlockColumns, block);
  }

  async insertRecords(block: ArrowBlock): Promise<void> {
    await this.#insertBlock("records", recordBlockColumns, block);
  }

  async insertRows(table: RowTable, rows: readonly object[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#insert(`INSERT INTO ${table} FORMAT JSONEachRow`, [rowLines(rows)]);
  }

  async query<Parameters, Row>(query: Query<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    const query_params = query.parameters.parse(parameters) as Record<string, unknown>;
    const text = await this.#run(async (abort_signal) => {
      const call = { query: query.sql, query_params, clickhouse_settings: querySettings, abort_signal };
      const result = await this.#client.query({ ...call, format: "JSONEachRow" });
      return result.text();
    });
    const lines = text.split("\n");
    return lines.filter((line) => line !== "").map((line) => query.row.parse(JSON.parse(line)));
  }

  async queryText(sql: string, format: OutputFormat): Promise<Uint8Array> {
    try {
      const statement = await readingStatement(sql, async (text) => Buffer.from(await this.#read(text, { default_format: "TSVRaw" })).toString());
      return await this.#read(statement, { ...analystSettings, ...querySettings, default_format: format });
    } catch (error) {
      throw analystError(error);
    }
  }

  async compact(): Promise<void> {
    const names = await this.#read("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'", {
      default_format: "TSV",
    });
    for (const table of Buffer.from(names).toString().split("\n").filter(Boolean)) await this.#command(`OPTIMIZE TABLE ${table} FINAL`);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #command(query: string): Promise<void> {
    await this.#run((abort_signal) => this.#client.command({ query, abort_signal }));
  }

  async #insertBlock(table: string, columns: readonly string[], { rows, chunks }: ArrowBlock): Promise<void> {
    if (rows > 0) await this.#insert(`INSERT INTO ${table} (${columns.join(", ")}) FORMAT ArrowStream`, chunks);
  }

  async #insert(query: string, chunks: readonly Uint8Array[]): Promise<void> {
    await this.#run(async (abort_signal) => {
      const values = Readable.from(buffersOf(chunks), { objectMode: false });
      const { stream } = await this.#client.exec({ query, values, clickhouse_settings: confirmedInsertSettings, abort_signal });
      await finished(stream.resume());
    });
  }

  async #read(query: string, settings: Readonly<Record<string, string | number>>): Promise<Uint8Array> {
    return this.#run(async (abort_signal) => {
      const clickhouse_settings = { wait_end_of_query: 1 as const, ...settings };
      const { stream } = await this.#client.exec({ query, clickhouse_settings, abort_signal });
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks);
    });
  }

  async #run<Result>(call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const signal = AbortSignal.timeout(this.#requestTimeoutMs);
    try {
      return await call(signal);
    } catch (cause) {
      if (signal.aborted) throw new TransientError(`store ${this.location}: no answer within ${this.#requestTimeoutMs / 1000} s`, { cause });
      if (cause instanceof ClickHouseError) throw engineError(Number(cause.code), cause.message, this.location, cause);
      throw networkError(cause, this.location);
    }
  }
}

/** Settings travel as text; 64-bit ones are typed so. */
function asTexts(settings: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}

function* buffersOf(chunks: readonly Uint8Array[]): Generator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** What the system says before ClickHouse has a word: names that do not resolve and certificates are the operator's to mend. */
function networkError(cause: unknown, location: string): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOTFOUND") {
    return new ConfigError(`store ${location}: no host of this name is known; check the store's URL (--store)`, { cause });
  }
  if (code?.startsWith("CERT_") || code?.startsWith("ERR_TLS_") || code?.includes("SELF_SIGNED") || code?.startsWith("UNABLE_TO_")) {
    return new ConfigError(`store ${location}: its certificate is not trusted (${code}); add its authority with NODE_EXTRA_CA_CERTS`, { cause });
  }
  // An answer that is not ClickHouse's (a proxy, a wrong port, a refused form field) will be the same again.
  if (code === undefined) return new PermanentError(`store ${location}: ${message.trim()}`, { cause });
  const remedy = code === "ECONNREFUSED" ? "; start the server, or check host and port in the store's URL (--store)" : "";
  return new TransientError(`store ${location}: the connection failed (${code})${remedy}`, { cause });
}

function readUrl(text: string): ServerTarget {
  const form = "http(s)://user:password@host:port/database";
  if (!URL.canParse(text)) throw new ConfigError(`--store: not a URL; write ${form}`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ConfigError(
      `--store: the scheme ${url.protocol.slice(0, -1)} is not spoken here; write ${form} (ClickHouse's HTTP port, 8123 or 8443)`,
    );
  }
  if (url.search !== "") throw new ConfigError(`--store: settings in the URL are not read; write ${form}`);
  return {
    origin: url.origin,
    username: url.username === "" ? "default" : decoded(url.username, form),
    password: decoded(url.password, form),
    database: decoded(url.pathname.slice(1), form) || defaultDatabase,
    isLoopback: /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname),
  };
}

function decoded(text: string, form: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(`--store: a % in user, password or database is written %25; write ${form}`);
  }
}
