// An action that the identity has never made, or makes rarely.
import { noveltyDetector } from "../novelty-detector.ts";

export const newAction = noveltyDetector({
  id: "new-action",
  title: "New action",
  aspect: "action",
  dimension: "action",
  noun: "action",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI2", "NHI5"],
  needs: "Any audit log.",
  falsePositives: ["A release that uses a new API.", "A yearly or quarterly job that runs for the first time since the logs begin."],
  blindSpots: ["Actions that the identity makes every day anyway: an attacker who does what it does.", "Data events that the trail does not log."],
  checks: [
    "Was there a release or a change ticket?",
    "Which resources did the action touch, and did it succeed?",
    "Who else started to use it today?",
  ],
});
