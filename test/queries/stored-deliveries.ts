// Deliveries of the small estate's findings: sent, refused, waiting, leased by somebody who is gone, folded; each as it was planned, too, and in any order.
import type { Delivery } from "../../model/delivery.ts";
import { plannedDelivery, storedDeliveryLog, writePlan } from "../../pipeline/delivery-log.ts";
import type { Store } from "../../storage/store.ts";
import { dayMs, startMs } from "../storage/action-rows.ts";

/** Rows of long ago run out. */
export const plannedMs = Date.UTC(2100, 0, 1);
const deploy = "arn:aws:iam::111122223333:role/deploy";

function delivery(sink: string, finding_uid: string, fields: Partial<Delivery> = {}): Delivery {
  const own = { finding_uid, incident_uid: finding_uid, subject: `${finding_uid}:r1`, kind: "raised", severity: "low" } as const;
  return plannedDelivery({ ...own, sink_id: sink, created_ms: plannedMs, ...fields });
}

const planned = [
  delivery("chat", "a000000000000001"),
  delivery("siem", "a000000000000001"),
  delivery("chat", "b000000000000003", { state: "folded", folded_into: "flood-1", reason: "a flood", ended_ms: plannedMs }),
  delivery("chat", "b000000000000004", { state: "folded", folded_into: "flood-1", severity: "medium", reason: "a flood", ended_ms: plannedMs }),
  delivery("siem", "b000000000000003"),
  delivery("pager", "a000000000000002", { severity: "high" }),
];
const [chat, siem, , , leased] = planned;

export async function settleDeliveries(store: Store): Promise<void> {
  const log = storedDeliveryLog(store);
  const later = [
    { ...chat, state: "delivered", attempts: 1, version: 3n, receipt: "1700000000.000001", ended_ms: plannedMs + 1_000 },
    { ...siem, state: "pending", attempts: 2, version: 5n, next_ms: plannedMs + 300_000, reason: "answered 500" },
    { ...leased, state: "leased", attempts: 1, fence: 7, version: 7n << 20n, lease_until_ms: plannedMs + 600_000 },
  ] as Delivery[];
  await log.write(later);
  const marks = ["a000000000000001", "b000000000000003", "b000000000000004"].map((finding_uid, place) => ({
    ...({ subject: `${finding_uid}:r1`, kind: "raised", finding_uid, incident_uid: place === 2 ? "a000000000000001" : finding_uid } as const),
    ...{ identity_uid: place === 1 ? "runner@example-project.iam.gserviceaccount.com" : deploy, raised_ms: startMs + 40 * dayMs + place },
    ...({ severity: place === 2 ? "medium" : "low", reason: "" } as const),
  }));
  for (let round = 0; round < 2; round++) await writePlan(store, marks, planned, plannedMs);
  const failing = { sink_id: "siem", configuration: "c1", state: "failing", since_ms: plannedMs, reason: "answered 500", version: 9n } as const;
  await log.writeHealth(failing);
  await log.writeHealth({ ...failing, state: "active", since_ms: 0, reason: "", version: 8n });
}
