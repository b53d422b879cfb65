// The detector of a kind of action: calls that do one thing, whatever the cloud calls them, by an identity that does no such thing. It
// stands beside the novelty detectors because a call of a grave kind is told apart from the many new calls that are none.
import type { Detector, Past, Surprise } from "./detector.ts";
import type { Window } from "./evidence.ts";
import type { EstateMemory } from "./memory/estate-memory.ts";

export interface KindOfActionDetector extends Detector {
  /** Whether the action, as `service:action`, is one of the kind. */
  isOfKind(action: string): boolean;
}

interface KindOfActionOptions extends Omit<Detector, "score" | "aspect"> {
  /** Fit `service:action` as rows hold them, in lower case. */
  readonly patterns: readonly RegExp[];
  /** What such an action does: "grants rights". */
  readonly does: string;
  /** Whether it is graver where whoever makes the call is who it is about. */
  readonly isGraverForItself: boolean;
}

/** Days of the estate's own share that an identity's days are shrunk by. */
const priorDays = 5;
/** Of those that do it, few do it to themselves. */
const bitsForItself = 2;
const leastBits = 1;

export function kindOfActionDetector({ patterns, does, isGraverForItself, ...about }: KindOfActionOptions): KindOfActionDetector {
  const isOfKind = (action: string) => {
    const lower = action.toLowerCase();
    return patterns.some((pattern) => pattern.test(lower));
  };
  return {
    ...about,
    aspect: "action",
    isOfKind,
    score(window: Window, { memory }: Past): readonly Surprise[] {
      const shown = [...window.values.action.keys()].filter(isOfKind);
      if (shown.length === 0) return [];
      const { values, rhythm } = memory.identity(window.identityUid);
      const known = [...values.action.values()].filter(isOfKind);
      const days = Math.min(
        rhythm.activeDays,
        known.reduce((sum, action) => sum + values.action.daysOf(action), 0),
      );
      const isToItself = isGraverForItself && window.values.target.has(window.identityUid);
      const chance = (days + priorDays * shareOfUsers(memory, shown)) / (rhythm.activeDays + priorDays);
      const bits = -Math.log2(chance) + (isToItself ? bitsForItself : 0);
      if (bits < leastBits) return [];
      const observed = `${does}${isToItself ? " to itself" : ""}: ${shown.toSorted().slice(0, 3).join(", ")}`;
      return [{ bits, what: about.id, observed, baseline: `did so on ${days} of its ${rhythm.activeDays} active days` }];
    },
  };
}

/** Of all identities, those that have made the commonest of the calls: the share of days on which one does is not higher. */
function shareOfUsers(memory: EstateMemory, actions: readonly string[]): number {
  const users = Math.max(...actions.map((action) => memory.usersOf("action", action)));
  return Math.min(1, (users + 0.5) / (memory.size + 1));
}
