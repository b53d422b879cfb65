// Several alerts to a receiver that takes one at a time: some at once, and none after it has failed.
import type { Alert } from "./alert.ts";
import { failureOutcome } from "./http-outcome.ts";
import type { Outcome } from "./sink.ts";

/** So many failures of the receiver itself in one batch, and the rest is not tried. */
const mostFailures = 3;

interface SendEachOptions<Each> {
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Alerts of one lane go one behind the other, and none after one that failed. Default: each has a lane of its own. */
  readonly laneOf?: (alert: Each) => string;
}

/** Outcomes in the order of the alerts. `sendOne` may throw: that is a failure of the receiver. */
export async function sendEach<Each extends Alert>(
  alerts: readonly Each[],
  { atOnce, signal, laneOf }: SendEachOptions<Each>,
  sendOne: (alert: Each) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = alerts.map(() => ({ kind: "untried" }));
  const lanes = [...Map.groupBy(alerts.entries(), ([place, alert]) => laneOf?.(alert) ?? String(place)).values()];
  let next = 0;
  let failures = 0;
  let isGone = false;
  const isOver = () => signal.aborted || failures >= mostFailures || isGone;
  const sendLane = async (lane: readonly [number, Each][]): Promise<void> => {
    for (const [place, alert] of lane) {
      if (isOver()) return;
      const outcome = await sendOne(alert).catch(failureOutcome);
      outcomes[place] = outcome;
      isGone = isGone || outcome.kind === "gone";
      if (outcome.kind === "failed" && outcome.scope === "sink") failures++;
      if (outcome.kind !== "delivered") return;
    }
  };
  const worker = async (): Promise<void> => {
    for (let lane = lanes[next++]; lane !== undefined; lane = lanes[next++]) await sendLane(lane);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, worker));
  return outcomes;
}
