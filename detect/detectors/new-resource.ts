// A resource, by its pattern, that the identity has never touched.
import { noveltyDetector } from "../novelty-detector.ts";

export const newResource = noveltyDetector({
  id: "new-resource",
  title: "New resource",
  aspect: "object",
  dimension: "resource",
  noun: "resource",
  techniques: ["T1530"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Records that name resources; data events for objects.",
  falsePositives: ["Work that meets new resources daily: this raises little, since its own rate of novelty is the measure."],
  blindSpots: ["Resources of the same pattern as known ones: generated names are one value.", "What is inside a resource."],
  checks: ["Is it of the same kind and owner as the others that it uses?", "What was done with it?"],
});
