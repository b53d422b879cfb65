// A change of rights, keys, identities or logging by an identity that makes no such change.
import { noveltyDetector } from "../novelty-detector.ts";

export const newAdminAction = noveltyDetector({
  id: "new-admin-action",
  title: "New administrative action",
  aspect: "action",
  dimension: "admin-action",
  noun: "administrative action",
  techniques: ["T1098", "T1685.002"],
  nonHumanIdentityRisks: ["NHI5"],
  needs: "Management events.",
  falsePositives: ["Rotations and migrations that the platform team runs under the machine's name."],
  blindSpots: ["Rights that are changed by another identity on its behalf."],
  checks: ["Does it grant rights, mint credentials or switch logging off?", "To whom?", "Is the change in version control?"],
});
