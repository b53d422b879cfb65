// What a configuration means for the watch: which detectors are asked, and what an operator decided. One meaning for detection, for the budget and
// for a backtest.
import { detectors } from "../detect/detectors/registry.ts";
import { type DetectionSettings, type DetectorMode, modeOf } from "../detect/settings.ts";
import type { WatchOptions } from "../detect/watch.ts";

export type { WatchOptions };

/** `modes`: of the detectors that are asked. */
export function watchOptions(settings: DetectionSettings, modes: readonly DetectorMode[] = ["on"]): WatchOptions {
  return { detectors: detectors.filter(({ id }) => modes.includes(modeOf(settings, id))), budget: settings.budget, gates: settings };
}

/** What is raised; and, where a detector is in shadow, what would be if those were on: for `replay`. */
export function shadowTrials(settings: DetectionSettings): WatchOptions[] {
  const hasShadow = detectors.some(({ id }) => modeOf(settings, id) === "shadow");
  return [watchOptions(settings), ...(hasShadow ? [watchOptions(settings, ["on", "shadow"])] : [])];
}
