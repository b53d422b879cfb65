// The only file that knows every implementation: which store a location means, and what a configuration means for reading.
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRedactionKey } from "../normalize/redaction/redaction-key.ts";
import { fileError } from "../storage/engine-errors.ts";
import { type Lending, lendStore } from "../storage/engines/lending.ts";
import { borrowStore } from "../storage/engines/lent-store.ts";
import type { Store } from "../storage/store.ts";
import type { Config } from "./config.ts";
import type { RecordSettings } from "./ingest-messages.ts";
import type { StoreLocation } from "./store-location.ts";

/**
 * Opened and migrated. An embedded store that `serve` has open is borrowed from it, where that will do.
 * @throws ConfigError when the store cannot be opened, is in use by another process, or was written by a newer version.
 */
export async function openStore(location: StoreLocation, { mayBorrow = true } = {}): Promise<Store> {
  const store = await open(location, mayBorrow);
  try {
    await store.migrate();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Engines are loaded where they are needed: a command that asks one waits for no other's libraries. */
async function open(location: StoreLocation, mayBorrow: boolean): Promise<Store> {
  if (location.kind === "server") {
    const { openServerStore } = await import("../storage/engines/server.ts");
    return openServerStore(serverUrl(location), { password: location.password, cluster: location.cluster });
  }
  const borrowed = mayBorrow ? await borrowStore(location.folder) : undefined;
  if (borrowed !== undefined) return borrowed;
  const { openEmbeddedStore } = await import("../storage/engines/embedded.ts");
  return openEmbeddedStore(location.folder);
}

/**
 * While `serve` has an embedded store open, other commands of the same user may ask it. Undefined for a server, which anybody may ask, and where
 * the folder's name is too long for a socket.
 */
export async function lend(store: Store, location: StoreLocation): Promise<Lending | undefined> {
  return location.kind === "embedded" ? lendStore(store) : undefined;
}

function serverUrl({ url, user, database }: Extract<StoreLocation, { kind: "server" }>): string {
  const withUser = new URL(`/${encodeURIComponent(database)}`, url);
  withUser.username = user;
  return withUser.href;
}

export function recordSettings(config: Config): RecordSettings {
  return {
    redactionKey: config.redactionKey ?? keptRedactionKey(config.dataFolder),
    networkRanges: config.networkRanges,
    clusters: config.clusters,
    defaultAccount: config.defaultAccount,
  };
}

/** One key for all runs of this user, so that equal secrets have equal digests; made on the first run, readable by the user only. */
function keptRedactionKey(dataFolder: string): string {
  const file = path.join(dataFolder, "redaction-key");
  if (!existsSync(file)) makeRedactionKey(dataFolder, file);
  return readFileSync(file, "utf8").trim();
}

/** Whole or not at all, whatever ends the process meanwhile; of two first runs at once, one makes it for both. */
function makeRedactionKey(dataFolder: string, file: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${createRedactionKey()}\n`, { mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileError(file, error);
  } finally {
    rmSync(draft, { force: true });
  }
}
