// The configuration file as a schema: what may stand in it, for checking it, for `config schema` and for the documents.
// It stands apart from config.ts because this is what users write, and that is what the program works with.
import { isIP } from "node:net";
import { z } from "zod";
import { sourceTypes } from "../ingest/sources/registry.ts";
import { sources as formats } from "../model/identity-action.ts";
import { alertsSchema } from "./alert-config.ts";
import { detectionSchema } from "./detection-config.ts";
import { httpSchema } from "./http-config.ts";

const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1 to 64 letters, digits, '.', '_' or '-'");
const nonEmpty = z.string().min(1, "must not be empty");
/** 32 bytes, as normalize/redaction/redaction-key.ts reads them. */
export const redactionKeyForm = /^[0-9a-fA-F]{64}$/;
export const redactionKeySentence = "must be 64 hexadecimal digits: make one with `openssl rand -hex 32`";
const file = nonEmpty.describe("Path of a file; relative paths count from the configuration file.");

const clusterOfStoreSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, "must be the name of a cluster in the servers' remote_servers")
    .describe("Name of the cluster in the servers' configuration (remote_servers)."),
  replicated: z.boolean().default(true).describe("Tables are Replicated: the servers need Keeper and the macros shard and replica. Default: true."),
  ddl: z
    .enum(["on-cluster", "each-node"])
    .default("on-cluster")
    .describe(
      "on-cluster: the schema is made everywhere by one server, which needs Keeper. each-node: every server is migrated by itself (docs/scaling.md).",
    ),
});

const storeSchema = z.strictObject({
  location: nonEmpty
    .optional()
    .describe("Folder of an embedded store, or http(s)://host:port/database of a ClickHouse server. Default: a folder in the user's data directory."),
  user: nonEmpty.optional().describe("User on the ClickHouse server. Default: default."),
  password: z.string().optional().describe("Password on the ClickHouse server. Better in MACHINETRAIL_STORE_PASSWORD, or in a file."),
  password_file: file.optional().describe("File that holds the password."),
  cluster: clusterOfStoreSchema
    .optional()
    .describe("The server is one of a cluster, over whose shards rows are spread by identity: docs/scaling.md."),
});

const redactionSchema = z.strictObject({
  key: z
    .string()
    .regex(redactionKeyForm, redactionKeySentence)
    .optional()
    .describe(
      "Key of the digests that stand for redacted secrets. Better in MACHINETRAIL_REDACTION_KEY, or in a file. Default: made once and kept beside the store.",
    ),
  key_file: file.optional().describe("File that holds the key."),
});

const networkRangeSchema = z.strictObject({
  range: z.string().refine(isCidr, "must be a network such as 10.0.0.0/8 or 2001:db8::/32").describe("Network, in CIDR form."),
  kind: z
    .string()
    .regex(/^(private|provider-service|internet|cloud:[a-z0-9][a-z0-9-]{0,31})$/, "must be private, provider-service, internet or cloud:<name>")
    .describe("Network class of its addresses: private, provider-service, internet or cloud:<name>."),
});

const clusterSchema = z.strictObject({
  name: identifier.describe("Name of the cluster, as in account_uid of its records."),
  oidc_issuer: z
    .string()
    .regex(/^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, "must be the cluster's issuer, such as https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE")
    .describe("Issuer of its service-account tokens: joins a cloud role's session to the pod's service account."),
});

const idOfSource = identifier.describe("Unique name; stored with what was read, and with where to resume.");

const accountOfSource = nonEmpty
  .optional()
  .describe("Account, subscription, project or cluster of this source's records that do not name their own; goes before the one of all.");

const formatOfSource = z
  .enum(formats, { error: `must be one of: ${formats.join(", ")}` })
  .optional()
  .describe("The one log that this source takes; records of another go to quarantine. Default: any, found by the shape of each record.");

/** One for each kind of source; all of the settings stand beside what every source has. */
const [firstSource, ...otherSources] = sourceTypes.map(({ type, description, settings }) =>
  z.strictObject({
    id: idOfSource,
    type: z.literal(type).describe(description),
    default_account: accountOfSource,
    format: formatOfSource,
    ...settings.shape,
  }),
);
if (firstSource === undefined) throw new Error("no kind of source is registered");
const sourceSchema = z.discriminatedUnion("type", [firstSource, ...otherSources], {
  error: (issue) => (issue.code === "invalid_union" ? `must be one of: ${sourceTypes.map(({ type }) => type).join(", ")}` : undefined),
});

const ingestSchema = z.strictObject({
  workers: z
    .int()
    .min(1, "must be 1 to 64")
    .max(64, "must be 1 to 64")
    .optional()
    .describe("Threads that parse and encode. Default: by the number of cores."),
});

export const configFileSchema = z
  .strictObject({
    store: storeSchema.optional().describe("Where actions are kept."),
    redaction: redactionSchema.optional().describe("How secrets are replaced before anything is stored."),
    network: z
      .strictObject({ ranges: z.array(networkRangeSchema).default([]).describe("Networks with a class of their own; the narrowest decides.") })
      .optional()
      .describe("What the operator knows of addresses."),
    kubernetes: z
      .strictObject({ clusters: z.array(clusterSchema).default([]).describe("Known clusters.") })
      .optional()
      .describe("What the operator knows of clusters."),
    default_account: nonEmpty.optional().describe("Account, subscription, project or cluster of records that do not name their own."),
    sources: z
      .array(sourceSchema)
      .default([])
      .describe("Where records come from: `machinetrail serve` reads all of them, `machinetrail scan` without paths the files."),
    ingest: ingestSchema.optional().describe("Limits of reading."),
    http: httpSchema.optional().describe("The server of `serve`: what is pushed to it, and what it says of itself."),
    detection: detectionSchema.optional().describe("How many findings, of what, of whom. Its defaults need no change on the first day."),
    alerts: alertsSchema.optional().describe("Who is told of findings: docs/alerts.md. Nobody, where there is none."),
  })
  .describe("machinetrail's configuration");

export type ConfigFile = z.infer<typeof configFileSchema>;

function isCidr(text: string): boolean {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const version = isIP(address);
  return rest.length === 0 && version !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
