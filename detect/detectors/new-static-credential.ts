// A long-lived key that the identity never presented.
import { noveltyDetector } from "../novelty-detector.ts";

export const newStaticCredential = noveltyDetector({
  id: "new-static-credential",
  title: "New static credential",
  aspect: "caller",
  dimension: "static-credential",
  noun: "static credential",
  techniques: ["T1098.001"],
  nonHumanIdentityRisks: ["NHI7"],
  needs: "Records that name the credential.",
  falsePositives: ["A rotation."],
  blindSpots: ["Secrets of applications whose sign-ins are not logged."],
  checks: ["Who made it, when, and from where?", "Is the old one gone?", "Does the network differ from that of the old one?"],
});
