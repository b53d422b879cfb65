// Several alerts to a receiver that takes one at a time: some at once, and none after it has failed.
import type { Alert } from "./alert.ts";
import { failureOutcome } from "./http-outcome.ts";
import type { Outcome } from "./sink.ts";

/** So many failures of the receiver itself in one batch, and the rest is not tried. */
const mostFailures = 3;

/** Outcomes in the order of the alerts. `sendOne` may throw: that is a failure of the receiver. */
export async function sendEach<Each extends Alert>(
  alerts: readonly Each[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
  sendOne: (alert: Each) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = alerts.map(() => ({ kind: "untried" }));
  let next = 0;
  let failures = 0;
  let isGone = false;
  const isOver = () => signal.aborted || failures >= mostFailures || isGone;
  const worker = async (): Promise<void> => {
    while (next < alerts.length && !isOver()) {
      const place = next++;
      const alert = alerts[place];
      if (alert === undefined) return;
      const outcome = await sendOne(alert).catch(failureOutcome);
      outcomes[place] = outcome;
      isGone = isGone || outcome.kind === "gone";
      if (outcome.kind === "failed" && outcome.scope === "sink") failures++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, alerts.length) }, worker));
  return outcomes;
}
