// Credentials or rights made for an identity for which this one never made any.
import { noveltyDetector } from "../novelty-detector.ts";

export const newTarget = noveltyDetector({
  id: "new-target",
  title: "New target of issue",
  aspect: "lineage",
  dimension: "target",
  noun: "identity it acts on",
  techniques: ["T1098.001", "T1550.001"],
  nonHumanIdentityRisks: ["NHI9"],
  needs: "Records of issue: AssumeRole, GenerateAccessToken, TokenRequest, CreateAccessKey and the like.",
  falsePositives: ["A pipeline that deploys into a new account."],
  blindSpots: ["Issue by services whose logs are not collected."],
  checks: ["What may the target do?", "What did the issued credential do afterwards?"],
});
