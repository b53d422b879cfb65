// Deliveries in the store: what is due, and rows as the outbox and the planner write them.
import { createHash } from "node:crypto";
import type { DeliveryLog } from "../alert/outbox.ts";
import type { Delivery, DeliveryKind } from "../model/delivery.ts";
import type { Severity } from "../model/finding.ts";
import { deliveriesDue } from "../queries/deliveries-due.ts";
import type { Store } from "../storage/store.ts";
import { timeText } from "../storage/time-text.ts";

/** That a finding's revision, or a decision, was planned: which identity, which incident, how grave. */
export interface PlanMark {
  readonly subject: string;
  readonly kind: DeliveryKind;
  readonly finding_uid: string;
  readonly incident_uid: string;
  readonly identity_uid: string;
  readonly raised_ms: number;
  readonly severity: Severity;
  readonly reason: string;
}

export function storedDeliveryLog(store: Store): DeliveryLog {
  return {
    due: ({ sinkIds, nowMs, fence, limit }) => store.query(deliveriesDue, { sink_ids: [...sinkIds], now_ms: nowMs, fence, limit }),
    write: (deliveries) => store.insertRows("deliveries", deliveries.map(deliveryRow)),
    writeHealth: async ({ since_ms, ...health }) => store.insertRows("alert_sinks", [{ ...health, since: timeText(since_ms) }]),
  };
}

/** The marks and all that follows from them, in one insert: one block of one partition, which ClickHouse writes whole or not at all. */
export async function writePlan(store: Store, marks: readonly PlanMark[], deliveries: readonly Delivery[], nowMs: number): Promise<void> {
  await store.insertRows("deliveries", [...deliveries.map(deliveryRow), ...marks.map((mark) => markRow(mark, nowMs))]);
}

/** The same sink and subject give the same id, whoever plans it, and when. */
export function deliveryId(sinkId: string, subject: string): string {
  return createHash("sha256")
    .update(JSON.stringify([sinkId, subject]))
    .digest("hex")
    .slice(0, 32);
}

type PlannedFields = Pick<Delivery, "sink_id" | "kind" | "subject" | "severity" | "created_ms"> & Partial<Delivery>;

export function plannedDelivery(fields: PlannedFields): Delivery {
  return {
    delivery_id: deliveryId(fields.sink_id, fields.subject),
    finding_uid: "",
    incident_uid: "",
    state: "pending",
    attempts: 0,
    next_ms: fields.created_ms,
    fence: 0,
    lease_until_ms: 0,
    version: 0n,
    reason: "",
    receipt: "",
    folded_into: "",
    ended_ms: 0,
    ...fields,
  };
}

const never = timeText(0);

/** All columns in each row: rows of one insert have the columns of the first. */
function deliveryRow({ created_ms, next_ms, lease_until_ms, ended_ms, ...columns }: Delivery): object {
  const created_at = timeText(created_ms);
  const time = (timeMs: number): string => (timeMs === created_ms ? created_at : timeMs === 0 ? never : timeText(timeMs));
  const times = { created_at, next_at: time(next_ms), lease_until: time(lease_until_ms), ended_at: time(ended_ms) };
  return { ...columns, identity_uid: "", raised_at: never, ...times };
}

function markRow({ raised_ms, identity_uid, ...mark }: PlanMark, nowMs: number): object {
  const row = deliveryRow(plannedDelivery({ ...mark, sink_id: "", state: "folded", created_ms: nowMs }));
  return { ...row, identity_uid, raised_at: timeText(raised_ms) };
}
