// What every table holds, in one form whatever the order and number of deliveries: the measure of replay.
import { createHash } from "node:crypto";
import type { Store } from "../../storage/store.ts";

/** Left out: received_at, version and updated_at, which say when this program met a row and so differ between two runs. */
const canonicalReads = {
  actions: "SELECT * EXCEPT (received_at, version) FROM actions FINAL ORDER BY identity_uid, time, event_uid",
  records: "SELECT * EXCEPT (received_at, version) FROM records FINAL ORDER BY identity_uid, time, event_uid",
  identities: `SELECT identity_uid, max(provider), max(account_uid), max(identity_name), max(identity_alias), max(principal_type),
    arraySort(groupUniqArrayArray(workload_types)), arraySort(groupUniqArrayArray(identity_rules)), max(is_machine), min(first_seen), max(last_seen)
    FROM identities GROUP BY identity_uid ORDER BY identity_uid`,
  credentials: `SELECT credential_uid, identity_uid, max(credential_type), max(credential_lifetime), max(issued_at), min(first_used), max(last_used)
    FROM credentials GROUP BY credential_uid, identity_uid ORDER BY credential_uid, identity_uid`,
  lineage: `SELECT subject_uid, issuer_uid, relation, credential_uid, min(first_at), max(last_at), min(event_uid)
    FROM lineage GROUP BY subject_uid, issuer_uid, relation, credential_uid ORDER BY subject_uid, issuer_uid, relation, credential_uid`,
  behaviour: `SELECT identity_uid, dimension, value, month, min(first_seen), max(last_seen), groupBitOr(days)
    FROM behaviour GROUP BY identity_uid, dimension, value, month ORDER BY identity_uid, dimension, value, month`,
  activity_hourly: `SELECT identity_uid, hour, activity, is_denied, is_issuing, uniqCombined64Merge(events)
    FROM activity_hourly GROUP BY identity_uid, hour, activity, is_denied, is_issuing ORDER BY identity_uid, hour, activity, is_denied, is_issuing`,
  completions: "SELECT * FROM completions FINAL ORDER BY event_uid, completed_at, outcome",
  quarantine: "SELECT * EXCEPT (received_at, version) FROM quarantine FINAL ORDER BY source_id, origin, position, reason, part",
  findings: "SELECT * FROM findings FINAL ORDER BY finding_uid, configuration",
  finding_states: "SELECT * FROM finding_states FINAL ORDER BY finding_uid, decided_at, decision_uid",
  deliveries: "SELECT * FROM deliveries FINAL ORDER BY delivery_id",
  alert_sinks: "SELECT * FROM alert_sinks FINAL ORDER BY sink_id, configuration",
  detection_checkpoints: "SELECT * EXCEPT written_at FROM detection_checkpoints FINAL ORDER BY version, bucket, key, slot",
  cursors: "SELECT source_id, partition, argMax(position, updated_at) FROM cursors GROUP BY source_id, partition ORDER BY source_id, partition",
} as const;

export type TableDigest = Record<keyof typeof canonicalReads, string>;

/** For each table the number of its rows and a digest of their canonical form. */
export async function tableDigest(store: Store): Promise<TableDigest> {
  const entries: [string, string][] = [];
  for (const [table, sql] of Object.entries(canonicalReads)) {
    const bytes = await store.queryText(sql, "JSONEachRow");
    const rows = bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
    entries.push([table, `${rows} rows, ${createHash("sha256").update(bytes).digest("hex")}`]);
  }
  return Object.fromEntries(entries) as TableDigest;
}

/** The rows themselves, where a test wants to see them. */
export async function tableRows(store: Store, table: keyof typeof canonicalReads): Promise<Record<string, unknown>[]> {
  const text = Buffer.from(await store.queryText(canonicalReads[table], "JSONEachRow")).toString();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
