// Rows of `actions` for tests: a whole action from the fields that matter, and blocks of them.
import { blankAction, type NormalizedAction } from "../../model/identity-action.ts";
import { ActionBlockBuilder } from "../../storage/action-block.ts";
import type { ActionBlock } from "../../storage/store.ts";

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

export async function blockOf(rows: readonly ReceivedAction[]): Promise<ActionBlock> {
  const builder = new ActionBlockBuilder();
  for (const { action, receivedAtMs, raw } of rows) {
    const bytes = Buffer.from(raw);
    builder.append(action, receivedAtMs, bytes, 0, bytes.byteLength);
  }
  return builder.finish();
}
