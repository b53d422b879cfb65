// Two real ClickHouse servers that know each other as the shards of one cluster, and stores over both. What needs Keeper (replicas, ON CLUSTER) cannot
// run without an interserver port, which these servers have not.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Cluster } from "../../storage/cluster-ddl.ts";
import { openServerStore } from "../../storage/engines/server.ts";
import type { Store } from "../../storage/store.ts";
import { type ClickHouseServer, startClickHouseServer } from "./clickhouse-server.ts";
import { freePorts } from "./free-port.ts";

export const twoShards: Cluster = { name: "machinetrail", isReplicated: false, ddl: "each-node" };

export class ClickHouseCluster {
  readonly #servers: readonly ClickHouseServer[];

  private constructor(servers: readonly ClickHouseServer[]) {
    this.#servers = servers;
  }

  static async start(folder: string): Promise<ClickHouseCluster> {
    mkdirSync(folder, { recursive: true });
    const ports = await freePorts(2);
    const shards = ports.map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`).join("");
    const configFile = path.join(folder, "cluster.xml");
    writeFileSync(configFile, `<clickhouse><remote_servers><${twoShards.name}>${shards}</${twoShards.name}></remote_servers></clickhouse>\n`);
    const servers: ClickHouseServer[] = [];
    for (const tcpPort of ports) servers.push(await startClickHouseServer(path.join(folder, String(tcpPort)), { configFile, tcpPort }));
    return new ClickHouseCluster(servers);
  }

  /** Of one database, as each of the servers has it. */
  urls(database: string): string[] {
    return this.#servers.map(({ url }) => `${url}/${database}`);
  }

  /** Each server migrated by itself; the store is asked of the first one. */
  async open(database: string): Promise<Store> {
    const [first, ...others] = await Promise.all(this.urls(database).map((url) => openServerStore(url, { cluster: twoShards })));
    if (first === undefined) throw new Error("a cluster has servers");
    for (const store of [first, ...others]) await store.migrate();
    for (const store of others) await store.close();
    return first;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.stop();
  }
}

/** Any SQL in a database of one of the servers, past the store's port; returns what it answers. */
export async function runOnServer(location: string, sql: string): Promise<string> {
  const { origin, pathname } = new URL(location);
  const response = await fetch(`${origin}/?database=${pathname.slice(1)}`, { method: "POST", body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
