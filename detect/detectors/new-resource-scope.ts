// A bucket, vault, namespace or account in which the identity has never touched anything.
import { noveltyDetector } from "../novelty-detector.ts";

export const newResourceScope = noveltyDetector({
  id: "new-resource-scope",
  title: "New place of resources",
  aspect: "object",
  dimension: "resource-scope",
  noun: "place of resources",
  techniques: ["T1530"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Records that name resources.",
  falsePositives: ["A new bucket, vault or namespace of the same team."],
  blindSpots: ["Everything within scopes that it knows."],
  checks: ["Whose bucket, vault, namespace or account is it?", "Did a person or a pipeline create it lately?"],
});
