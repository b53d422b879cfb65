// Many new things at once: each may be ordinary for an identity that meets new ones, all of them within an hour are not.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Dimension, Window } from "../evidence.ts";
import { burstBits } from "../surprise/escape.ts";

const burstDimensions: readonly Dimension[] = ["action", "denied-action", "resource", "resource-scope", "secret"];
const fewest = 3;
/** What others take up today as likely as not is no part of a burst of its own. */
const mostShared = 0.5;

export const noveltyBurst: Detector = {
  id: "novelty-burst",
  title: "Burst of novelty",
  aspect: "action",
  techniques: ["T1580", "T1526"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Any audit log.",
  falsePositives: ["A release.", "An inventory that runs for the first time."],
  blindSpots: ["Fewer than three new things an hour.", "An identity younger than a day."],
  checks: ["Do the new things belong together (one service, one bucket), or are they a survey?", "How many were refused?"],
  score(window: Window, { memory, today }: Past): readonly Surprise[] {
    return burstDimensions.flatMap((dimension) => {
      const values = window.values[dimension];
      const own = memory.identity(window.identityUid).values[dimension];
      const fresh = [...values.keys()].filter((value) => !own.has(value) && memory.adoption(window.identityUid, dimension, value) < mostShared);
      if (fresh.length < fewest) return [];
      const { own: escapeChance } = memory.escapes(window.identityUid, dimension, today);
      const bits = burstBits(fresh.length, values.size, escapeChance);
      const observed = `${fresh.length} of ${values.size} values of ${dimension} new, such as ${fresh.slice(0, 3).join(", ")}`;
      return [{ bits, what: dimension, observed, baseline: `${(escapeChance * 100).toFixed(1)} % are usually new to it` }];
    });
  },
};
