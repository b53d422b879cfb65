// `detect --follow`: findings as they come, a line each, until Ctrl-C. It stands apart from `detect`, which answers once.
import { ConfigError } from "../model/errors.ts";
import type { TickReport } from "../pipeline/detect-loop.ts";
import { detectionSettings } from "./detection-settings.ts";
import { findingLine, findingRow } from "./finding-report.ts";
import type { GlobalOptions, Invocation } from "./invocation.ts";
import { formatTime } from "./output/time-text.ts";
import { readVersion } from "./package-file.ts";
import { ProgressLine } from "./progress.ts";

interface FollowOptions extends GlobalOptions {
  readonly budget?: number;
}

/** @throws ConfigError where the output cannot be written as it comes. */
export async function followDetection(options: FollowOptions, invocation: Invocation): Promise<void> {
  if (options.output !== "table" && options.output !== "ndjson")
    throw new ConfigError(
      `detect --follow: --output ${options.output} is written when all is known; --output ndjson writes each finding as it comes`,
    );
  const { terminal } = invocation;
  const signal = invocation.interruptible("findings are stored; the same command goes on from the end of the last day");
  const { followReceptions } = await import("../pipeline/detect-loop.ts");
  const { startAlerts } = await import("../pipeline/alert-loop.ts");
  const progress = new ProgressLine(terminal, options.quiet === true);
  const config = invocation.config(options);
  const settings = detectionSettings(config, options, invocation);
  let parked = "";
  await invocation.withStore(config, options, async (store) => {
    const over = new AbortController();
    const alerts = await startAlerts({
      ...{ store, settings: config.alerts, productVersion: readVersion(), signal: AbortSignal.any([signal, over.signal]) },
      onProblem: (message) => terminal.say(message),
    });
    await followReceptions({
      ...{ store, settings, signal },
      onFindings: async (findings) => {
        alerts?.wake();
        progress.clear();
        for (const finding of findings)
          await terminal.writeLines(options.output === "ndjson" ? JSON.stringify(findingRow(finding)) : findingLine(finding));
      },
      onTick: (report) => {
        const said = parkedText(report);
        if (said !== parked) terminal.say(said);
        parked = said;
        progress.show(() => statusOf(report));
      },
      onRetry: (error, delayMs) => terminal.say(`${error.message}; again in ${Math.round(delayMs / 1000)} s`),
    }).finally(async () => {
      progress.clear();
      over.abort();
      await alerts?.ended;
    });
  });
}

function parkedText({ parked }: TickReport): string {
  return parked.map(({ id, reason }) => `The detector ${id} is parked until the day is over: it ${reason}.`).join("\n");
}

function statusOf({ judgedMs, askedMs, hoursAgain }: TickReport): string {
  if (judgedMs === 0) return "Nothing was received yet";
  const again = hoursAgain > 0 ? `; ${hoursAgain} hours judged again for rows that came late` : "";
  return `Watching  asked ${formatTime(askedMs)}, hours judged to ${formatTime(judgedMs)}${again}`;
}
