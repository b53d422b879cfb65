// An identity in the log of an account, subscription, project or cluster in which it was never seen.
import { noveltyDetector } from "../novelty-detector.ts";

export const newAccount = noveltyDetector({
  id: "new-account",
  title: "New account",
  aspect: "object",
  dimension: "account",
  noun: "account",
  techniques: ["T1078.004"],
  nonHumanIdentityRisks: ["NHI8"],
  needs: "Logs of all accounts, subscriptions and projects.",
  falsePositives: ["An account that was opened or acquired."],
  blindSpots: ["Accounts whose logs do not come in."],
  checks: ["Does the identity belong there?", "By which trust did it come in?"],
});
