// A person at a machine's credential: an agent of a desk, or a command line that is typed into, with the pauses of somebody who reads.
import type { Detector, Past, Surprise } from "../detector.ts";
import type { Window } from "../evidence.ts";
import { traitBaseline, traitSurprise } from "../trait-surprise.ts";
import { atDesk, typedByHand } from "../traits.ts";

/** Where both show it is the surer. */
const bitsForBoth = 2;

export const personAtMachineCredential: Detector = {
  id: "person-at-machine-credential",
  title: "A person at a machine's credential",
  aspect: "caller",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI10"],
  needs: "Raw agents, and the times of calls.",
  falsePositives: ["An operator who mends the machine's work by hand.", "A script with random pauses that calls a command line."],
  blindSpots: ["A person who copies the machine's agent and pastes whole scripts.", "Consoles that act under their own service's name."],
  checks: [
    "Who was it: who can read the credential, who was at work?",
    "Is there a role for people that does the same?",
    "Change the credential, since a person has it now.",
  ],
  score(window: Window, past: Past): readonly Surprise[] {
    const { trait } = window.values;
    const shown = [atDesk, typedByHand].filter((each) => trait.has(each));
    if (shown.length === 0) return [];
    const surprises = shown.map((each) => traitSurprise(past, window.identityUid, each));
    const [oddest] = surprises.toSorted((left, right) => right.bits - left.bits);
    if (oddest === undefined) return [];
    const agents = new Set(window.hours.flatMap(({ desks }) => desks.map(([, , agent]) => agent)));
    const seconds = window.hours.flatMap(({ typed }) => typed);
    const observed = [
      ...(trait.has(atDesk) ? [`${[...agents].slice(0, 3).join(", ") || "an agent"} of a desk`] : []),
      ...(trait.has(typedByHand) ? [`${seconds.length} calls of a command line with a person's pauses`] : []),
    ].join("; ");
    return [{ bits: oddest.bits + (shown.length > 1 ? bitsForBoth : 0), what: shown.join(" "), observed, baseline: `so ${traitBaseline(oddest)}` }];
  },
};
