// Back after a silence that is long for this identity: a dormant key that somebody found.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";

const leastHours = 24;
const fewestDays = 5;
/** Of an archive that comes in one window the last hours: looking back from each of them costs as much as the window is long. */
const mostHours = 48;

export const returnAfterSilence: Detector = {
  id: "return-after-silence",
  title: "Return after silence",
  aspect: "time",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI1"],
  needs: "Any audit log, without gaps of its own: a source that was silent makes everybody return.",
  falsePositives: ["Holidays.", "One missed run of a job that never missed any.", "Quarterly jobs until a second quarter is known."],
  blindSpots: ["Silences shorter than a day.", "Identities with fewer than five active days."],
  checks: ["Was the identity meant to be gone?", "Did its network or agent change with the return?"],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const own = memory.identity(window.identityUid);
    const { rhythm } = own;
    if (rhythm.activeDays < fewestDays) return [];
    const gapHours = Math.max(...window.hours.slice(-mostHours).map(({ hour }) => hour - (own.lastHourBefore(hour) ?? hour)));
    if (gapHours < leastHours) return [];
    const bits = -Math.log2(rhythm.probabilityOfGap(gapHours));
    if (bits < 1) return [];
    const baseline = `a gap so long has a probability of ${(2 ** -bits * 100).toFixed(2)} % by its own`;
    return [{ bits, what: "return", observed: `back after ${(gapHours / 24).toFixed(1)} days`, baseline }];
  },
};
