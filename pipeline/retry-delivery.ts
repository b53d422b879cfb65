// What a person does about deliveries and sinks: one that was given up is sent again, a sink is tried out, and one that was parked is taken up again.
import { randomBytes } from "node:crypto";
import { nextVersion } from "../alert/outbox.ts";
import type { Outcome } from "../alert/sink.ts";
import type { Delivery } from "../model/delivery.ts";
import { ConfigError } from "../model/errors.ts";
import { sinkHealth } from "../queries/sink-health.ts";
import { suggest } from "../runtime/suggest.ts";
import type { Store } from "../storage/store.ts";
import type { AlertSettings } from "./alert-config.ts";
import { testAlert } from "./alert-rendering.ts";
import { openSinks } from "./alert-sinks.ts";
import { storedDeliveryLog } from "./delivery-log.ts";

/** Due at once, with all its tries before it. Its id stays: a receiver that has it knows the repeat. */
export async function retryDelivery(store: Store, delivery: Delivery, nowMs: number): Promise<void> {
  const again = { state: "pending", attempts: 0, created_ms: nowMs, next_ms: nowMs, lease_until_ms: 0, ended_ms: 0 } as const;
  await storedDeliveryLog(store).write([{ ...delivery, ...again, version: nextVersion(delivery.version, 0) }]);
}

interface TriedSink {
  readonly isDelivered: boolean;
  /** Why not. */
  readonly reason: string;
  /** Digest of its settings. */
  readonly configuration: string;
}

/** Sends a message that says that it is a test. @throws ConfigError where the configuration names no such sink, or it cannot be opened. */
export async function trySink(settings: AlertSettings, sinkId: string, productVersion: string): Promise<TriedSink> {
  const ids = settings.sinks.map(({ id }) => id);
  const [opened] = await openSinks(settings, sinkId);
  if (opened === undefined) {
    const near = suggest(sinkId, ids);
    const hint =
      near !== undefined ? `did you mean ${near}?` : ids.length === 0 ? "there are none; add some under alerts.sinks" : `there are ${ids.join(", ")}`;
    throw new ConfigError(`alerts test: the configuration names no sink ${sinkId}; ${hint}`);
  }
  try {
    const alert = testAlert(sinkId, `test-${randomBytes(12).toString("hex")}`, productVersion);
    const [outcome] = await opened.sink.send([alert], AbortSignal.timeout(60_000));
    return { isDelivered: outcome?.kind === "delivered", reason: reasonOf(outcome), configuration: opened.configuration };
  } finally {
    await opened.sink.close();
  }
}

function reasonOf(outcome: Outcome | undefined): string {
  if (outcome?.kind === "failed" || outcome?.kind === "gone") return outcome.reason;
  return outcome?.kind === "delivered" ? "" : "it was not tried";
}

/** What was parked or disabled is sent to again, by whoever delivers within a minute. False where it was neither. */
export async function resumeSink(store: Store, sinkId: string, configuration: string, nowMs: number): Promise<boolean> {
  const known = (await store.query(sinkHealth, {})).find((row) => row.sink_id === sinkId && row.configuration === configuration);
  if (known === undefined || known.state === "active") return false;
  await storedDeliveryLog(store).writeHealth({ ...known, state: "active", since_ms: nowMs, reason: "", version: nextVersion(known.version, 0) });
  return true;
}
