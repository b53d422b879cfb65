// Small stores for tests of detectors and comparators: rows by hand, folded and prepared as the benchmark does it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { prepareComparatorActions } from "../../bench/detection/evidence-store.ts";
import type { NormalizedAction } from "../../model/identity-action.ts";
import { openEmbeddedStore } from "../../storage/engines/embedded.ts";
import type { Store } from "../../storage/store.ts";
import { blockOf, type ReceivedAction, received, recordsOf } from "../storage/action-rows.ts";
import { keepForEver, runInFolder } from "../storage/keep-for-ever.ts";

export const hourMs = 3_600_000;
export const account = "111122223333";

export interface TemporaryStore {
  readonly store: Store;
  close(): Promise<void>;
}

export async function storeOf(rows: readonly ReceivedAction[]): Promise<TemporaryStore> {
  const folder = mkdtempSync(path.join(tmpdir(), "machinetrail-evidence-"));
  const store = await openEmbeddedStore(path.join(folder, "store"));
  await store.migrate();
  await keepForEver((sql) => runInFolder(store.location, sql));
  for (let first = 0; first < rows.length; first += 20_000) {
    const block = rows.slice(first, first + 20_000);
    await store.insertRecords(await recordsOf(block));
    await store.insertActions(await blockOf(block));
  }
  await prepareComparatorActions(store);
  return {
    store,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let events = 0;

/** A call of an AWS role, whose session has another name every time; received five minutes after it happened. */
export function roleCall(role: string, timeMs: number, fields: Partial<NormalizedAction> = {}, receivedAtMs = timeMs + 5 * 60_000): ReceivedAction {
  const session = `${role}-${Math.floor(timeMs / hourMs)}`;
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
  const raw = JSON.stringify({ userIdentity: { type: "AssumedRole", arn, principalId: `AROA${role.toUpperCase()}:${session}` } });
  return received(
    {
      time: timeMs,
      event_uid: `event-${events++}`,
      identity_uid: `arn:aws:iam::${account}:role/${role}`,
      identity_name: role,
      identity_rule: "aws-role-session",
      principal_type: "iam-role",
      workload_type: "ci-pipeline",
      session_name: session,
      account_uid: account,
      credential_uid: `ASIA${session}`,
      service: "s3",
      action: "GetObject",
      activity: "data-read",
      outcome: "success",
      src_ip: "10.0.0.5",
      src_kind: "private",
      src_network: "private",
      user_agent: "aws-sdk-java/2.1",
      agent_family: "aws-sdk-java/2",
      ...fields,
    },
    receivedAtMs,
    raw,
  );
}
