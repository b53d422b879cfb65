// A refusal of something that the identity was never refused. Machines ask for what they may have; whoever looks around does not know.
import { noveltyDetector } from "../novelty-detector.ts";

export const newDeniedAction = noveltyDetector({
  id: "new-denied-action",
  title: "New refusal",
  aspect: "action",
  dimension: "denied-action",
  noun: "refused action",
  techniques: ["T1580", "T1526"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Logs that hold refusals; Google Cloud's Policy Denied log for those of organisation policies.",
  falsePositives: ["A policy that was tightened.", "A new feature whose rights are missing."],
  blindSpots: ["Refusals that the provider does not log.", "Actions that are allowed."],
  checks: ["Did the rights change, or the caller?", "Is it one action, or many within minutes?"],
});
