// A machine that did not come: its own gaps say that it should have. The other half of return-after-silence, which waits for it to be back.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { bitsOfSilence } from "../silence.ts";

export const missedRun: Detector = {
  id: "missed-run",
  title: "Missed run",
  aspect: "time",
  isOfSilence: true,
  techniques: ["T1685.002"],
  nonHumanIdentityRisks: ["NHI1"],
  needs: "Any audit log, and seven active days; from about twenty runs on it is told at the end of the day after.",
  falsePositives: ["A machine that was switched off on purpose.", "A holiday."],
  blindSpots: [
    "Machines without a rhythm.",
    "A monthly job, until a dozen months are known.",
    "An account with fewer than three identities whose log is not delivered: each is told by itself.",
  ],
  checks: [
    "Does it still exist, and does its credential?",
    "Did somebody take its rights, or its log, away?",
    "If it is gone for good: take its identity away as well.",
  ],
  score({ identityUid, momentMs, silence }: Window, { memory }: Past): readonly Surprise[] {
    if (silence === undefined) return [];
    const { lastHour, account, late, active } = silence;
    const untilHour = momentMs / 3_600_000;
    const own = memory.identity(identityUid);
    const bits = bitsOfSilence(own, lastHour, untilHour);
    const last = `${weekdays[(Math.floor(lastHour / 24) + 4) % 7] ?? ""} ${lastHour % 24}:00 UTC, ${describeHours(untilHour - lastHour)} ago`;
    const usual = own.rhythm.usualGapHours;
    const rhythm = usual === undefined ? "it was never away for longer than an hour" : `it usually comes every ${describeHours(usual)}`;
    const sureness = `a silence so long has a probability of ${(2 ** -bits * 100).toPrecision(2)} % by its own`;
    if (late > 1)
      return [
        {
          bits,
          what: `source ${account}`,
          observed: `${late} of the ${late + active} identities of ${account} that should be there fell silent together; this one came last on ${last}`,
          baseline: `${rhythm}; ${sureness}; so many at once are a silent log rather than silent machines`,
        },
      ];
    return [
      {
        bits,
        what: "missed",
        observed: `did not come; it came last on ${last}`,
        baseline: `${rhythm}; ${sureness}`,
      },
    ];
  },
};

/** The epoch was a Thursday. */
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function describeHours(hours: number): string {
  return hours < 48 ? `${Math.round(hours)} hours` : `${(hours / 24).toFixed(1).replace(/\.0$/, "")} days`;
}
