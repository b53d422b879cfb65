// The only file that knows every implementation: which store a location means, and what a configuration means for reading.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRedactionKey } from "../normalize/redaction/redaction-key.ts";
import { openEmbeddedStore } from "../storage/engines/embedded.ts";
import { openServerStore } from "../storage/engines/server.ts";
import type { Store } from "../storage/store.ts";
import type { Config } from "./config.ts";
import type { RecordSettings } from "./ingest-messages.ts";
import type { StoreLocation } from "./store-location.ts";

/**
 * Opened and migrated.
 * @throws ConfigError when the store cannot be opened, is in use by another process, or was written by a newer version.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const store =
    location.kind === "embedded"
      ? await openEmbeddedStore(location.folder)
      : await openServerStore(serverUrl(location), { password: location.password });
  try {
    await store.migrate();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
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
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${createRedactionKey()}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}
