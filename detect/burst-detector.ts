// The detector of a burst: many different values of one dimension within an hour, new or not, by one who shows few a day. It stands beside
// novelty-burst, which counts new ones only.
import type { Detector, Past, Surprise } from "./detector.ts";
import type { Dimension, Window } from "./evidence.ts";
import { negativeBinomialBits } from "./surprise/negative-binomial.ts";

interface BurstOptions extends Omit<Detector, "score"> {
  readonly dimension: Dimension;
  /** In the plural: "secrets". */
  readonly noun: string;
}

const fewest = 4;
/** Below it an hour is no burst, whatever is likely: whoever meets this many a day meets them within an hour some day. */
const leastTimesMean = 2;
/** Of days on which nothing is known: half a value in five. */
const priorValues = 0.5;
const priorDays = 5;
/** Days differ as much as they can: values of a day come together. */
const dispersion = 1;

export function burstDetector({ dimension, noun, ...about }: BurstOptions): Detector {
  return {
    ...about,
    score(window: Window, { memory }: Past): readonly Surprise[] {
      const values = [...window.values[dimension].keys()];
      if (values.length < fewest) return [];
      const { values: known, rhythm } = memory.identity(window.identityUid);
      const mean = (known[dimension].valueDays + priorValues) / (rhythm.activeDays + priorDays);
      if (values.length < leastTimesMean * mean) return [];
      const bits = negativeBinomialBits(values.length, mean, dispersion);
      const observed = `${values.length} ${noun}, such as ${values.toSorted().slice(0, 3).join(", ")}`;
      return [{ bits, what: dimension, observed, baseline: `${mean.toFixed(1)} on a day` }];
    },
  };
}
