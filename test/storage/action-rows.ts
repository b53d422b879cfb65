// Rows of `actions` and `records` for tests: a whole action from the fields that matter, and blocks of them.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { ActionBlockBuilder } from "../../storage/action-block.ts";
import { RecordBlockBuilder } from "../../storage/record-block.ts";
import { rowVersion } from "../../storage/row-version.ts";
import type { ArrowBlock } from "../../storage/store.ts";

export interface ReceivedAction {
  readonly action: NormalizedAction;
  readonly receivedAtMs: number;
  readonly raw: string;
}

export const dayMs = 86_400_000;
/** 2026-03-02T00:00:00Z, a Monday. */
export const startMs = Date.UTC(2026, 2, 2);

export function received(
  fields: Partial<NormalizedAction>,
  receivedAtMs = startMs + 30 * dayMs,
  raw = `{"id":"${fields.event_uid}"}`,
): ReceivedAction {
  const action = { ...blankAction("aws", "aws-cloudtrail"), time: startMs, ...fields };
  return { action, receivedAtMs, raw };
}

export function blockOf(rows: readonly ReceivedAction[]): Promise<ArrowBlock> {
  const builder = new ActionBlockBuilder(rows.length);
  for (const row of rows) builder.append(row.action, row.receivedAtMs, versionOf(row));
  return builder.finish();
}

export function recordsOf(rows: readonly ReceivedAction[]): Promise<ArrowBlock> {
  const builder = new RecordBlockBuilder(rows.length);
  for (const row of rows) {
    const bytes = Buffer.from(row.raw);
    builder.append(row.action, row.receivedAtMs, versionOf(row), bytes, 0, bytes.byteLength);
  }
  return builder.finish();
}

function versionOf({ action, receivedAtMs, raw }: ReceivedAction) {
  const bytes = Buffer.from(raw);
  return rowVersion(action.event_rank, receivedAtMs, bytes, 0, bytes.byteLength);
}
