// The past replayed for a command: with a line of progress, and a word where it was stopped. `budget`, `backtest` and `detectors shadow` share it.
import type { Replay } from "../pipeline/replay.ts";
import type { WatchOptions } from "../pipeline/watch-options.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Invocation, OpenStore } from "./invocation.ts";
import { formatTime } from "./output/time-text.ts";
import { ProgressLine } from "./progress.ts";

export interface ReplayedSpanOptions {
  readonly from?: number;
  readonly to?: number;
  readonly quiet?: true;
}

/** Undefined where it was stopped: of a part nothing is shown. */
export async function replayFor(
  store: OpenStore,
  { from, to, quiet }: ReplayedSpanOptions,
  trials: readonly WatchOptions[],
  invocation: Invocation,
): Promise<Replay | undefined> {
  const { replay } = await import("../pipeline/replay.ts");
  const signal = invocation.interruptible("nothing is changed, the same command begins again");
  const progress = new ProgressLine(invocation.terminal, quiet === true);
  const replayed = await replay({
    ...{ store, fromMs: from, toMs: to, trials, signal },
    onDay: ({ startMs, day, days }) =>
      progress.show(() => `Replaying what was received  day ${day} of ${days}  (${formatTime(startMs).slice(0, 10)})`),
  }).finally(() => progress.clear());
  if (!replayed.isInterrupted) return replayed;
  invocation.terminal.say("Stopped: nothing is shown, because a part is not the whole.");
  invocation.exitCode = exitCodes.interrupted;
  return undefined;
}
