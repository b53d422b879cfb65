// A little more every day: no day is odd, their sum is. Page's cumulative sum of the days that are over, against a level that one day can move
// by a twentieth of what days vary by.
import type { Detector, Past, Surprise } from "../detector.ts";
import { type VolumeKind, volumeKinds, type Window } from "../evidence.ts";
import { mostGrowth } from "../memory/volume-memory.ts";

/** Of days that only vary, a sum beyond h has about the probability exp(-h), with the allowance of half a spread. */
const bitsASpread = Math.LOG2E;
/** A sum that says less is a few days' chance. */
const leastGrowth = 3;
/** Below so many a day growth is not told, as little as any amount. */
const fewestEvents = 20;

export const slowGrowth: Detector = {
  id: "slow-growth",
  title: "Slow growth",
  aspect: "amount",
  techniques: ["T1530"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Any audit log; data events for reads of objects.",
  falsePositives: ["A business that grows.", "A release that asks more often."],
  blindSpots: [
    "Growth that stays below half of what days vary by anyway.",
    "The day that goes on.",
    "The first week of an identity.",
    "What goes on after days of being told.",
  ],
  checks: ["Since when, and of which calls?", "Do new objects explain it, or more of the same?", "Does what it serves grow as well?"],
  score({ identityUid, hours }: Window, { memory }: Past): readonly Surprise[] {
    const own = memory.identity(identityUid);
    const day = Math.floor((hours.at(-1)?.hour ?? 0) / 24);
    // It speaks of days: said of each window of the next one, it would be added to whatever else is odd in it.
    const firstOfDay = hours.find(({ hour }) => Math.floor(hour / 24) === day)?.hour ?? 0;
    const isFirstOfDay = Math.floor((own.lastHourBefore(firstOfDay) ?? 0) / 24) < day;
    if (!isFirstOfDay) return [];
    return volumeKinds.flatMap((kind: VolumeKind) => {
      const { growth } = own.volumes[kind];
      const { median } = own.volumes[kind].expectedInDay(day);
      // At the most it has been told for days; after three weeks it is the level.
      if (growth < leastGrowth || growth >= mostGrowth || median < fewestEvents) return [];
      const observed = `${kind.replace("_", " ")} a day above their level, by ${growth.toFixed(1)} times what days vary by, summed`;
      return [{ bits: growth * bitsASpread, what: kind, observed, baseline: `usually ${median.toFixed(0)} a day` }];
    });
  },
};
