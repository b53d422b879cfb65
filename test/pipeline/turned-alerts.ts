// Alerts over a store with a clock that the test turns: what is found is planned and sent step by step, without waiting.

import type { Alert } from "../../alert/alert.ts";
import type { OutboxSink } from "../../alert/outbox.ts";
import type { Outcome, Sink } from "../../alert/sink.ts";
import { type AlertSettings, alertSettings, alertsSchema } from "../../pipeline/alert-config.ts";
import { assembleAlerts } from "../../pipeline/alert-loop.ts";
import type { Store } from "../../storage/store.ts";

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

export function settingsOf(alerts: object, environment: Readonly<Record<string, string>> = {}): AlertSettings {
  return alertSettings(alertsSchema.parse(alerts), environment);
}

/** Takes what it is given, or does what it is told; keeps what it took. */
export class TestSink implements Sink {
  readonly id: string;
  readonly followUps: Sink["followUps"];
  readonly batchSize: number;
  readonly taken: Alert[] = [];
  answer: (alert: Alert) => Outcome | Promise<Outcome> = () => ({ kind: "delivered" });

  constructor(id: string, { followUps = "all", batchSize = 100 }: Partial<Pick<Sink, "followUps" | "batchSize">> = {}) {
    this.id = id;
    this.followUps = followUps;
    this.batchSize = batchSize;
  }

  async send(alerts: readonly Alert[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const alert of alerts) {
      const outcome = await this.answer(alert);
      if (outcome.kind === "delivered") this.taken.push(alert);
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}

export interface TurnedAlerts {
  /** Plans and sends at that time all that is due, and what becomes due by that. */
  at(nowMs: number): Promise<void>;
  /** Plans and begins to send, and does not wait for it. */
  begin(nowMs: number): Promise<void>;
  idle(): Promise<void>;
  readonly problems: string[];
}

export async function turnedAlerts(
  store: Store,
  settings: AlertSettings,
  sinks: readonly Sink[],
  options: { fence?: number; isHeld?: () => boolean } = {},
): Promise<TurnedAlerts> {
  let clockMs = 0;
  const problems: string[] = [];
  const opened: OutboxSink[] = sinks.map((sink) => ({ sink, configuration: "c1" }));
  const { planner, outbox } = await assembleAlerts(
    {
      ...{ store, settings, productVersion: "0.0.0", signal: new AbortController().signal },
      lease: { fence: options.fence ?? 1, isHeld: options.isHeld ?? (() => true) },
      onProblem: (message) => problems.push(message),
      now: () => clockMs,
    },
    opened,
  );
  const begin = async (nowMs: number): Promise<void> => {
    clockMs = nowMs;
    await planner.plan(nowMs);
    await outbox.step();
  };
  return {
    begin,
    at: async (nowMs) => {
      await begin(nowMs);
      do await outbox.idle();
      while ((await outbox.step()) > 0);
    },
    idle: () => outbox.idle(),
    problems,
  };
}
