// How one run is to detect: the configuration, an option before it, and a word on exceptions that are over. One meaning for all commands that detect.
import type { Config } from "../pipeline/config.ts";
import { expiredExceptions } from "../pipeline/detection-config.ts";
import type { GlobalOptions, Invocation } from "./invocation.ts";

export function detectionSettings(
  { detection }: Config,
  options: GlobalOptions & { readonly budget?: number },
  invocation: Invocation,
): Config["detection"] {
  if (options.quiet !== true) for (const sentence of expiredExceptions(detection, invocation.nowMs)) invocation.terminal.say(`note: ${sentence}`);
  return options.budget === undefined ? detection : { ...detection, budget: options.budget };
}
