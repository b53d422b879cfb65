// The control of the ingest benchmark: DuckDB reads the same files into a table with the same columns, raw included. It only
// loads: no identity rules, no redaction, no folding of repeats, no baselines. Run as a process of its own:
//   node bench/duckdb-control.ts FOLDER DATABASE-FILE
// One call of json_extract_string for all paths was the fastest of the ways tried (a typed STRUCT took a quarter longer).
import { rmSync, statSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const textPaths: Readonly<Record<string, string>> = {
  event_uid: "$.eventID",
  shared_event_uid: "$.sharedEventID",
  account_uid: "$.recipientAccountId",
  region: "$.awsRegion",
  identity_uid: "$.userIdentity.sessionContext.sessionIssuer.arn",
  caller_arn: "$.userIdentity.arn",
  identity_name: "$.userIdentity.sessionContext.sessionIssuer.userName",
  identity_alias: "$.userIdentity.sessionContext.sessionIssuer.principalId",
  principal_type: "$.userIdentity.type",
  session_name: "$.userIdentity.principalId",
  credential_uid: "$.userIdentity.accessKeyId",
  credential_issued_at: "$.userIdentity.sessionContext.attributes.creationDate",
  issuer_uid: "$.userIdentity.sessionContext.webIdFederationData.federatedProvider",
  source_identity: "$.userIdentity.sessionContext.sourceIdentity",
  issued_credential_uid: "$.responseElements.credentials.accessKeyId",
  target_identity_uid: "$.requestParameters.roleArn",
  service: "$.eventSource",
  action: "$.eventName",
  activity: "$.readOnly",
  src_ip: "$.sourceIPAddress",
  user_agent: "$.userAgent",
  error_code: "$.errorCode",
  error_message: "$.errorMessage",
  request_uid: "$.requestID",
};

const listPaths: Readonly<Record<string, string>> = {
  resource_types: "$.resources[*].type",
  resource_uids: "$.resources[*].ARN",
  resource_accounts: "$.resources[*].accountId",
};

function loadStatement(folder: string): string {
  const paths = ["$.eventTime", ...Object.values(textPaths)].map((path) => `'${path}'`).join(", ");
  const texts = Object.keys(textPaths).map((name, index) => `fields[${index + 2}] AS ${name}`);
  const lists = Object.entries(listPaths).map(([name, path]) => `json_extract_string(record, '${path}') AS ${name}`);
  return `CREATE TABLE actions AS
    SELECT CAST(fields[1] AS TIMESTAMP) AS "time", ${[...texts, ...lists].join(", ")}, CAST(record AS VARCHAR) AS raw
    FROM (SELECT record, json_extract_string(record, [${paths}]) AS fields FROM (
      SELECT unnest(Records) AS record
      FROM read_json('${folder}/**/*.json.gz', columns = {Records: 'JSON[]'}, format = 'unstructured', maximum_object_size = 268435456)))`;
}

const [folder = "", database = ""] = process.argv.slice(2);
rmSync(database, { force: true });
const connection = await (await DuckDBInstance.create(database)).connect();
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
await connection.run(loadStatement(folder));
await connection.run("CHECKPOINT");
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAt) / 1000;
const rows = Number((await connection.runAndReadAll("SELECT count(*) FROM actions")).getRows()[0]?.[0]);
console.log(
  JSON.stringify({
    rows,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    diskBytes: statSync(database).size,
  }),
);
