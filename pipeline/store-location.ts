// Where a store is, as --store, MACHINETRAIL_STORE and the configuration name it: a folder, or a ClickHouse server's URL.
import { homedir } from "node:os";
import path from "node:path";
import { ConfigError } from "../model/errors.ts";
import type { Cluster } from "../storage/cluster-ddl.ts";

export type StoreLocation =
  | { readonly kind: "embedded"; readonly folder: string }
  | {
      readonly kind: "server" /** Without user and password. */;
      readonly url: string;
      readonly database: string;
      readonly user: string;
      readonly password: string;
      readonly cluster?: Cluster | undefined;
    };

/** A folder or a URL, as --store and `store.location` take it. @throws ConfigError when it is neither. */
export function parseStoreLocation(
  text: string,
  folder: string,
  credentials: { user?: string | undefined; password?: string | undefined } = {},
  cluster?: Cluster,
): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && cluster !== undefined)
    throw new ConfigError("must be the URL of one of the cluster's servers, since store.cluster is set");
  if (scheme === undefined) return { kind: "embedded", folder: path.resolve(folder, text.replace(/^~(?=$|\/)/, homedir())) };
  if (scheme !== "http" && scheme !== "https")
    throw new ConfigError(`must be a folder, or a URL that starts with http:// or https:// (not ${scheme}://)`);
  if (!URL.canParse(text)) throw new ConfigError("is no valid URL; write http://host:8123/database");
  const url = new URL(text);
  const database = decodeURIComponent(url.pathname.replace(/^\/|\/$/g, "")) || "machinetrail";
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(database))
    throw new ConfigError("names a database with other characters than letters, digits and _; write http://host:8123/database");
  return {
    kind: "server",
    url: `${url.protocol}//${url.host}`,
    database,
    user: decodeURIComponent(url.username) || (credentials.user ?? "default"),
    password: decodeURIComponent(url.password) || (credentials.password ?? ""),
    ...(cluster !== undefined && { cluster }),
  };
}

/** For messages: no user, no password. */
export function describeStoreLocation(location: StoreLocation): string {
  return location.kind === "embedded" ? location.folder : `${location.url}/${location.database}`;
}
