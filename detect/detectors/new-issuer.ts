// A session handed out by somebody who never handed one out to this identity.
import { noveltyDetector } from "../novelty-detector.ts";

export const newIssuer = noveltyDetector({
  id: "new-issuer",
  title: "New issuer",
  aspect: "lineage",
  dimension: "issuer",
  noun: "issuer",
  techniques: ["T1550.001", "T1548.005"],
  nonHumanIdentityRisks: ["NHI9"],
  needs: "Records that state who handed out the session.",
  falsePositives: ["A new identity provider, or a trust that was moved."],
  blindSpots: ["Issuers that records do not state."],
  checks: ["Who may assume it, and since when?", "What did the issuer do before?"],
});
