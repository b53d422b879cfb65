// A region in which the identity never worked: where mining and hiding begin.
import { noveltyDetector } from "../novelty-detector.ts";

export const newRegion = noveltyDetector({
  id: "new-region",
  title: "New region",
  aspect: "object",
  dimension: "region",
  noun: "region",
  techniques: ["T1535"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Records that name regions.",
  falsePositives: ["A region that is being opened."],
  blindSpots: ["Global services, whose records stand in one region."],
  checks: ["Is anything running there?", "Do policies allow the region at all?"],
});
