// The query benchmark: questions of an analyst over a store of many rows, filled by the engine itself with rows in the shape of
// the ingest benchmark's. Latencies in milliseconds, as the command line's own store would answer.
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { openStore } from "../pipeline/build.ts";
import { scanBlocks } from "../pipeline/pending-blocks.ts";
import { readTimeline } from "../pipeline/read-timeline.ts";
import { whoResource } from "../queries/who-resource.ts";
import { EmbeddedSession } from "../storage/engines/embedded-session.ts";
import { machineLine } from "./machine.ts";
import { seededRandom } from "./random.ts";

export interface QueryBenchOptions {
  readonly seed: number;
  readonly records: number;
  /** Outside the repository. */
  readonly folder: string;
}

const identities = 3000;
const blockRows = scanBlocks.actionRows;
const asked = 40;

/** One row in SQL, from its number: skewed over identities as estates are, with sessions, resources and times of 30 days. */
const row = `
  toDateTime64('2026-10-01 00:00:00', 3, 'UTC') + toIntervalMillisecond(intDiv(number * 2592000, {total:UInt64}) * 1000) AS time,
  time AS received_at,
  toString(generateUUIDv4(number)) AS event_uid,
  number AS version,
  'aws' AS provider,
  'aws-cloudtrail' AS source,
  toUInt64(3000 * pow(randCanonical(number), 3)) AS identity,
  concat('arn:aws:iam::111122223333:role/service-', toString(identity)) AS identity_uid,
  concat('service-', toString(identity)) AS identity_name,
  'iam-role' AS principal_type,
  'ec2-instance' AS workload_type,
  true AS is_machine,
  concat('ASIA', hex(sipHash64(identity, intDiv(number, 50000)))) AS credential_uid,
  'sts-session' AS credential_type,
  'short-lived' AS credential_lifetime,
  ['s3', 'ec2', 'kms', 'sts'][rand(1) % 4 + 1] AS service,
  ['GetObject', 'DescribeInstances', 'Decrypt', 'AssumeRole'][rand(1) % 4 + 1] AS action,
  'read' AS activity,
  [concat('arn:aws:s3:::bucket-', toString(identity % 300), '/part-', toString(rand(2) % 2000))] AS resource_uids,
  resource_uids AS resource_patterns,
  if(rand(3) % 50 = 0, 'denied', 'success') AS outcome,
  concat('10.0.', toString(identity % 250), '.', toString(rand(4) % 250)) AS src_ip,
  'private' AS src_kind,
  'aws-sdk-java/2' AS agent_family,
  toString(generateUUIDv4(number + 1)) AS request_uid`;

const columns =
  "time, received_at, event_uid, version, provider, source, identity_uid, identity_name, principal_type, workload_type, is_machine, credential_uid, credential_type, credential_lifetime, service, action, activity, resource_uids, resource_patterns, outcome, src_ip, src_kind, agent_family, request_uid";

export async function benchQueries({ seed, records, folder }: QueryBenchOptions): Promise<void> {
  console.log(machineLine());
  const place = path.join(folder, `queries-${records}`);
  const isFilled = existsSync(place);
  mkdirSync(place, { recursive: true });
  const store = await openStore({ kind: "embedded", folder: place });
  if (!isFilled) await fill(place, records);
  console.log(`${records} rows in ${place}`);
  const random = seededRandom(seed);
  const skewed = () => Math.floor(random() ** 3 * identities);
  await measure("timeline of one identity", () => readTimeline(store, { identity_uid: `arn:aws:iam::111122223333:role/service-${skewed()}` }), 50);
  const resource = () => `arn:aws:s3:::bucket-${skewed() % 300}/part-${Math.floor(random() * 2000)}`;
  await measure("who touched a resource", () => store.query(whoResource, { resource_uid: resource() }), 200);
  await store.close();
}

async function fill(place: string, records: number): Promise<void> {
  const session = await EmbeddedSession.open(place);
  for (let first = 0; first < records; first += blockRows) {
    const count = Math.min(blockRows, records - first);
    const select = `SELECT ${columns} FROM (SELECT ${row.replaceAll("{total:UInt64}", String(records))} FROM (SELECT number + ${first} AS number FROM numbers(${count})))`;
    await session.run(`INSERT INTO actions (${columns}) ${select} SETTINGS optimize_on_insert = 0, max_insert_threads = 1`);
  }
  session.close();
}

async function measure(name: string, ask: () => Promise<readonly unknown[]>, targetMs: number | undefined): Promise<void> {
  const latenciesMs: number[] = [];
  let rows = 0;
  for (let count = 0; count < asked; count++) {
    const startedMs = performance.now();
    rows += (await ask()).length;
    latenciesMs.push(performance.now() - startedMs);
  }
  latenciesMs.sort((left, right) => left - right);
  const at = (share: number) => (latenciesMs[Math.min(asked - 1, Math.floor(asked * share))] ?? 0).toFixed(0);
  const target = targetMs === undefined ? "" : `, target p95 ${targetMs} ms`;
  console.log(
    `${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms over ${asked} questions, ${(rows / asked).toFixed(0)} rows each${target}`,
  );
}
