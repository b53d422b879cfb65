// Active in an hour of the day in which this identity never is.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";

const fewestDays = 5;

export const oddHour: Detector = {
  id: "odd-hour",
  title: "Odd hour",
  aspect: "time",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI10"],
  needs: "Any audit log.",
  falsePositives: ["A job that is started again by hand.", "The change to or from daylight saving.", "Month-end runs."],
  blindSpots: ["Identities that are active around the clock.", "An attacker who keeps the victim's hours.", "Fewer than five active days."],
  checks: ["Was a run repeated?", "Is a person at the credential?"],
  score(window: Window, { memory }: Past): readonly Surprise[] {
    const { rhythm } = memory.identity(window.identityUid);
    if (rhythm.activeDays < fewestDays) return [];
    const surprises = window.hours.map(({ hour }) => {
      const probability = rhythm.probabilityOfHour(hour);
      const clock = `${String(((hour % 24) + 24) % 24).padStart(2, "0")}:00 UTC`;
      const baseline = `${(probability * 100).toFixed(1)} % of its ${rhythm.activeDays} active days touch that hour`;
      return { bits: -Math.log2(probability), what: clock, observed: `active at ${clock}`, baseline };
    });
    return surprises.filter(({ bits }) => bits > 1);
  },
};
