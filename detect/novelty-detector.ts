// The novelty detector: one escape model, one parameter set a dimension. The files under detectors/ that are named after what is new
// differ in their words and their dimension only.
import type { Detector, Past, Surprise } from "./detector.ts";
import type { Dimension, Window } from "./evidence.ts";
import type { ValueMemory } from "./memory/value-memory.ts";
import { valueBits } from "./surprise/escape.ts";

interface NoveltyOptions extends Omit<Detector, "score"> {
  readonly dimension: Dimension;
  /** How the dimension is called in a sentence: "network". */
  readonly noun: string;
}

/** Values told of one window: the oddest. */
const told = 3;
/** Below that nothing is said: half of all windows may be as odd. */
const leastBits = 1;

export function noveltyDetector({ dimension, noun, ...about }: NoveltyOptions): Detector {
  return {
    ...about,
    score(window: Window, { memory, today }: Past): readonly Surprise[] {
      const values = window.values[dimension];
      if (values.size === 0) return [];
      const { values: known, rhythm } = memory.identity(window.identityUid);
      const own = known[dimension];
      const escapes = memory.escapes(window.identityUid, dimension, today);
      const surprises: Surprise[] = [];
      for (const value of values.keys()) {
        const days = own.daysOf(value);
        const users = memory.usersOf(dimension, value);
        const adoption = days > 0 ? 0 : memory.adoption(window.identityUid, dimension, value);
        const escapeChance = Math.max(users === 0 && days === 0 ? escapes.all : escapes.own, adoption);
        const bits = valueBits(own, value, escapeChance);
        if (bits < leastBits) continue;
        surprises.push({
          bits,
          what: value,
          observed: `${noun} ${value}`,
          baseline: `${ownBaseline(noun, days, own, rhythm.activeDays)}; ${othersBaseline(users)}`,
          past: {
            ...{ days, firstDay: own.firstDayOf(value), lastDay: own.lastDayOf(value), others: own.has(value) ? users - 1 : users },
            ...{ knownValues: own.size, valueDays: own.valueDays },
          },
        });
      }
      return surprises.sort((left, right) => right.bits - left.bits || (left.what < right.what ? -1 : 1)).slice(0, told);
    },
  };
}

function ownBaseline(noun: string, days: number, { valueDays, size }: ValueMemory, activeDays: number): string {
  if (days > 0) return `seen on ${days} ${days === 1 ? "day" : "days"} before`;
  if (valueDays > 0) return `none of its ${size} known in ${valueDays} value-days`;
  return activeDays === 0 ? `no ${noun} known yet` : `no ${noun} on its ${activeDays} active days`;
}

function othersBaseline(users: number): string {
  return users === 0 ? "used by nobody before" : `used by ${users} ${users === 1 ? "identity" : "identities"} before`;
}
